// Pure: no I/O.

/** Timeouts of calls to AWS. */
export interface Timeouts {
  /** The timeout of one attempt, from the connection to the last byte of the answer. */
  readonly attemptMs: number;
  /** The timeout of a call, which includes all attempts and the delays between them. */
  readonly callMs: number;
}

/** The default timeouts. AWS usually answers within a second. */
export const TIMEOUTS: Timeouts = { attemptMs: 10_000, callMs: 30_000 };

/** The number of attempts of a call: the first attempt and two retries, as in the AWS SDKs. */
export const MAX_ATTEMPTS = 3;

/**
 * The kind of a failure that can pass. `throttling`: the server needs time. `transient`:
 * the next attempt can succeed at once, for example on another connection.
 */
export type RetryKind = "throttling" | "transient";

const BASE_DELAY_MS: Readonly<Record<RetryKind, number>> = {
  throttling: 1000,
  transient: 100,
};
const MAX_DELAY_MS = 20_000;

/** The failure of one attempt of a call. */
export interface FailedAttempt {
  /** The number of the attempt, from 1. */
  readonly attempt: number;
  readonly kind: RetryKind;
  /** The delay that the server asks for, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * Computes the delay before the next attempt, in milliseconds. This is exponential
 * back-off with full jitter ("Retry behavior", AWS SDKs and Tools Reference Guide), but
 * at least the delay that the server asks for.
 *
 * @param random returns a random number from 0 to 1
 */
export function retryDelayMs(
  { attempt, kind, retryAfterMs = 0 }: FailedAttempt,
  random: () => number,
): number {
  const backoffMs = random() *
    Math.min(BASE_DELAY_MS[kind] * 2 ** (attempt - 1), MAX_DELAY_MS);
  return Math.max(backoffMs, retryAfterMs);
}
