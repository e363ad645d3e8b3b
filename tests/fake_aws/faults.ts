/** An error that the fake AWS answers with. */
export interface Failure {
  readonly kind: "error";
  readonly code: string;
  readonly status: number;
  readonly message?: string;
}

/** A fault that a test can cause for a request. */
export type Fault =
  | Failure
  /** The connection ends before the answer is complete. */
  | { readonly kind: "cut" }
  | { readonly kind: "malformed" }
  /** The request is carried out, but the connection ends before the answer is complete. */
  | { readonly kind: "lose" }
  /** Any other answer, such as {@linkcode ENDLESS}. */
  | { readonly kind: "answer"; readonly create: () => Response }
  /** The answer is held back until a promise is fulfilled. */
  | { readonly kind: "hold"; readonly until: Promise<void> };

/** The faults that tests have added for future requests. */
export class Faults {
  readonly #entries: { action: string; fault: Fault; times: number }[] = [];

  /** Makes the next requests for an action fail. */
  add(action: string, fault: Fault, times: number): void {
    this.#entries.push({ action, fault, times });
  }

  /** Returns the next fault for an action, and reduces the number of remaining faults. */
  take(action: string): Fault | undefined {
    const found = this.#entries.find((entry) =>
      entry.action === action && entry.times > 0
    );
    if (found === undefined) return undefined;
    found.times--;
    return found.fault;
  }
}

/** Creates an answer that ends after the first bytes. */
export function cut(): Response {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("<"));
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-length": "1000" } });
}

/** Creates an error in the format of AWS's JSON services. */
export function failure({ code, status, message }: Failure): Response {
  return Response.json(
    { message: message ?? code, __type: code },
    { status, headers: { "x-amzn-errortype": code } },
  );
}

/** A fault that answers with an HTTP status and no AWS error, as a proxy does. */
export function status(
  code: number,
  headers: Readonly<Record<string, string>> = {},
): Fault {
  const create = () =>
    new Response("<html>no AWS error</html>", { status: code, headers });
  return { kind: "answer", create };
}

/** A fault that answers with status 200 and a text, which can be empty or truncated. */
export function text(body: string): Fault {
  return { kind: "answer", create: () => new Response(body) };
}

/** A fault that answers with a body that never ends. */
export const ENDLESS: Fault = {
  kind: "answer",
  create: () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
      }),
    ),
};

/** A fault that answers with about 300 kB that decompress to 300 MB. */
export const GZIP_BOMB: Fault = {
  kind: "answer",
  create: () => {
    let left = 300;
    const zeros = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => {
        controller.enqueue(new Uint8Array(1_000_000));
        if (--left === 0) controller.close();
      },
    });
    return new Response(zeros.pipeThrough(new CompressionStream("gzip")), {
      headers: { "content-encoding": "gzip" },
    });
  },
};
