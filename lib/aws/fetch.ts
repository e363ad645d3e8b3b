import {
  NO_ANSWER,
  TOO_LARGE_ANSWER,
  UNTRUSTED_CERTIFICATE,
} from "./errors/match.ts";

/** A `fetch` that uses the configured proxies and certificates. */
export type Fetch = typeof fetch;

/**
 * The maximum size of the body of an answer, also after decompression. Answers of AWS and
 * GitHub have a few kilobytes.
 */
export const MAX_BODY_BYTES = 1 << 20;

/**
 * Fetches a response and waits for its whole body. The promise rejects if the
 * connection is lost while the body arrives, if the body is not complete in time, or if
 * the body is larger than {@linkcode MAX_BODY_BYTES}.
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
    timeout.abort(timeoutError(timeoutMs));
  }, timeoutMs);
  try {
    const response = await fetch(request, { signal: timeout.signal });
    const { status, headers } = response;
    return new Response(await readBody(response), { status, headers });
  } catch (error) {
    throw timeout.signal.aborted ? timeout.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Creates the error with the code {@linkcode NO_ANSWER} for an answer that is late. */
export function timeoutError(timeoutMs: number): Error {
  return noAnswer(new Error(`no answer within ${timeoutMs} ms`));
}

/** Reads a body; returns `null` if the response has no body or an empty body. */
async function readBody(
  { body }: Response,
): Promise<Uint8Array<ArrayBuffer> | null> {
  // One buffer: a chunk may have a single byte, and a chunk of its own needs far more memory.
  let bytes = new Uint8Array(4096);
  let size = 0;
  // Leaving the loop by an error cancels the body, which closes the connection.
  for await (const chunk of body ?? []) {
    if (size + chunk.length > MAX_BODY_BYTES) throw tooLarge();
    if (size + chunk.length > bytes.length) {
      const longer = new Uint8Array(2 * (size + chunk.length));
      longer.set(bytes);
      bytes = longer;
    }
    bytes.set(chunk, size);
    size += chunk.length;
  }
  return size === 0 ? null : bytes.subarray(0, size);
}

function tooLarge(): Error {
  return Object.assign(
    new Error(`the answer has more than ${MAX_BODY_BYTES} bytes`),
    { name: TOO_LARGE_ANSWER },
  );
}

/**
 * Converts an error of `fetch` to an error with the code {@linkcode NO_ANSWER} or
 * {@linkcode TOO_LARGE_ANSWER}.
 */
export function noAnswer(error: unknown): Error {
  // Deno puts the reason only into the error's `cause`.
  const { name, message, cause } = error instanceof Error
    ? error
    : new Error(String(error));
  const reason = cause instanceof Error ? cause.message : message;
  return Object.assign(new Error(reason, { cause: error }), {
    name: name === TOO_LARGE_ANSWER ? name : NO_ANSWER,
  });
}

/**
 * Whether another attempt can succeed after an error of `fetch`. Another attempt cannot
 * help if the answer is too large, the certificate is not trusted, or Deno does not permit
 * the connection.
 */
export function mayPass(error: unknown): boolean {
  const { name, message } = noAnswer(error);
  return name === NO_ANSWER && !UNTRUSTED_CERTIFICATE.test(message) &&
    (error as Error).name !== "NotCapable";
}
