import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { serveOnLoopback } from "../../lib/system/http_server.ts";
import { eventually } from "../e2e/test_home.ts";
import { Program } from "./program.ts";

const path = (request: Request) =>
  Promise.resolve(new Response(new URL(request.url).pathname));

async function withServer(
  work: (port: number, url: string) => Promise<void>,
  answer: (request: Request) => Promise<Response> = path,
): Promise<void> {
  const server = serveOnLoopback(answer);
  try {
    await work(Number(new URL(server.url).port), server.url);
  } finally {
    server.stop();
  }
}

/** Sends a request in pieces and returns the response. */
async function exchange(port: number, ...pieces: string[]): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  for (const piece of pieces) {
    await connection.write(new TextEncoder().encode(piece));
    await delay(10);
  }
  return await readAll(connection);
}

const delay = (milliseconds: number) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

async function readAll(connection: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(1024);
  let text = "";
  try {
    for (;;) {
      const count = await connection.read(buffer);
      if (count === null) return text;
      text += decoder.decode(buffer.subarray(0, count));
    }
  } catch {
    return text; // the server closed the connection
  }
}

Deno.test("the server answers a request that arrives at once or in pieces", async () => {
  await withServer(async (port, url) => {
    const response = await fetch(`${url}a`);
    assertEquals([response.status, await response.text()], [200, "/a"]);
    assertMatch(
      await exchange(port, "GE", "T /b HTTP/1.0\r\nx: y\r", "\n\r\n"),
      /^HTTP\/1\.1 200 OK\r\n(?:[\w-]+: .*\r\n)+\r\n\/b$/,
    );
    assertMatch(
      await exchange(port, "POST /c HTTP/1.1\r\ncontent-length: 2\r\n\r\nxy"),
      /^HTTP\/1\.1 200 [^]*\r\n\r\n\/c$/,
    );
    assertMatch(
      await exchange(port, "HEAD /d HTTP/1.1\r\n\r\n"),
      /^HTTP\/1\.1 200 [^]*content-length: 2\r\n[^]*\r\n\r\n$/,
    );
  });
});

Deno.test("the server answers a malformed request with 403, and closes the connection if a request is too long", async () => {
  await withServer(async (port) => {
    for (
      const head of [
        "",
        "GET /",
        "GET / HTTP/2",
        "get / HTTP/1.1",
        "TRACE / HTTP/1.1",
        "GET http:// HTTP/1.1",
        "GET http://127.0.0.1/ HTTP/1.1",
        "GET * HTTP/1.1",
        "CONNECT 127.0.0.1:80 HTTP/1.1",
        "TRACK / HTTP/1.1",
        "GET / HTTP/1.1 HTTP/1.1",
        "GET  / HTTP/1.1",
        "GET /\tHTTP/1.1",
        " GET / HTTP/1.1",
        "GET / HTTP/0.9",
        "GET / HTTP/1.1\nx: y",
        "GET / HTTP/1.1\r\n x: folded",
        "GET / HTTP/1.1\r\nx : y",
        "GET / HTTP/1.1\r\nno header",
        "GET / HTTP/1.1\r\nx y: z",
        "GET / HTTP/1.1\r\nx: a\0b",
        "\x16\x03\x01",
      ]
    ) {
      assertMatch(
        await exchange(port, `${head}\r\n\r\n`),
        /^HTTP\/1\.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n$/,
        JSON.stringify(head),
      );
    }
    assertEquals(await exchange(port, "x".repeat(100_000)), "");
    const long = `GET / HTTP/1.1\r\nx: ${"y".repeat(100_000)}\r\n\r\n`;
    assertEquals(await exchange(port, long), "");
  });
});

Deno.test("the server answers one request of a connection, and ignores what follows", async () => {
  let requests = 0;
  await withServer(async (port) => {
    for (
      const more of [
        "content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /b HTTP/1.1\r\n\r\n",
        "content-length: 0\r\ncontent-length: 30\r\n\r\nGET /b HTTP/1.1\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\nffffffffffff\r\n",
        "connection: keep-alive\r\n\r\nGET /b HTTP/1.1\r\n\r\nGET /c HTTP/1.1\r\n\r\n",
        "expect: 100-continue\r\n\r\n",
        "connection: upgrade, http2-settings\r\nupgrade: h2c\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      ]
    ) {
      requests = 0;
      assertMatch(
        await exchange(port, `GET /a HTTP/1.1\r\n${more}`),
        /^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n\r\n\/a$/,
        more,
      );
      assertEquals(requests, 1);
    }
  }, (request) => {
    requests++;
    return path(request);
  });
});

Deno.test("the server reads a request whose bytes arrive one by one", async () => {
  await withServer(async (port) => {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    for (const byte of new TextEncoder().encode("GET /a HTTP/1.1\r\n\r\n")) {
      await connection.write(new Uint8Array([byte]));
      await delay(1);
    }
    assertMatch(await readAll(connection), /\r\n\r\n\/a$/);
  });
});

Deno.test("the server does not send the reason of an internal error to the client", async () => {
  await withServer(async (_, url) => {
    const response = await fetch(url);
    assertEquals([response.status, await response.text()], [500, ""]);
  }, () => Promise.reject(new Error("secret")));
});

Deno.test("the server closes idle connections, sooner if other clients wait", async () => {
  await withServer(async (port, url) => {
    const idle = await Promise.all(
      Array.from(
        { length: 200 },
        () => Deno.connect({ hostname: "127.0.0.1", port }),
      ),
    );
    assertEquals(await (await fetch(url)).text(), "/");
    // The remaining connections are closed after the timeout.
    const ends = await Promise.all(idle.map(readAll));
    assert(ends.every((end) => end === ""));
    idle.forEach((connection) => connection.close());
    assertEquals(await (await fetch(url)).text(), "/");
  });
});

Deno.test("the server closes no connection that waits for a response", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let received = 0;
  await withServer(async (_, url) => {
    const bodies: Promise<string>[] = [];
    // Each step adds fewer requests than the limit of waiting connections; the total is
    // above the limit.
    for (let all = 60; all <= 240; all += 60) {
      while (bodies.length < all) {
        bodies.push(fetch(url).then((response) => response.text()));
      }
      await eventually(() => received >= all);
    }
    await delay(200);
    resolve();
    assertEquals(new Set(await Promise.all(bodies)), new Set(["/"]));
  }, async (request) => {
    received++;
    await promise;
    return await path(request);
  });
});

// If this test fails, Deno is fixed, and `Deno.serve` may replace http_server.ts.
Deno.test("Deno.serve stops permanently when clients use up all open files", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await using server = new Program("http_server.ts", ["deno"], 256);
  const port = Number(new URL(await server.line()).port);
  const connect = () => Deno.connect({ hostname: "127.0.0.1", port });
  const connections: Deno.Conn[] = [];
  const ended = server.line();
  while (connections.length < 300) {
    const connection = await connect().catch(() => undefined);
    if (connection === undefined) break;
    connections.push(connection);
  }
  assertMatch(await ended, /Too many open files/);
  connections.forEach((connection) => connection.close());
  await assertRejects(connect, Deno.errors.ConnectionRefused);
});
