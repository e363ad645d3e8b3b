// Pure: no I/O.

/** Exit statuses of assume-role itself; any other status is the child's own. */
export const STATUS = {
  /** A mode or a print succeeded. */
  ok: 0,
  /** assume-role itself failed: usage, configuration, AWS, MFA, cache. */
  failed: 125,
  /** The command was found but cannot be executed. */
  notExecutable: 126,
  /** The command was not found. */
  notFound: 127,
} as const;

/** What an error can carry beside its message. */
export interface ErrorDetails {
  /** One sentence that says what to do about it. */
  readonly hint?: string | undefined;
  /** What led to it. */
  readonly cause?: unknown;
}

/** A failure of assume-role that a person is to read: one line, and one hint. */
export class AssumeRoleError extends Error {
  /** The name of the class. */
  override name = "AssumeRoleError";
  /** The exit status that the command line ends with. */
  readonly status: number = STATUS.failed;
  /** One sentence that says what to do about it. */
  readonly hint: string | undefined;

  /** Makes one of a message and what else is known. */
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.hint = details.hint;
  }
}

/** The command line or the environment asks for something that cannot be done. */
export class UsageError extends AssumeRoleError {
  /** The name of the class. */
  override name = "UsageError";
}

/** A configuration file, ours or AWS's, cannot be used as it stands. */
export class ConfigError extends AssumeRoleError {
  /** The name of the class. */
  override name = "ConfigError";
}

/** A one-time code is needed and cannot be had, or was rejected. */
export class MfaError extends AssumeRoleError {
  /** The name of the class. */
  override name = "MfaError";
}

/** AWS answered with an error, or could not be reached. */
export class AwsError extends AssumeRoleError {
  /** The name of the class. */
  override name = "AwsError";
  /** AWS's error code, such as `AccessDenied`. */
  readonly code: string;
  /** AWS's request id, where there was an answer. */
  readonly requestId: string | undefined;

  /** Makes one of a message, AWS's code and what else is known. */
  constructor(
    message: string,
    details: ErrorDetails & { code: string; requestId?: string | undefined },
  ) {
    super(message, details);
    this.code = details.code;
    this.requestId = details.requestId;
  }
}

/** The command cannot be started: 126 or 127, as in a shell. */
export class CommandError extends AssumeRoleError {
  /** The name of the class. */
  override name = "CommandError";
  /** 126 or 127. */
  override readonly status: number;

  /** Makes one of a message, the exit status and what else is known. */
  constructor(message: string, details: ErrorDetails & { status: number }) {
    super(message, details);
    this.status = details.status;
  }
}

/** The signals that end a wait. */
export type Interruption = "SIGINT" | "SIGQUIT" | "SIGTERM" | "SIGHUP";

/** A signal ended a wait of assume-role itself, such as that for an MFA code. */
export class InterruptedError extends AssumeRoleError {
  /** The name of the class. */
  override name = "InterruptedError";
  /** The signal's name, such as `SIGINT`. */
  readonly signal: Interruption;

  /** Makes one of the signal that it was. */
  constructor(signal: Interruption) {
    super(`Interrupted by ${signal}`);
    this.signal = signal;
  }
}

/** A value is not one that its setting can have; the message is the reason alone. */
export class InvalidValueError extends Error {
  /** The name of the class. */
  override name = "InvalidValueError";
}
