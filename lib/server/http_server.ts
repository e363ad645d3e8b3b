import { formatResponse, parseRequest } from "./http_message.ts";

/** How long a request may take to arrive, and its sender to go, in milliseconds. */
const PATIENCE = 5000;
const FAREWELL = 1000;
/** How many connections are waited for at once: each takes a file descriptor. */
const MOST_WAITING = 16;
/** How long each is waited for though others want its place, in milliseconds. */
const GRACE = 50;
/** The largest head of a request, in bytes. */
const LARGEST_HEAD = 16_384;

/** A server on the IPv4 loopback. */
export interface LoopbackServer {
  /** Where it listens, such as `http://127.0.0.1:40123/`. */
  readonly url: string;
  /** Ends it at once. */
  readonly stop: () => void;
}

type Answer = (request: Request) => Promise<Response>;

/**
 * Answers HTTP requests on a free port of the IPv4 loopback. Anybody on the
 * machine can connect, so who connects and does not ask is soon shown out.
 */
export function serveOnLoopback(answer: Answer): LoopbackServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.addr.port}/`;
  const stopping = new AbortController();
  const visitors = new Set<Connection>();
  const waiting = new Set<Connection>();
  const receive = async (connection: Connection) => {
    visitors.add(connection);
    waiting.add(connection);
    try {
      const head = await connection.readHead();
      // Whoever is answered takes no place, however long that takes.
      waiting.delete(connection);
      const request = parseRequest(head, url);
      const response = await respond(request, answer);
      await connection.tell(
        await formatResponse(response, request?.method !== "HEAD"),
      );
      waiting.add(connection);
      await connection.seeOff();
    } catch {
      // The sender has gone, was too slow or sent too much.
    } finally {
      connection.leave();
      waiting.delete(connection);
      visitors.delete(connection);
    }
  };
  const makeRoom = async () => {
    const [first] = waiting;
    await (first?.grace ?? pause(GRACE, stopping.signal));
    // It may have asked meanwhile.
    if (first !== undefined && waiting.delete(first)) first.leave();
  };
  const accept = async () => {
    while (!stopping.signal.aborted) {
      try {
        const connection = await listener.accept();
        receive(new Connection(connection));
        while (waiting.size > MOST_WAITING) await makeRoom();
      } catch {
        // As a rule, there is no file descriptor left.
        await makeRoom();
      }
    }
  };
  accept();
  return {
    url,
    stop: () => {
      stopping.abort();
      listener.close();
      for (const connection of visitors) connection.leave();
    },
  };
}

async function respond(
  request: Request | undefined,
  answer: Answer,
): Promise<Response> {
  if (request === undefined) return new Response(null, { status: 400 });
  try {
    return await answer(request);
  } catch {
    // What went wrong inside is nobody's business outside.
    return new Response(null, { status: 500 });
  }
}

/** One connection, which makes one request. */
class Connection {
  /** Until it may be shown out, or has gone. */
  readonly grace: Promise<void>;
  readonly #connection: Deno.Conn;
  readonly #gone = new AbortController();
  #timer: ReturnType<typeof setTimeout>;

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
    this.grace = pause(GRACE, this.#gone.signal);
    this.#timer = setTimeout(() => this.leave(), PATIENCE);
  }

  /**
   * All that comes before the empty line.
   *
   * @throws where that does not come, or is too long
   */
  async readHead(): Promise<string> {
    const decoder = new TextDecoder("latin1");
    const buffer = new Uint8Array(4096);
    let text = "";
    while (text.length < LARGEST_HEAD) {
      const count = await this.#connection.read(buffer);
      if (count === null) break;
      text += decoder.decode(buffer.subarray(0, count));
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) continue;
      clearTimeout(this.#timer);
      return text.slice(0, end);
    }
    throw new Error("that is no request");
  }

  /** Sends an answer, the last thing that is said. */
  async tell(bytes: Uint8Array): Promise<void> {
    this.#timer = setTimeout(() => this.leave(), FAREWELL);
    for (let at = 0; at < bytes.length;) {
      at += await this.#connection.write(bytes.subarray(at));
    }
    await this.#connection.closeWrite();
  }

  /**
   * Waits until the sender has gone: to close while there is something to read
   * would take the answer back.
   */
  async seeOff(): Promise<void> {
    const buffer = new Uint8Array(4096);
    while (await this.#connection.read(buffer) !== null);
  }

  /** Ends the connection, if it is not yet at its end. */
  leave(): void {
    clearTimeout(this.#timer);
    if (this.#gone.signal.aborted) return;
    this.#gone.abort();
    try {
      this.#connection.close();
    } catch {
      // It has ended by itself.
    }
  }
}

/** Waits for some milliseconds, or less if it is of no more use. */
function pause(milliseconds: number, enough: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      enough.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    if (enough.aborted) end();
    else enough.addEventListener("abort", end);
  });
}
