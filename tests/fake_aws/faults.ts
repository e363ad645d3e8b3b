/** An answer that is an error. */
export interface Failure {
  readonly kind: "error";
  readonly code: string;
  readonly status: number;
  readonly message?: string;
}

/** What can be made to go wrong with a request. */
export type Fault =
  | Failure
  /** The connection ends without an answer. */
  | { readonly kind: "cut" }
  | { readonly kind: "malformed" }
  /** The answer is held back until a promise is fulfilled. */
  | { readonly kind: "hold"; readonly until: Promise<void> };

/** The faults that are still to happen. */
export class Faults {
  readonly #entries: { action: string; fault: Fault; times: number }[] = [];

  /** Makes the next requests for an action go wrong. */
  add(action: string, fault: Fault, times: number): void {
    this.#entries.push({ action, fault, times });
  }

  /** What goes wrong with this request for an action, if anything. */
  take(action: string): Fault | undefined {
    const found = this.#entries.find((entry) =>
      entry.action === action && entry.times > 0
    );
    if (found === undefined) return undefined;
    found.times--;
    return found.fault;
  }
}

/** An answer that breaks off after its first bytes. */
export function cut(): Response {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("<"));
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-length": "1000" } });
}

/** An error as services of AWS that speak JSON give it. */
export function failure({ code, status, message }: Failure): Response {
  return Response.json(
    { message: message ?? code, __type: code },
    { status, headers: { "x-amzn-errortype": code } },
  );
}
