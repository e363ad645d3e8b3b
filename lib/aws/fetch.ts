import { NO_ANSWER } from "./errors/match.ts";

/** A `fetch` that uses the configured proxies and certificates. */
export type Fetch = typeof fetch;

/**
 * Fetches a response and waits for its whole body. The promise rejects if the
 * connection is lost while the body arrives, or if the body is not complete in time.
 *
 * @param timeoutMs the longest time until the whole body has arrived, in milliseconds
 */
export async function fetchWhole(
  fetch: Fetch,
  request: Request,
  timeoutMs: number,
): Promise<Response> {
  const timeout = new AbortController();
  const timer = setTimeout(() => {
    timeout.abort(new Error(`no answer within ${timeoutMs} ms`));
  }, timeoutMs);
  try {
    const response = await fetch(request, { signal: timeout.signal });
    const { status, headers } = response;
    return new Response(await response.arrayBuffer(), { status, headers });
  } catch (error) {
    throw timeout.signal.aborted ? timeout.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Converts an error of `fetch` to an error with the code {@linkcode NO_ANSWER}. */
export function noAnswer(error: unknown): Error {
  // Deno puts the reason only into the error's `cause`.
  const { message, cause } = error instanceof Error
    ? error
    : new Error(String(error));
  const reason = cause instanceof Error ? cause.message : message;
  return Object.assign(new Error(reason, { cause: error }), {
    name: NO_ANSWER,
  });
}
