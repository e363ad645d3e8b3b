import { NO_ANSWER } from "./errors/match.ts";

/** What AWS is called with: `fetch`, with proxies and certificates set up. */
export type Fetch = typeof fetch;

/**
 * Fetches the answer with its body, so that a connection that is cut on the way
 * is one failure with one that is refused, and a body without an end is late.
 *
 * @param limit how long it may take, in milliseconds
 */
export async function fetchWhole(
  fetch: Fetch,
  request: Request,
  limit: number,
): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort(new Error(`no answer within ${limit} ms`));
  }, limit);
  try {
    const response = await fetch(request, { signal: late.signal });
    const { status, headers } = response;
    return new Response(await response.arrayBuffer(), { status, headers });
  } catch (error) {
    throw late.signal.aborted ? late.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/** The error that says that AWS could not be reached, and why. */
export function noAnswer(error: unknown): Error {
  // Deno says only in the cause what it was.
  const { message, cause } = error instanceof Error
    ? error
    : new Error(String(error));
  const reason = cause instanceof Error ? cause.message : message;
  return Object.assign(new Error(reason, { cause: error }), {
    name: NO_ANSWER,
  });
}
