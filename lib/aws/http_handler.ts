import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import {
  type Fetch,
  fetchWhole,
  mayPass,
  noAnswer,
  timeoutError,
} from "./fetch.ts";
import { TIMEOUTS, type Timeouts } from "./retry.ts";

/** The settings of a request handler of the SDK. */
export interface HandlerSettings {
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly timeouts?: Timeouts;
  readonly onResponse?: (response: Response) => void;
  /** Receives the error of each attempt that gets no answer. */
  readonly onNoAnswer?: (error: Error) => void;
}

/** Creates a request handler for the SDK; the handler sends requests with `fetch`. */
export function createRequestHandler(
  { fetch, now, timeouts = TIMEOUTS, onResponse, onNoAnswer }: HandlerSettings,
): FetchHttpHandler {
  let currentCall: string | null = null;
  let deadline = 0;
  return new FetchHttpHandler({
    customFetch: async (input: RequestInfo | URL, init?: RequestInit) => {
      const request = new Request(input, init);
      // The SDK sends the same id with all attempts of one call.
      const id = request.headers.get("amz-sdk-invocation-id");
      if (id === null || id !== currentCall) deadline = now() + timeouts.callMs;
      currentCall = id;
      const leftMs = deadline - now();
      if (leftMs <= 0) throw timeoutError(timeouts.callMs);
      const timeoutMs = Math.min(leftMs, timeouts.attemptMs);
      const response = await fetchWhole(fetch, request, timeoutMs).then(
        refuseEmpty,
      ).catch((error) => {
        // The SDK repeats a request if the error has the property `$retryable`.
        const retryable = now() < deadline && mayPass(error) &&
          { $retryable: {} };
        const failure = Object.assign(noAnswer(error), retryable);
        onNoAnswer?.(failure);
        throw failure;
      });
      onResponse?.(response);
      return response;
    },
  });
}

/** Refuses a successful answer without a body, because every answer of AWS has a body. */
function refuseEmpty(response: Response): Response {
  if (response.ok && response.body === null) {
    throw new Error("unexpected EOF: the answer is empty");
  }
  return response;
}
