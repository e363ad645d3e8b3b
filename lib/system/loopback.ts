/** A server on the IPv4 loopback. */
export interface LoopbackServer {
  /** Where it listens, such as `http://127.0.0.1:40123/`. */
  readonly url: string;
  /** Ends it at once. */
  readonly stop: () => void;
}

/** Answers HTTP requests on a free port of the IPv4 loopback. */
export function serveOnLoopback(
  answer: (request: Request) => Promise<Response>,
): LoopbackServer {
  const stopping = new AbortController();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    signal: stopping.signal,
    onListen() {},
    // What went wrong inside is nobody's business outside.
    onError: () => new Response(null, { status: 500 }),
  }, answer);
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    stop: () => stopping.abort(),
  };
}
