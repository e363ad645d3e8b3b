import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { NO_ANSWER } from "./explanations.ts";

/** How long one attempt of a call may take, in milliseconds. */
const REQUEST_TIMEOUT = 10_000;

/** What AWS is called with: `fetch`, with proxies and certificates set up. */
export type Fetch = typeof fetch;

/** Makes the part of the SDK that sends requests, on a `fetch`. */
export function createRequestHandler(
  fetch: Fetch,
  onResponse?: (response: Response) => void,
): FetchHttpHandler {
  return new FetchHttpHandler({
    requestTimeout: REQUEST_TIMEOUT,
    customFetch: async (input: RequestInfo | URL, init?: RequestInit) => {
      const response = await fetchWhole(fetch, input, init);
      onResponse?.(response);
      return response;
    },
  });
}

/**
 * Fetches the answer with its body, so that a connection that is cut on the way
 * is one failure with one that is refused: the SDK tries again.
 */
async function fetchWhole(
  fetch: Fetch,
  input: RequestInfo | URL,
  init: RequestInit | undefined,
): Promise<Response> {
  try {
    const response = await fetch(input, init);
    const { status, headers } = response;
    return new Response(await response.arrayBuffer(), { status, headers });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw Object.assign(new Error(reason, { cause: error }), {
      name: NO_ANSWER,
      $retryable: {},
    });
  }
}
