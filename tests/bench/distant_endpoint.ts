import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { createServer, type Server } from "node:tls";
import { join } from "@std/path/join";
import { argv, type TestHome } from "../mod.ts";

const LOOPBACK = { hostname: "127.0.0.1", port: 0 };

/**
 * A TLS endpoint with a round-trip time, in front of a server on this machine. The handshakes of
 * TCP and TLS and each request take as many round trips as over a real network.
 */
export class DistantEndpoint implements AsyncDisposable {
  readonly url: string;
  /** The path of the certificate, for `AWS_CA_BUNDLE`. */
  readonly certificate: string;
  readonly #tls: Server;
  readonly #listener: Deno.TcpListener;
  readonly #open = new Set<Deno.Conn>();
  readonly #oneWayMs: number;
  readonly #done: Promise<unknown>;

  private constructor(tls: Server, certificate: string, roundTripMs: number) {
    this.certificate = certificate;
    this.#oneWayMs = roundTripMs / 2;
    this.#tls = tls;
    this.#listener = Deno.listen(LOOPBACK);
    this.url = `https://localhost:${this.#listener.addr.port}`;
    const { port } = tls.address() as AddressInfo;
    this.#done = this.#accept(port);
  }

  /**
   * Starts an endpoint.
   *
   * @param home a temporary home; its project gets the certificate
   */
  static async start(
    server: string,
    home: TestHome,
    roundTripMs: number,
  ): Promise<DistantEndpoint> {
    const made = await home.exec(
      argv`openssl req -x509 -nodes -days 2
        -newkey ec -pkeyopt ec_paramgen_curve:prime256v1
        -subj /CN=localhost -addext subjectAltName=DNS:localhost
        -addext basicConstraints=critical,CA:FALSE
        -keyout key.pem -out cert.pem`,
    );
    if (made.status !== 0) throw new Error(made.stderr);
    const [certificate, key] = ["cert.pem", "key.pem"]
      .map((name) => join(home.project, name));
    const tls = serveTls(certificate!, key!, Number(new URL(server).port));
    await once(tls, "listening");
    return new DistantEndpoint(tls, certificate!, roundTripMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#open) close(conn);
    await this.#done;
    this.#tls.close();
    await once(this.#tls, "close");
  }

  async #accept(port: number): Promise<void> {
    const running: Promise<void>[] = [];
    try {
      for await (const client of this.#listener) {
        running.push(this.#link(client, port, this.#oneWayMs));
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
    await Promise.all(running);
  }

  async #link(
    client: Deno.TcpConn,
    port: number,
    delay: number,
  ): Promise<void> {
    const conns: Deno.Conn[] = [client];
    this.#open.add(client);
    try {
      const server = await Deno.connect({ ...LOOPBACK, port });
      server.setNoDelay(true);
      client.setNoDelay(true);
      conns.push(server);
      this.#open.add(server);
      // The system has accepted the connection at once: the first bytes of the client
      // wait for the round trip that the handshake of TCP takes.
      const connectedAt = performance.now() + 2 * delay;
      await Promise.all([
        carry(client, server, delay, connectedAt),
        carry(server, client, delay, 0),
      ]);
    } catch {
      // One side has closed the connection.
    }
    for (const conn of conns) {
      this.#open.delete(conn);
      close(conn);
    }
  }
}

/**
 * Starts a TLS server that passes everything on to a port. Node's module can send small pieces
 * at once (`TCP_NODELAY`), as AWS's servers do: otherwise an answer could wait for 40 ms.
 */
function serveTls(certificate: string, key: string, port: number): Server {
  const server = createServer({
    cert: Deno.readTextFileSync(certificate),
    key: Deno.readTextFileSync(key),
  }, (client) => {
    const target = connect(port, LOOPBACK.hostname);
    for (const [from, to] of [[client, target], [target, client]] as const) {
      from.setNoDelay(true);
      from.on("error", () => to.destroy());
      from.pipe(to);
    }
  });
  return server.listen(0, LOOPBACK.hostname);
}

/** Carries each piece of a stream after a delay; a later piece does not wait for longer. */
async function carry(
  from: Deno.Conn,
  to: Deno.Conn,
  oneWayMs: number,
  notBefore: number,
): Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  for (;;) {
    const bytes = new Uint8Array(65_536);
    const count = await from.read(bytes);
    const due = Math.max(performance.now(), notBefore) + oneWayMs;
    last = last.then(async () => {
      await sleepUntil(due);
      if (count === null) await to.closeWrite();
      else await writeAll(to, bytes.subarray(0, count));
    });
    last.catch(() => {}); // reported by the last wait
    if (count === null) return void await last;
  }
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // The connection is closed already.
  }
}

async function sleepUntil(due: number): Promise<void> {
  const left = due - performance.now();
  if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
}

async function writeAll(to: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}
