import { type Fetch, fetchWhole, mayPass, noAnswer } from "./fetch.ts";
import { ConfigError } from "../errors.ts";
import { HTTP_STATUS, UNREADABLE_ANSWER } from "./errors/match.ts";
import {
  MAX_ATTEMPTS,
  retryDelayMs,
  type RetryKind,
  TIMEOUTS,
  type Timeouts,
} from "./retry.ts";

/** The functions with which requests are sent that bypass the AWS SDK. */
export interface HttpClient {
  readonly fetch: Fetch;
  /** Returns the time in milliseconds since the epoch. */
  readonly now: () => number;
  /** Timeouts to use instead of the default timeouts. */
  readonly timeouts?: Timeouts;
  /** Returns a random number from 0 to 1; default: `Math.random`. */
  readonly random?: () => number;
  /** Waits some milliseconds; default: a timer. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** A complete answer, of any HTTP status. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Properties of a failed request in addition to the error's code and message. */
interface Failure {
  /** The kind of failure; absent if another attempt cannot succeed. */
  readonly kind?: RetryKind | undefined;
  /** The HTTP status of the answer; absent without an answer. */
  readonly status?: number;
  /** The value of the header `Retry-After`. */
  readonly retryAfter?: string | null;
  readonly cause?: unknown;
}

/** A failed request; the error's name is a code of `errors/match.ts`. */
export class RequestError extends Error {
  /** The number of attempts that were made. */
  attempts = 1;

  /** Creates an error with a code. */
  constructor(code: string, message: string, readonly failure: Failure) {
    super(message, { cause: failure.cause });
    this.name = code;
  }
}

/**
 * Sends a request and reads the answer. Repeats the request if another attempt can succeed
 * and the time of the call allows it.
 *
 * @param createRequest creates the request of each attempt, because a body is sent only once
 * @param read reads the answer; throws a `RequestError` if the answer cannot be used
 * @throws {RequestError} If the last attempt fails
 */
export async function sendRequest<T>(
  createRequest: () => Request,
  read: (answer: Answer) => T,
  { fetch, now, timeouts = TIMEOUTS, random = Math.random, sleep = wait }:
    HttpClient,
): Promise<T> {
  const deadline = now() + timeouts.callMs;
  for (let attempt = 1;; attempt++) {
    const timeoutMs = Math.min(timeouts.attemptMs, deadline - now());
    try {
      return read(await fetchAnswer(fetch, createRequest(), timeoutMs));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      error.attempts = attempt;
      const { kind, retryAfter } = error.failure;
      if (kind === undefined || attempt === MAX_ATTEMPTS) throw error;
      const retryAfterMs = parseRetryAfter(retryAfter, now());
      const delayMs = retryDelayMs({ attempt, kind, retryAfterMs }, random);
      if (now() + delayMs >= deadline) throw error;
      await sleep(delayMs);
    }
  }
}

/**
 * Returns the text of a key of the JSON object in a successful answer.
 *
 * @throws {RequestError} If the status is not 200, or the body has no such text
 */
export function readSuccess(
  { status, headers, text }: Answer,
  key: string,
): string {
  if (status !== 200) {
    throw new RequestError(HTTP_STATUS, String(status), {
      kind: retryKindOf(status),
      status,
      retryAfter: headers.get("retry-after"),
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text)?.[key];
  } catch {
    // The text is empty or truncated, or comes from a proxy.
  }
  if (typeof value === "string" && value !== "") return value;
  throw new RequestError(UNREADABLE_ANSWER, "", { kind: "transient", status });
}

async function fetchAnswer(
  fetch: Fetch,
  request: Request,
  timeoutMs: number,
): Promise<Answer> {
  try {
    const response = await fetchWhole(fetch, request, timeoutMs);
    const { status, headers } = response;
    return { status, headers, text: await response.text() };
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const { name, message } = noAnswer(cause);
    const kind = mayPass(cause) ? "transient" : undefined;
    throw new RequestError(name, message, { kind, cause });
  }
}

/** Decides whether a failure with an HTTP status can pass; `undefined` if it cannot. */
function retryKindOf(status: number): RetryKind | undefined {
  if (status === 429 || status === 503) return "throttling";
  const isPermanent = status === 501 || status === 505;
  return status === 408 || status >= 500 && !isPermanent
    ? "transient"
    : undefined;
}

/** Parses the header `Retry-After`: seconds or a date. Returns milliseconds. */
function parseRetryAfter(
  text: string | null | undefined,
  now: number,
): number | undefined {
  if (!text) return undefined;
  const delayMs = /^\d+$/.test(text.trim())
    ? Number(text) * 1000
    : Date.parse(text) - now;
  return delayMs > 0 ? delayMs : undefined;
}

async function wait(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
