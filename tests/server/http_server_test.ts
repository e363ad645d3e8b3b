import { assert, assertEquals, assertMatch } from "@std/assert";
import { serveOnLoopback } from "../../lib/server/http_server.ts";

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

/** What the server sends to whoever sends this, piece by piece. */
async function exchange(port: number, ...pieces: string[]): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  for (const piece of pieces) {
    await connection.write(new TextEncoder().encode(piece));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return await readAll(connection);
}

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
    return text; // it was cut off
  }
}

Deno.test("the server answers a request, however it arrives", async () => {
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

Deno.test("the server answers what is no request with 400, or not at all", async () => {
  await withServer(async (port) => {
    for (
      const head of [
        "",
        "GET /",
        "GET / HTTP/2",
        "get / HTTP/1.1",
        "TRACE / HTTP/1.1",
        "GET http:// HTTP/1.1",
        "GET / HTTP/1.1\r\nno header",
        "GET / HTTP/1.1\r\nx y: z",
        "GET / HTTP/1.1\r\nx: a\0b",
        "\x16\x03\x01",
      ]
    ) {
      assertMatch(
        await exchange(port, `${head}\r\n\r\n`),
        /^HTTP\/1\.1 400 Bad Request\r\n[^]*\r\n\r\n$/,
        JSON.stringify(head),
      );
    }
    assertEquals(await exchange(port, "x".repeat(100_000)), "");
  });
});

Deno.test("the server says nothing of what goes wrong inside", async () => {
  await withServer(async (_, url) => {
    const response = await fetch(url);
    assertEquals([response.status, await response.text()], [500, ""]);
  }, () => Promise.reject(new Error("secret")));
});

Deno.test("the server shows out who does not ask, first of all where others want in", async () => {
  await withServer(async (port, url) => {
    const idle = await Promise.all(
      Array.from(
        { length: 100 },
        () => Deno.connect({ hostname: "127.0.0.1", port }),
      ),
    );
    assertEquals(await (await fetch(url)).text(), "/");
    // Also those whose place nobody wants do not stay.
    const ends = await Promise.all(idle.map(readAll));
    assert(ends.every((end) => end === ""));
    idle.forEach((connection) => connection.close());
    assertEquals(await (await fetch(url)).text(), "/");
  });
});

Deno.test("the server keeps who waits for an answer, however many they are", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await withServer(async (_, url) => {
    const asked = Promise.all(
      Array.from({ length: 60 }, async () => await (await fetch(url)).text()),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    resolve();
    assertEquals(new Set(await asked), new Set(["/"]));
  }, async (request) => {
    await promise;
    return await path(request);
  });
});
