import type { Fetch } from "../aws/fetch.ts";
import type { SdkAnswer, SdkRequest } from "./rpc.ts";

/** Sends the requests of a worker to the process, because the worker has no network. */
export class RemoteFetch {
  readonly #send: (request: SdkRequest) => void;
  readonly #waiting = new Map<number, (answer: SdkAnswer) => void>();
  #requests = 0;

  constructor(send: (request: SdkRequest) => void) {
    this.#send = send;
  }

  /**
   * A `fetch` for requests with a text as body. Rejects with an error of the same name and
   * message as the error of the process.
   */
  readonly fetch: Fetch = async (input, init) => {
    const request = new Request(input, init);
    const { method, url, headers, signal } = request;
    const body = await request.text();
    const id = ++this.#requests;
    const { promise, resolve, reject } = Promise.withResolvers<SdkAnswer>();
    this.#waiting.set(id, resolve);
    signal.addEventListener("abort", () => reject(signal.reason));
    this.#send({ request: id, method, url, headers: [...headers], body });
    const { result } = await promise.finally(() => this.#waiting.delete(id));
    if ("error" in result) {
      const { name, message } = result.error;
      throw Object.assign(new Error(message), { name });
    }
    const { status } = result;
    return new Response(result.body || null, {
      status,
      headers: result.headers.map(([name, value]) => [name, value]),
    });
  };

  /** Receives an answer of the process. */
  receive(answer: SdkAnswer): void {
    this.#waiting.get(answer.answer)?.(answer);
  }
}
