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
