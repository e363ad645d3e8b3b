// Pure: no I/O.
import { AwsError, type ErrorDetails } from "../errors.ts";
import type {
  AccessToken,
  RegisteredClient,
  SignInConnection,
  SsoSession,
} from "../aws/sign_in_types.ts";
import type { interruptible } from "../system/interruptible.ts";
import type { SafeText } from "../settings/terminal_text.ts";

/** A sign-in that base credentials need. */
export interface SignInRequest {
  readonly session: SsoSession;
  /** Directory in which the AWS CLI stores registrations and tokens. */
  readonly directory: string;
  /** Directory of the cache, which records pages for the browser. */
  readonly cacheDirectory: string | undefined;
  readonly connect: () => SignInConnection;
  readonly now: () => number;
  /** The AWS CLI's command that signs in, for hints. */
  readonly command: string;
  /** Collects the values that must not be shown. */
  readonly secrets: (string | undefined)[];
}

/** The environment of a sign-in. */
export interface SignInPlace {
  readonly env: Readonly<Record<string, string>>;
  /** The signals that were ignored when assume-role started. */
  readonly ignored?: Parameters<typeof interruptible>[2];
}

/** The way to sign in of a run. */
export interface SignIn {
  /** Whether there is a terminal, and this process is in its foreground. */
  readonly isPossible: () => Promise<boolean>;
  /**
   * Signs in, and returns the text of the token's file.
   *
   * @throws {SignInError} If the user does not sign in, or AWS refuses
   * @throws {InterruptedError} If a signal ends the wait
   */
  readonly start: (request: SignInRequest) => Promise<string>;
}

/** Dependencies of both ways to sign in. */
export interface SignInContext extends SignInRequest {
  readonly client: SignInConnection;
  readonly env: Readonly<Record<string, string>>;
  /** Shows a text on the terminal. */
  readonly show: (text: SafeText) => Promise<boolean>;
  /** Aborted if a signal ends the sign-in. */
  readonly signal: AbortSignal;
}

/** The result of a sign-in. */
export interface SignedIn {
  readonly token: AccessToken;
  readonly client: RegisteredClient;
}

/**
 * A sign-in that failed. Processes that waited for the sign-in fail with the same error, so
 * that the user who cancels a sign-in is not asked again by each of them.
 */
export class SignInError extends AwsError {
  override name = "SignInError";

  constructor(
    reason: string,
    { code = "SignInFailed", ...details }: ErrorDetails & {
      readonly code?: string;
      readonly requestId?: string | undefined;
    },
  ) {
    super(`Cannot sign in to IAM Identity Center: ${reason}`, {
      code,
      ...details,
    });
  }
}

/** Creates the error for a sign-in that the user can repeat. */
export function mayRepeat(reason: string, command: string): SignInError {
  return new SignInError(reason, {
    hint: `run the command again, or sign in with '${command}'`,
  });
}
