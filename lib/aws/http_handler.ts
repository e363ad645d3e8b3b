import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { type Fetch, fetchWhole, noAnswer } from "./fetch.ts";

/** How long a call may wait for its answer, in milliseconds. */
export interface Limits {
  /** One attempt, from the connection to the last byte. */
  readonly attempt: number;
  /** All attempts together. */
  readonly call: number;
}

/**
 * AWS answers within a second. A person who waits for half a minute without a
 * word has long begun to look for the reason.
 */
const LIMITS: Limits = { attempt: 10_000, call: 30_000 };

/** What the part of the SDK that sends requests works with. */
export interface HandlerSettings {
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly limits?: Limits;
  readonly onResponse?: (response: Response) => void;
}

/** Makes the part of the SDK that sends requests, on a `fetch`. */
export function createRequestHandler(
  { fetch, now, limits = LIMITS, onResponse }: HandlerSettings,
): FetchHttpHandler {
  let call: string | null = null;
  let end = 0;
  return new FetchHttpHandler({
    customFetch: async (input: RequestInfo | URL, init?: RequestInit) => {
      const request = new Request(input, init);
      // The SDK gives all attempts of a call the same id.
      const id = request.headers.get("amz-sdk-invocation-id");
      if (id === null || id !== call) end = now() + limits.call;
      call = id;
      const left = end - now();
      if (left <= 0) throw noAnswer(new Error("no answer within the time"));
      const limit = Math.min(left, limits.attempt);
      const response = await fetchWhole(fetch, request, limit).catch(
        (error) => {
          // The SDK tries again what it finds to be retryable.
          const more = now() < end && { $retryable: {} };
          throw Object.assign(noAnswer(error), more);
        },
      );
      onResponse?.(response);
      return response;
    },
  });
}
