/**
 * An HTTP server on loopback that other users of the machine cannot block.
 *
 * `Deno.serve` cannot replace this server. `Deno.serve` keeps a connection that
 * sends no request (still open after 130 s), cannot limit connections, and stops
 * permanently at the first "Too many open files". The executable can open as many
 * files as the user's soft limit allows, by default 256 on macOS and 1,024 on Linux.
 * If idle connections use up this limit, `Deno.serve` stops, and all later requests are
 * refused (0 of 720 served). When restarted after each failure, `Deno.serve` served 474 of
 * 600 requests. `node:http` closes idle connections, but accepts no connections after
 * "Too many open files" (0 of 200 served).
 *
 * Measured with 1,000 slow clients (silent, or one byte a second), at most 256
 * open files and two overloaded cores: this server answered 1,440 of 1,440
 * requests, 40 at a time, the slowest in 0.02 s. When the slow clients connect
 * again as soon as their connections are closed, this server answered 560 of 560
 * requests, the slowest in 0.84 s, and used 121 MB of memory. An SDK waits one second
 * for an answer. With at most 64 open files, this server needs 3 s to close the
 * connections of the 1,000 slow clients.
 */
import { formatResponse, parseRequest } from "./http_message.ts";

/** The time that a client has to send a request. */
const REQUEST_TIMEOUT_MS = 5000;
/** The time that a client has to receive the response and to close the connection. */
const CLOSE_TIMEOUT_MS = 1000;
/** The number of connections that may wait for their clients to send data or to close. */
const MAX_WAITING = 128;
/**
 * If more than `MAX_WAITING` connections wait, the server closes the oldest of them, but
 * keeps each connection open for at least this time. Thus the server disconnects at most
 * 128 / 50 ms = 2,560 slow clients a second.
 */
const MIN_WAIT_MS = 50;
/** The number of connections that may wait even if too many files are open. */
const MIN_WAITING = 16;
/**
 * The number of connections that the system queues until this server accepts them.
 * When the queue is full, the client's system retries the connection after a second,
 * which is too late for an SDK.
 */
const QUEUE_LENGTH = 4096;
const MAX_HEAD_BYTES = 16_384;
const END_OF_HEAD = "\r\n\r\n";

/** A server on the IPv4 loopback. */
export interface LoopbackServer {
  /** The address of the server, such as `http://127.0.0.1:40123/`. */
  readonly url: string;
  /** Closes the server and all connections. */
  readonly stop: () => void;
  /** Closes the server, but first sends the responses to requests that have arrived. */
  readonly finish: () => Promise<void>;
}

type Handler = (request: Request) => Promise<Response>;

/** Serves HTTP requests on a free port of the IPv4 loopback. */
export function serveOnLoopback(handler: Handler): LoopbackServer {
  const listener = Deno.listen({
    hostname: "127.0.0.1",
    port: 0,
    tcpBacklog: QUEUE_LENGTH,
  });
  const url = `http://127.0.0.1:${listener.addr.port}/`;
  const stopping = new AbortController();
  const connections = new Set<Connection>();
  // The connections that wait for their client, the oldest first.
  const waiting = new Set<Connection>();
  // The responses to requests that have arrived.
  const responses = new Set<Promise<void>>();
  const serve = async (connection: Connection) => {
    connections.add(connection);
    waiting.add(connection);
    try {
      const head = await connection.readHead();
      // While the handler runs, the connection does not wait for its client: keep it open.
      waiting.delete(connection);
      const sending = sendResponse(
        connection,
        parseRequest(head, url),
        handler,
      );
      responses.add(sending);
      await sending.finally(() => responses.delete(sending));
      waiting.add(connection);
      await connection.drain();
    } catch {
      // The client has gone, was too slow or sent too much.
    } finally {
      connection.close();
      waiting.delete(connection);
      connections.delete(connection);
    }
  };
  const closeOldest = async () => {
    const [oldest] = waiting;
    await (oldest?.minWait ?? pause(MIN_WAIT_MS, stopping.signal));
    // Keep the connection if its request has arrived in the meantime.
    if (oldest !== undefined && waiting.delete(oldest)) oldest.close();
  };
  let maxWaiting = MAX_WAITING;
  const accept = async () => {
    while (!stopping.signal.aborted) {
      try {
        serve(new Connection(await listener.accept()));
      } catch {
        // Too many files are open, or the server was stopped. Close half of the waiting
        // connections, because a refresh of the credentials also needs to open files.
        maxWaiting = Math.max(MIN_WAITING, Math.floor(waiting.size / 2));
        await closeOldest();
      }
      while (waiting.size > maxWaiting) await closeOldest();
    }
  };
  accept();
  const close = () => {
    if (!stopping.signal.aborted) listener.close();
    stopping.abort();
  };
  const stop = () => {
    close();
    for (const connection of connections) connection.close();
  };
  return {
    url,
    stop,
    finish: async () => {
      close();
      await Promise.allSettled(responses);
      stop();
    },
  };
}

