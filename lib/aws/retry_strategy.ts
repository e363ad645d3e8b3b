// Pure: no I/O.
import { NO_PROVIDER_KEY } from "./errors/match.ts";
import { isUnreadable } from "./errors/translate.ts";
import {
  MAX_ATTEMPTS,
  retryDelayMs,
  type RetryKind,
  TIMEOUTS,
  type Timeouts,
} from "./retry.ts";

/** The state of a call of the SDK between two attempts. */
export interface RetryToken {
  readonly getRetryCount: () => number;
  readonly getRetryDelay: () => number;
  /** The time at which the call must end, in milliseconds since the epoch. */
  readonly deadline: number;
  /** Whether AWS may have carried out an earlier attempt whose answer was lost. */
  readonly hasLostAnswer: boolean;
}

/** The SDK's description of a failed attempt. */
export interface RetryErrorInfo {
  readonly error?: unknown;
  readonly errorType:
    | "TRANSIENT"
    | "THROTTLING"
    | "SERVER_ERROR"
    | "CLIENT_ERROR";
  readonly retryAfterHint?: Date;
}

/** A retry strategy of the SDK; the type is `RetryStrategyV2` of the SDK. */
export interface RetryStrategy {
  readonly acquireInitialRetryToken: (scope: string) => Promise<RetryToken>;
  readonly refreshRetryTokenForRetry: (
    token: { readonly getRetryCount: () => number },
    info: RetryErrorInfo,
  ) => Promise<RetryToken>;
  readonly recordSuccess: (token: unknown) => void;
}

/** Settings of {@linkcode createRetryStrategy}. */
export interface RetrySettings {
  readonly now: () => number;
  readonly timeouts?: Timeouts;
  /** Returns a random number from 0 to 1. */
  readonly random: () => number;
}

/**
 * Creates a retry strategy for clients of the SDK, with the rules of `retry.ts`. The
 * strategy extends the SDK's standard strategy:
 *
 * - The delays count towards the timeout of the call.
 * - Unreadable answers and a slow provider of web identities are retried, too.
 * - The error gets the property `hasLostAnswer` if the answer to an earlier attempt was
 *   lost.
 */
export function createRetryStrategy(
  { now, timeouts = TIMEOUTS, random }: RetrySettings,
): RetryStrategy {
  const createToken = (
    count: number,
    delayMs: number,
    deadline: number,
    hasLostAnswer: boolean,
  ) =>
    Promise.resolve({
      getRetryCount: () => count,
      getRetryDelay: () => delayMs,
      deadline,
      hasLostAnswer,
    });
  return {
    acquireInitialRetryToken: () =>
      createToken(0, 0, now() + timeouts.callMs, false),

    refreshRetryTokenForRetry: (
      token,
      { error, errorType, retryAfterHint },
    ) => {
      const { deadline, hasLostAnswer } = token as RetryToken;
      const attempt = token.getRetryCount() + 1;
      const kind = retryKind(error, errorType);
      const retryAfterMs = retryAfterHint && +retryAfterHint - now();
      const delayMs = kind &&
        retryDelayMs({ attempt, kind, retryAfterMs }, random);
      if (
        delayMs === undefined || attempt >= MAX_ATTEMPTS ||
        now() + delayMs >= deadline
      ) {
        if (hasLostAnswer) Object.assign(error ?? {}, { hasLostAnswer });
        return Promise.reject(new Error("no further attempt"));
      }
      const losesAnswer = kind === "transient" && !failedToConnect(error);
      return createToken(
        attempt,
        delayMs,
        deadline,
        hasLostAnswer || losesAnswer,
      );
    },

    recordSuccess: () => {},
  };
}

function retryKind(
  error: unknown,
  errorType: RetryErrorInfo["errorType"],
): RetryKind | undefined {
  if (errorType === "THROTTLING" || isSlowProvider(error)) return "throttling";
  return errorType !== "CLIENT_ERROR" || isUnreadable(error)
    ? "transient"
    : undefined;
}

/**
 * Whether AWS could not get the keys of a web identity's provider in time. The code
 * `InvalidIdentityToken` also stands for an invalid token, which another attempt cannot
 * help.
 */
function isSlowProvider(error: unknown): boolean {
  return error instanceof Error &&
    (/^IDPCommunicationError/.test(error.name) ||
      /^InvalidIdentityToken/.test(error.name) &&
        NO_PROVIDER_KEY.test(error.message));
}

/** Whether an error of `fetch` says that the request was never sent. */
function failedToConnect(error: unknown): boolean {
  return error instanceof Error && /\(Connect\)/.test(error.message);
}
