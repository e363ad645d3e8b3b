import { assertEquals, assertMatch } from "@std/assert";
import type { Credentials } from "../../lib/aws/credentials.ts";
import { AwsError, MfaError } from "../../lib/errors.ts";
import {
  createToken,
  type Endpoint,
  startEndpoint,
} from "../../lib/server/endpoint.ts";

const CREDENTIALS: Credentials = {
  accessKeyId: "ASIA1",
  secretAccessKey: "top/secret",
  sessionToken: "token==",
  expiration: Date.UTC(2026, 0, 1, 12, 0, 10),
  roleArn: "arn:aws:iam::111111111111:role/admin",
  assumedRoleArn: "arn:aws:sts::111111111111:assumed-role/admin/alice",
  obtainedAt: Date.UTC(2026, 0, 1, 11),
  clockOffset: 10_000,
};

async function withEndpoint(
  credentials: () => Promise<Credentials>,
  work: (url: string, token: string, endpoint: Endpoint) => Promise<void>,
): Promise<void> {
  const endpoint = startEndpoint(createToken(), credentials);
  const {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
  } = endpoint.variables;
  try {
    await work(url!, token!, endpoint);
  } finally {
    endpoint.stop();
  }
}

const get = async (url: string, authorization?: string, method = "GET") => {
  const response = await fetch(url, {
    method,
    headers: authorization === undefined ? {} : { authorization },
  });
  return { status: response.status, body: await response.text() };
};

Deno.test("the endpoint converts the expiry of the credentials to this machine's clock", async () => {
  await withEndpoint(() => Promise.resolve(CREDENTIALS), async (url, token) => {
    assertMatch(url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    assertMatch(token, /^[0-9a-f]{64}$/);
    const { status, body } = await get(url, token);
    assertEquals([status, JSON.parse(body)], [200, {
      AccessKeyId: "ASIA1",
      SecretAccessKey: "top/secret",
      Token: "token==",
      Expiration: "2026-01-01T12:00:00Z",
      RoleArn: CREDENTIALS.roleArn,
    }]);
  });
});

Deno.test("the endpoint refuses requests without its token with an empty 403", async () => {
  await withEndpoint(() => Promise.resolve(CREDENTIALS), async (url, token) => {
    const refused = { status: 403, body: "" };
    for (
      const wrong of [
        undefined,
        "",
        "x",
        token.slice(1),
        `${token}0`,
        `Bearer ${token}`,
        token.toUpperCase(),
        "é".repeat(32),
      ].filter((word) => word === undefined || !/[^\0-\xff]/.test(word))
    ) {
      if (wrong === token) continue; // a token without letters
      assertEquals(await get(url, wrong), refused, String(wrong));
    }
    assertEquals(await get(`${url}elsewhere`, token), refused);
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      assertEquals(await get(url, token, method), refused, method);
    }
    assertEquals((await get(url, token, "HEAD")).status, 403);
  });
});

/** Sends the head of a request, and returns the first line and the body of the response. */
async function send(url: string, ...lines: string[]): Promise<string[]> {
  const port = Number(new URL(url).port);
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const head = `${lines.join("\r\n")}\r\n\r\n`;
  await connection.write(new TextEncoder().encode(head));
  const response = await new Response(connection.readable).text();
  return [response.split("\r\n")[0]!, response.split("\r\n\r\n")[1]!];
}

Deno.test("the endpoint refuses a request of a web page or of another form, also with the token", async () => {
  await withEndpoint(() => Promise.resolve(CREDENTIALS), async (url, token) => {
    const { port } = new URL(url);
    const given = `authorization: ${token}`;
    const host = `host: 127.0.0.1:${port}`;
    for (
      const lines of [
        ["TRACE / HTTP/1.1", host, given],
        ["CONNECT / HTTP/1.1", host, given],
        ["PROPFIND / HTTP/1.1", host, given],
        ["get / HTTP/1.1", host, given],
        [`GET http://127.0.0.1:${port}/ HTTP/1.1`, host, given],
        [`GET //evil.test/ HTTP/1.1`, host, given],
        ["GET /. HTTP/2", host, given],
        ["GET / HTTP/1.1", `host: rebound.test:${port}`, given],
        ["GET / HTTP/1.1", "host: rebound.test", given],
        ["GET / HTTP/1.1", "host: 127.0.0.1.rebound.test", given],
        ["GET / HTTP/1.1", "host: localhost.rebound.test", given],
        ["GET / HTTP/1.1", "host:", given],
        ["GET / HTTP/1.1", host, "host: rebound.test", given],
        ["GET / HTTP/1.1", host, "origin: https://rebound.test", given],
        ["GET / HTTP/1.1", host, "origin: null", given],
        ["GET / HTTP/1.1", host, given, given],
        ["GET / HTTP/1.1", host, given, "authorization: x"],
        ["GET / HTTP/1.1", host, ` ${given}`],
        ["GET / HTTP/1.1", host, `authorization : ${token}`],
      ]
    ) {
      assertEquals(
        await send(url, ...lines),
        ["HTTP/1.1 403 Forbidden", ""],
        lines.join(" "),
      );
    }
    for (
      const name of [
        `127.0.0.1:${port}`,
        "127.0.0.1",
        "localhost:1234", // a forwarded port
        "LOCALHOST",
        `[::1]:${port}`,
        "169.254.170.2", // the address of a container's endpoint, forwarded
      ]
    ) {
      const [line] = await send(url, "GET / HTTP/1.1", `Host: ${name}`, given);
      assertEquals(line, "HTTP/1.1 200 OK", name);
    }
    assertEquals(
      (await send(url, "GET / HTTP/1.0", given))[0],
      "HTTP/1.1 200 OK",
    );
  });
});

Deno.test("the endpoint listens on the IPv4 loopback only and has its own token", async () => {
  await withEndpoint(() => Promise.resolve(CREDENTIALS), async (url, token) => {
    const { port } = new URL(url);
    for (const hostname of ["::1", "127.0.0.2"]) {
      const reached = await Deno.connect({ hostname, port: Number(port) })
        .then((connection) => (connection.close(), true), () => false);
      assertEquals(reached, false, hostname);
    }
    await withEndpoint(
      () => Promise.resolve(CREDENTIALS),
      (otherUrl, otherToken) => {
        assertEquals(otherUrl === url || otherToken === token, false);
        return Promise.resolve();
      },
    );
  });
});

Deno.test("the endpoint answers a failed refresh with message and hint", async () => {
  const failures: [unknown, number, unknown][] = [
    [
      new MfaError("An MFA code is needed", { hint: "use '--mfa-command'" }),
      400,
      {
        Code: "CredentialsNotAvailable",
        Message: "assume-role: An MFA code is needed (use '--mfa-command')",
      },
    ],
    [
      new AwsError("Cannot assume it", { code: "NoAnswer" }),
      503,
      { Code: "NoAnswer", Message: "assume-role: Cannot assume it" },
    ],
    [
      new TypeError("What (os error 5)"),
      503,
      {
        Code: "CredentialsNotAvailable",
        Message: "assume-role: Cannot refresh the credentials: what",
      },
    ],
  ];
  for (const [failure, status, body] of failures) {
    await withEndpoint(() => Promise.reject(failure), async (url, token) => {
      const response = await get(url, token);
      assertEquals([response.status, JSON.parse(response.body)], [
        status,
        body,
      ]);
    });
  }
});
