import { assertEquals, assertRejects } from "@std/assert";
import { createAwsClient } from "../../lib/aws/client.ts";
import type { Fetch } from "../../lib/aws/fetch.ts";
import { createRequestHandler } from "../../lib/aws/http_handler.ts";
import { AwsError } from "../../lib/errors.ts";

const TIMEOUTS = { attemptMs: 100, callMs: 10_000 };

/** Makes a call that fails, and returns the error's message. */
async function failCall(
  sts: string,
  more: { fetch?: Fetch; timeouts?: typeof TIMEOUTS } = {},
): Promise<string> {
  const client = createAwsClient({
    partition: "aws",
    region: "eu-west-1",
    sts,
    useFips: false,
    useDualstack: false,
    credentials: { accessKeyId: "AKIA", secretAccessKey: "secret" },
    fetch,
    now: Date.now,
    random: () => 0,
    timeouts: TIMEOUTS,
    ...more,
  });
  const { message } = await assertRejects(client.getCallerIdentity, AwsError);
  return message.replace("Cannot identify the base credentials: ", "")
    .replace(sts, "AWS");
}

/** A TCP server that sends given bytes and counts its connections. */
class ByteServer implements AsyncDisposable {
  connections = 0;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #done: Promise<unknown>;

  constructor(answer: (conn: Deno.TcpConn) => Promise<void>) {
    this.#done = this.#serve(answer);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#done;
  }

  async #serve(answer: (conn: Deno.TcpConn) => Promise<void>): Promise<void> {
    const open: Promise<void>[] = [];
    for await (const conn of this.#listener) {
      this.connections++;
      open.push(this.#attend(conn, answer));
    }
    await Promise.all(open);
  }

  async #attend(
    conn: Deno.TcpConn,
    answer: (conn: Deno.TcpConn) => Promise<void>,
  ): Promise<void> {
    try {
      await conn.read(new Uint8Array(4096));
      await answer(conn);
      while (await conn.read(new Uint8Array(4096)) !== null);
    } catch {
      // The client has closed the connection.
    }
    conn.close();
  }
}

const text = (conn: Deno.TcpConn, words: string) =>
  conn.write(new TextEncoder().encode(words));

Deno.test("createAwsClient() gives up after three attempts if a server never answers", async () => {
  await using server = new ByteServer(() => Promise.resolve());
  const message = await failCall(server.url);
  assertEquals(
    [message, server.connections],
    ["AWS did not answer in time", 3],
  );
});

Deno.test("createAwsClient() times out if an endless answer arrives byte by byte", async () => {
  await using server = new ByteServer(async (conn) => {
    await text(conn, "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n");
    for (;;) {
      await text(conn, " ");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
  const message = await failCall(server.url);
  assertEquals(
    [message, server.connections],
    ["AWS did not answer in time", 3],
  );
});

Deno.test("createAwsClient() reports a lost connection, even if a part of the answer has arrived", async () => {
  for (
    const start of [
      "",
      "HTTP/1.1 200 OK\r\ncont",
      "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n<Ass",
    ]
  ) {
    await using server = new ByteServer(async (conn) => {
      await text(conn, start);
      await conn.closeWrite();
    });
    const message = await failCall(server.url);
    assertEquals(
      [message, server.connections],
      ["the connection to AWS was lost", 3],
    );
  }
});

Deno.test("createAwsClient() refuses an answer of more than 1 MiB, also after decompression, without a retry", async () => {
  const zeros = new Blob([new Uint8Array(300_000_000)]).stream();
  const bomb = new Uint8Array(
    await new Response(zeros.pipeThrough(new CompressionStream("gzip")))
      .arrayBuffer(),
  );
  const head = "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n";
  const answers: ((conn: Deno.TcpConn) => Promise<void>)[] = [
    async (conn) => {
      await text(conn, `${head}\r\n`);
      for (;;) await conn.write(new Uint8Array(65_536));
    },
    async (conn) => {
      const length = `content-length: ${bomb.length}\r\n`;
      await text(conn, `${head}${length}content-encoding: gzip\r\n\r\n`);
      for (let at = 0; at < bomb.length;) {
        at += await conn.write(bomb.subarray(at));
      }
    },
  ];
  for (const answer of answers) {
    await using server = new ByteServer(answer);
    const timeouts = { attemptMs: 60_000, callMs: 60_000 };
    const message = await failCall(server.url, { timeouts });
    assertEquals(
      [message, server.connections],
      ["the answer of AWS is larger than 1 MiB", 1],
    );
  }
});

Deno.test("createAwsClient() repeats a call after an empty or truncated answer", async () => {
  for (
    const [body, message] of [
      ["", "the connection to AWS was lost"],
      ["<GetCallerIdentityResponse><Get", "cannot read the answer of AWS"],
    ] as const
  ) {
    await using server = new ByteServer(async (conn) => {
      const length = `content-length: ${body.length}`;
      await text(conn, `HTTP/1.1 200 OK\r\n${length}\r\n\r\n${body}`);
      await conn.closeWrite();
    });
    assertEquals(
      [await failCall(server.url), server.connections],
      [message, 3],
    );
  }
});

Deno.test("createAwsClient() times out if a host cannot be reached", async () => {
  let attempts = 0;
  // Like a host to which all packets are lost, this `fetch` never answers; it rejects
  // only when the request is aborted.
  const fetch: Fetch = (_, init) => {
    attempts++;
    return new Promise((_, reject) => {
      const signal = init!.signal!;
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  };
  const lost = "http://192.0.2.1";
  const late = "AWS did not answer in time";
  assertEquals([await failCall(lost, { fetch }), attempts], [late, 3]);
  // `attemptMs` limits each attempt, and `callMs` limits all attempts of a call together.
  const timeouts = { attemptMs: 600_000, callMs: 100 };
  assertEquals(await failCall(lost, { fetch, timeouts }), late);
});

Deno.test("createRequestHandler() limits each call to 30 seconds", async () => {
  let now = 1_000_000;
  let attempts = 0;
  const handler = createRequestHandler({
    now: () => now,
    fetch: () => {
      attempts++;
      now += 10_000;
      return Promise.reject(new TypeError("refused"));
    },
  });
  const retryable = async (id: string) => {
    const error = await assertRejects(() =>
      handler.handle(request(id) as Parameters<typeof handler.handle>[0])
    );
    return "$retryable" in (error as Error);
  };
  const first = [];
  for (let i = 0; i < 4; i++) first.push(await retryable("first"));
  // After the deadline of the first call, no further attempt of that call is made.
  assertEquals([first, attempts], [[true, true, false, false], 3]);
  assertEquals([await retryable("second"), attempts], [true, 4]);
});

function request(id: string): unknown {
  return {
    protocol: "https:",
    hostname: "sts.eu-west-1.amazonaws.com",
    method: "POST",
    path: "/",
    headers: { "amz-sdk-invocation-id": id },
    body: "Action=GetCallerIdentity",
  };
}