async function sendResponse(
  connection: Connection,
  request: Request | undefined,
  handler: Handler,
): Promise<void> {
  const response = await respond(request, handler);
  await connection.send(
    await formatResponse(response, request?.method !== "HEAD"),
  );
}

async function respond(
  request: Request | undefined,
  handler: Handler,
): Promise<Response> {
  if (request === undefined) return new Response(null, { status: 403 });
  try {
    return await handler(request);
  } catch {
    // The client must not see the message of an internal error.
    return new Response(null, { status: 500 });
  }
}

/** A connection that serves one request. */
class Connection {
  /** Resolves when the server may close the connection to admit clients, or has closed it. */
  readonly minWait: Promise<void>;
  readonly #tcp: Deno.TcpConn;
  readonly #closed = new AbortController();
  #timer: ReturnType<typeof setTimeout>;

  constructor(tcp: Deno.TcpConn) {
    this.#tcp = tcp;
    const { signal } = this.#closed;
    // If the process was stalled, the timer ends before the event loop reads requests
    // that have arrived meanwhile: the second pause lets the event loop read them.
    this.minWait = pause(MIN_WAIT_MS, signal).then(() => pause(0, signal));
    this.#timer = setTimeout(() => this.close(), REQUEST_TIMEOUT_MS);
  }

  /**
   * Reads a request up to the empty line.
   *
   * @throws {Error} If the connection ends first, or the head is too long
   */
  async readHead(): Promise<string> {
    const decoder = new TextDecoder("latin1");
    const buffer = new Uint8Array(MAX_HEAD_BYTES);
    for (let size = 0; size < buffer.length;) {
      const count = await this.#tcp.read(buffer.subarray(size));
      if (count === null) break;
      // Search only new bytes: a client may send each byte by itself.
      const from = Math.max(0, size - END_OF_HEAD.length + 1);
      size += count;
      const end = decoder.decode(buffer.subarray(from, size))
        .indexOf(END_OF_HEAD);
      if (end < 0) continue;
      clearTimeout(this.#timer);
      return decoder.decode(buffer.subarray(0, from + end));
    }
    throw new Error("Cannot read the request");
  }

  /** Sends the response and closes the sending side. */
  async send(bytes: Uint8Array): Promise<void> {
    this.#timer = setTimeout(() => this.close(), CLOSE_TIMEOUT_MS);
    for (let at = 0; at < bytes.length;) {
      at += await this.#tcp.write(bytes.subarray(at));
    }
    await this.#tcp.closeWrite();
  }

  /**
   * Reads until the client closes the connection. If this server closed a connection
   * with unread data, the system would discard what the client has not yet received.
   */
  async drain(): Promise<void> {
    const buffer = new Uint8Array(4096);
    while (await this.#tcp.read(buffer) !== null);
  }

  /** Closes the connection, unless it is closed already. */
  close(): void {
    clearTimeout(this.#timer);
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    try {
      this.#tcp.close();
    } catch {
      // The client has closed the connection.
    }
  }
}

/** Resolves after some milliseconds, or when the signal is aborted. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end);
  });
}
