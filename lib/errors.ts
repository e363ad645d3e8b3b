// Pure: no I/O.

/**
 * Exit statuses of assume-role itself. They do not apply if a command has run, or if a
 * signal ended assume-role.
 */
export const STATUS = {
  /** The credentials were printed, or a command such as `--list` succeeded. */
  ok: 0,
  /** assume-role itself failed: usage, configuration, AWS, MFA, cache. */
  failed: 125,
  /** The command was found but cannot be executed. */
  notExecutable: 126,
  /** The command was not found. */
  notFound: 127,
} as const;

/** Optional parts of an error beside its message. */
export interface ErrorDetails {
  /** One imperative sentence that helps to solve the problem. */
  readonly hint?: string | undefined;
  /** Whether the base credentials, or the profile that has them, cannot be found. */
  readonly isBaseMissing?: boolean;
  /** The error or value that caused this error. */
  readonly cause?: unknown;
}

/** A failure of assume-role, with a message and a hint for people. */
export class AssumeRoleError extends Error {
  /** The name of the class. */
  override name = "AssumeRoleError";
  /** The exit status of the program `assume-role` if this error ends the program. */
  readonly status: number = STATUS.failed;
  /** One imperative sentence that helps to solve the problem. */
  readonly hint: string | undefined;
  /** Whether the base credentials, or the profile that has them, cannot be found. */
  readonly isBaseMissing: boolean;

  /** Creates an error from a message, with optional details. */
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.hint = details.hint;
    this.isBaseMissing = details.isBaseMissing ?? false;
  }
}

/** An invalid or contradictory setting in the options or the environment. */
export class UsageError extends AssumeRoleError {
  /** The name of the class. */
  override name = "UsageError";
}

/** A configuration of assume-role or of AWS that is invalid or cannot be read. */
export class ConfigError extends AssumeRoleError {
  /** The name of the class. */
  override name = "ConfigError";
}

/** A one-time MFA code that is missing or was rejected. */
export class MfaError extends AssumeRoleError {
  /** The name of the class. */
  override name = "MfaError";
}

/** An error that AWS returned, or a failure to reach AWS. */
export class AwsError extends AssumeRoleError {
  /** The name of the class. */
  override name = "AwsError";
  /** AWS's error code, such as `AccessDenied`. */
  readonly code: string;
  /** AWS's request id; `undefined` if AWS did not answer. */
  readonly requestId: string | undefined;

  /** Creates an error from a message and AWS's code, with optional details. */
  constructor(
    message: string,
    details: ErrorDetails & { code: string; requestId?: string | undefined },
  ) {
    super(message, details);
    this.code = details.code;
    this.requestId = details.requestId;
  }
}

/** A command that cannot be started: status 126 or 127, as in a shell. */
export class CommandError extends AssumeRoleError {
  /** The name of the class. */
  override name = "CommandError";
  /** The exit status: 126 if the command cannot be executed, 127 if the command was not found. */
  override readonly status: number;

  /** Creates an error from a message and the exit status, with optional details. */
  constructor(message: string, details: ErrorDetails & { status: number }) {
    super(message, details);
    this.status = details.status;
  }
}

/** A signal that can interrupt assume-role while it waits, or while it prints. */
export type Interruption =
  | "SIGINT"
  | "SIGQUIT"
  | "SIGTERM"
  | "SIGHUP"
  | "SIGPIPE";

/**
 * An interruption by a signal while assume-role waits, such as for an MFA code, or while it
 * prints to a program that has ended.
 */
export class InterruptedError extends AssumeRoleError {
  /** The name of the class. */
  override name = "InterruptedError";
  /** The signal's name, such as `SIGINT`. */
  readonly signal: Interruption;

  /** Creates the error for a signal. */
  constructor(signal: Interruption) {
    super(`Interrupted by ${signal}`);
    this.signal = signal;
  }
}

/** An invalid value of a setting; the message is the reason, without the setting's name. */
export class InvalidValueError extends Error {
  /** The name of the class. */
  override name = "InvalidValueError";
}
