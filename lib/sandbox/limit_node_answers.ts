import { MAX_BODY_BYTES } from "../aws/fetch.ts";

/** The part of Node's `IncomingMessage` through which its body arrives. */
interface Body {
  push(chunk: { readonly length: number } | null, encoding?: string): boolean;
  readonly socket?: { destroy?(): void };
}

/**
 * Limits the answers that Node's HTTP client gets. The AWS SDK uses this client, and not our
 * `fetch`, for the endpoints of containers and EC2 instances. A body ends after
 * {@linkcode MAX_BODY_BYTES}; a longer answer is not credentials.
 */
export async function limitNodeAnswers(): Promise<void> {
  const { ClientRequest } = await import("node:http");
  const { prototype } = ClientRequest;
  const { emit } = prototype;
  prototype.emit = function (event: string | symbol, ...args: unknown[]) {
    if (event === "response") cutBody(args[0] as Body);
    return emit.call(this, event, ...args);
  };
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
