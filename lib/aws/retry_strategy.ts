// Pure: no I/O.
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
  return {
    acquireInitialRetryToken: () =>
      Promise.resolve({
        getRetryCount: () => 0,
        getRetryDelay: () => 0,
        deadline: now() + timeouts.callMs,
        hasLostAnswer: false,
      }),

    refreshRetryTokenForRetry: (token, info) => {
      const { deadline, hasLostAnswer } = token as RetryToken;
      const attempt = token.getRetryCount() + 1;
      const kind = retryKind(info);
      const delayMs = kind && retryDelayMs({
        attempt,
        kind,
        retryAfterMs: info.retryAfterHint &&
          info.retryAfterHint.getTime() - now(),
      }, random);
      if (
        delayMs === undefined || attempt >= MAX_ATTEMPTS ||
        now() + delayMs >= deadline
      ) {
        if (hasLostAnswer) Object.assign(info.error ?? {}, { hasLostAnswer });
        return Promise.reject(new Error("no further attempt"));
      }
      return Promise.resolve({
        getRetryCount: () => attempt,
        getRetryDelay: () => delayMs,
        deadline,
        hasLostAnswer: hasLostAnswer || kind === "transient" &&
            !failedToConnect(info.error),
      });
    },

    recordSuccess: () => {},
  };
}

function retryKind(
  { error, errorType }: RetryErrorInfo,
): RetryKind | undefined {
  if (errorType === "THROTTLING" || isSlowProvider(error)) return "throttling";
  return errorType === "TRANSIENT" || isUnreadable(error)
    ? "transient"
    : undefined;
}

/**
 * Whether AWS could not get the keys of a web identity's provider in time. For
 * `InvalidIdentityToken`, only the message tells this failure, which passes, from an
 * invalid token.
 */
function isSlowProvider(error: unknown): boolean {
  return error instanceof Error &&
    (/^IDPCommunicationError/.test(error.name) ||
      /^InvalidIdentityToken/.test(error.name) &&
        /retrieve verification key/i.test(error.message));
}

/** Whether an error of `fetch` says that the request was never sent. */
function failedToConnect(error: unknown): boolean {
  return error instanceof Error && /\(Connect\)/.test(error.message);
}
