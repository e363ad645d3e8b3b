import { MAX_BODY_BYTES } from "../aws/fetch.ts";

/** The part of Node's `IncomingMessage` through which its body arrives. */
interface Body {
  push(chunk: { readonly length: number } | null, encoding?: string): boolean;
  on(event: "close", listen: () => void): void;
  listenerCount(event: "error"): number;
  destroy(error: Error): void;
  readonly socket?: { destroy?(): void };
}

/**
 * Limits the answers that Node's HTTP client gets. The AWS SDK uses this client, and not our
 * `fetch`, for the endpoints of containers and EC2 instances. A body ends after
 * {@linkcode MAX_BODY_BYTES}; a longer answer is not credentials. If the connection is lost,
 * the body ends, with an error if its reader listens to errors.
 */
export async function limitNodeAnswers(): Promise<void> {
  const { ClientRequest } = await import("node:http");
  const { prototype } = ClientRequest;
  if (Object.hasOwn(prototype, "emit")) return; // an earlier call has set the limits
  const { emit } = prototype;
  const open = new Set<Body>();
  prototype.emit = function (event: string | symbol, ...args: unknown[]) {
    if (event === "response") {
      const body = args[0] as Body;
      open.add(body);
      body.on("close", () => open.delete(body));
      cutBody(body);
    }
    return emit.call(this, event, ...args);
  };
  // Deno reports a lost connection only as an unhandled rejection, which ends the worker.
  addEventListener("unhandledrejection", (event) => {
    if (open.size === 0) return;
    event.preventDefault();
    const lost = new Error("the connection was lost", { cause: event.reason });
    for (const body of open) {
      if (body.listenerCount("error") > 0) body.destroy(lost);
      else body.push(null); // a part of an answer is not valid
    }
  });
}

function cutBody(body: Body): void {
  const push = body.push.bind(body);
  let leftBytes = MAX_BODY_BYTES;
  body.push = (chunk, encoding) => {
    if (leftBytes < 0) return false;
    leftBytes -= chunk?.length ?? 0;
    if (leftBytes >= 0) return push(chunk, encoding);
    const isMore = push(null);
    body.socket?.destroy?.(); // so that no other request uses the connection
    return isMore;
  };
}
