/** Connections to AWS: CA bundles, proxies and allowed hosts. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import {
  ALICE,
  ALICE_ARN,
  argv,
  assertFails,
  e2e,
  type FakeAws,
  keysOf,
  OK,
  PREFIX,
  role,
  type TestHome,
  WORLD,
  type World,
} from "../mod.ts";

const openssl = { ignore: !await hasOpenssl() };

/** A TLS server in front of another server, or an HTTP proxy; copies all bytes. */
class Relay implements AsyncDisposable {
  /** The targets of all HTTP CONNECT requests. */
  readonly connected: string[] = [];
  readonly url: string;
  readonly #listener: Deno.Listener;
  readonly #open = new Set<Deno.Conn>();
  readonly #done: Promise<unknown>;

  /** Creates a relay to the server `to`, or a proxy if `to` is missing. */
  constructor(
    listener: Deno.Listener<Deno.Conn<Deno.NetAddr>, Deno.NetAddr>,
    scheme: "http" | "https",
    to?: string,
  ) {
    this.#listener = listener;
    this.url = `${scheme}://localhost:${listener.addr.port}`;
    this.#done = this.#serve(to);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#open) conn.close();
    await this.#done;
  }

  async #serve(to: string | undefined): Promise<void> {
    const running: Promise<void>[] = [];
    try {
      for await (const conn of this.#listener) {
        this.#open.add(conn);
        running.push(this.#attend(conn, to));
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
    await Promise.all(running);
  }

  async #attend(conn: Deno.Conn, to: string | undefined): Promise<void> {
    try {
      const { hostname, port } = new URL(to ?? await this.#connect(conn));
      const server = await Deno.connect({ hostname, port: Number(port) });
      this.#open.add(server);
      await Promise.all([pass(conn, server), pass(server, conn)]);
    } catch {
      // One side has closed the connection, or a client does not trust the certificate.
    }
  }

  async #connect(conn: Deno.Conn): Promise<string> {
    const bytes = new Uint8Array(4096);
    const length = await conn.read(bytes) ?? 0;
    const head = new TextDecoder().decode(bytes.subarray(0, length));
    const [, target = ""] = /^CONNECT (\S+)/.exec(head) ?? [];
    this.connected.push(target);
    await conn.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\n"));
    return `tcp://${target}`;
  }
}

async function pass(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const bytes = new Uint8Array(65_536);
  for (let n = await from.read(bytes); n !== null; n = await from.read(bytes)) {
    for (let at = 0; at < n;) at += await to.write(bytes.subarray(at, n));
  }
  await to.closeWrite();
}

/** A variable that stops Deno itself from looking for a new version through the proxy. */
const NO_UPDATE_CHECK = { DENO_NO_UPDATE_CHECK: "1" };
const LOOPBACK = { hostname: "127.0.0.1", port: 0 };

/** Starts a TLS server in front of the fake AWS, with a self-signed certificate. */
async function serveTls(aws: FakeAws, home: TestHome): Promise<Relay> {
  const made = await home.exec(
    argv`openssl req -x509 -nodes -days 2
      -newkey ec -pkeyopt ec_paramgen_curve:prime256v1
      -subj /CN=localhost -addext subjectAltName=DNS:localhost
      -addext basicConstraints=critical,CA:FALSE
      -keyout key.pem -out cert.pem`,
  );
  assertEquals(made.status, 0, made.stderr);
  const text = (name: string) =>
    Deno.readTextFileSync(join(home.project, name));
  const options = { cert: text("cert.pem"), key: text("key.pem") };
  const listener = Deno.listenTls({ ...LOOPBACK, ...options });
  return new Relay(listener, "https", aws.url);
}

e2e("the CA in AWS_CA_BUNDLE or in the profile's ca_bundle is trusted", {
  ...openssl,
  offline: true,
}, async ({ aws, home, run }) => {
  await using tls = await serveTls(aws, home);
  const bundle = join(home.project, "cert.pem");
  const env = { AWS_ENDPOINT_URL: tls.url };
  assertFails(await run("-r admin true", { env }), {
    error:
      `Cannot identify the base credentials: the certificate of ${tls.url} is not trusted`,
    hint:
      "if a proxy signs with its own CA, set AWS_CA_BUNDLE to the file of that CA",
  });
  const withBundle = { env: { ...env, AWS_CA_BUNDLE: bundle } };
  assertEquals(await run("-r admin true", withBundle), OK);
  home.writeHome(".aws/config", `[default]\nca_bundle = ${bundle}\n`);
  assertEquals(await run("-f -r admin true", { env }), OK);
  assertEquals(aws.count("AssumeRole"), 2);
});

const JOB = {
  GITHUB_ACTIONS: "true",
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: "the-request-token",
};
const SUBJECT = "repo:example/project:ref:refs/heads/main";
const JOB_WORLD: World = {
  ...WORLD,
  roles: [role("admin", { trusts: [ALICE_ARN], trustsTokens: [SUBJECT] })],
  workflow: { requestToken: "the-request-token", sub: SUBJECT },
};

for (
  const name of [
    "AWS_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
  ] as const
) {
  e2e(
    `the CA in ${name} is trusted for AWS, GitHub, the console and --doctor`,
    {
      ...openssl,
      world: JOB_WORLD,
      offline: true,
    },
    async ({ aws, home, run }) => {
      await using tls = await serveTls(aws, home);
      const env = {
        AWS_ENDPOINT_URL: tls.url,
        [name]: join(home.project, "cert.pem"),
      };
      assertEquals(await run("-r admin true", { env }), OK);
      const console = await run("--console -r admin", { env });
      assertEquals([console.status, console.stderr], [0, ""]);
      const { stdout } = await run("--doctor -v", { env });
      assertStringIncludes(stdout, "clock: agrees with AWS's clock");

      home.writeHome(".aws/credentials", "");
      const job = {
        ...env,
        ...JOB,
        ACTIONS_ID_TOKEN_REQUEST_URL: `${tls.url}/actions/id-token`,
      };
      assertEquals(await run("-f -r admin true", { env: job }), OK);
      assertEquals(aws.actions(), [
        "GetCallerIdentity",
        "AssumeRole",
        "getSigninToken",
        "GetCallerIdentity",
        "ListMFADevices",
        "GetIdToken",
        "AssumeRoleWithWebIdentity",
      ]);
      // A run with a cached session makes no request, and does not read the file.
      const missing = { ...job, [name]: "/missing.pem" };
      assertEquals(await run("-r admin true", { env: missing }), OK);
      assertEquals(await run("-r admin true", { env: missing }), OK);
    },
  );

  e2e(
    `a file of ${name} that cannot be used is an error`,
    async ({ home, run }) => {
      const hint = `correct ${name}, or unset ${name}`;
      for (
        const [path, reason] of [
          [join(home.project, "none.pem"), /: no such file or directory$/],
          [
            home.write("text.pem", "text"),
            /: the file contains no certificate$/,
          ],
          [
            home.write(
              "damaged.pem",
              "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            ),
            /: the file contains a damaged certificate$/,
          ],
        ] as const
      ) {
        const result = await run("-r admin true", { env: { [name]: path } });
        assertFails(result, { error: reason, hint });
        assertStringIncludes(
          result.stderr,
          `error: Cannot use the CA bundle ${path}: `,
        );
      }
    },
  );
}

e2e(
  "an error names DENO_CERT if its file cannot be opened",
  openssl,
  async ({ aws, home, run }) => {
    await using tls = await serveTls(aws, home);
    const env = { AWS_ENDPOINT_URL: tls.url, DENO_CERT: "/missing.pem" };
    for (const AWS_CA_BUNDLE of ["", join(home.project, "cert.pem")]) {
      const result = await run("-r admin true", {
        env: { ...env, AWS_CA_BUNDLE },
      });
      assertFails(result, {
        error: /: cannot open the file of DENO_CERT$/,
        hint: "correct DENO_CERT, or unset DENO_CERT",
      });
    }
  },
);

e2e(
  "GitHub's token and the console's sign-in go through the proxy, also with names in lower case",
  {
    ...openssl,
    world: JOB_WORLD,
    offline: true,
  },
  async ({ aws, home, run }) => {
    await using tls = await serveTls(aws, home);
    await using proxy = new Relay(Deno.listen(LOOPBACK), "http");
    for (
      const [use, avoid] of [["HTTPS_PROXY", "NO_PROXY"], [
        "https_proxy",
        "no_proxy",
      ]] as const
    ) {
      home.removeCache();
      const env = {
        ...NO_UPDATE_CHECK,
        AWS_ENDPOINT_URL: tls.url,
        AWS_CA_BUNDLE: join(home.project, "cert.pem"),
        [use]: proxy.url,
      };
      const job = {
        ...env,
        ...JOB,
        ACTIONS_ID_TOKEN_REQUEST_URL: `${tls.url}/actions/id-token`,
      };
      home.writeHome(".aws/credentials", "");
      assertEquals(await run("-r admin true", { env: job }), OK);
      assertEquals(proxy.connected.length, 2);
      assertEquals((await run("--console -r admin", { env: job })).status, 0);
      assertEquals(proxy.connected.length, 3);
      const direct = { ...job, [avoid]: "localhost" };
      assertEquals(await run("-f -r admin true", { env: direct }), OK);
      assertEquals(proxy.connected.length, 3);
      proxy.connected.length = 0;
    }
    assertEquals(aws.count("GetIdToken"), 4);
  },
);

e2e(
  "the error of a container endpoint is not that of a proxy",
  { ...openssl },
  async ({ aws, home, run }) => {
    home.writeHome(".aws/credentials", "");
    await using proxy = new Relay(Deno.listen(LOOPBACK), "http");
    const env = {
      ...NO_UPDATE_CHECK,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/container/credentials`,
      HTTP_PROXY: proxy.url,
      http_proxy: proxy.url,
    };
    assertFails(await run("-r admin true", { env }), {
      error:
        `Cannot find base credentials: the container endpoint ${aws.url} gave no credentials: HTTP status 401`,
      hint: "check the variables AWS_CONTAINER_*",
    });
    assertEquals(proxy.connected, []);
  },
);

e2e(
  "if a container endpoint has a certificate of a private CA, the error names the endpoint",
  {
    ...openssl,
  },
  async ({ aws, home, run }) => {
    await using tls = await serveTls(aws, home);
    home.writeHome(".aws/credentials", "");
    const env = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${tls.url}/creds`,
      AWS_CA_BUNDLE: join(home.project, "cert.pem"),
    };
    assertFails(await run("-r admin true", { env }), {
      error: `Cannot find base credentials: ${
        await isBuiltWithDeno26()
          ? `cannot connect to the container endpoint ${tls.url}; its certificate may not be trusted`
          : `the certificate of the container endpoint ${tls.url} is not trusted`
      }`,
      hint:
        "use a certificate of a public CA, or http on loopback; AWS_CA_BUNDLE does not apply to this endpoint, as in the AWS CLI",
    });
    assertEquals(aws.calls, []);
  },
);

e2e("requests go through HTTPS_PROXY, except to hosts in NO_PROXY", {
  ...openssl,
  offline: true,
}, async ({ aws, home, run }) => {
  await using tls = await serveTls(aws, home);
  await using proxy = new Relay(Deno.listen(LOOPBACK), "http");
  const env = {
    ...NO_UPDATE_CHECK,
    AWS_ENDPOINT_URL: tls.url,
    AWS_CA_BUNDLE: join(home.project, "cert.pem"),
    HTTPS_PROXY: proxy.url,
  };
  assertEquals(await run("-r admin true", { env }), OK);
  const target = tls.url.replace("https://", "");
  assertEquals([...new Set(proxy.connected)], [target]);

  proxy.connected.length = 0;
  const direct = { ...env, NO_PROXY: "localhost" };
  assertEquals(await run("-f -r admin true", { env: direct }), OK);
  assertEquals(proxy.connected, []);
  assertEquals(aws.count("AssumeRole"), 2);
});

/** An IAM Identity Center that denies each role to its user. */
const PORTAL_WORLD: World = {
  ...WORLD,
  portal: { userName: "alice", token: "the-token", assignments: [] },
};

/** Writes the profile `reader`, and a sign-in for this profile. */
async function signInReader(home: TestHome): Promise<void> {
  home.writeHome(
    ".aws/config",
    "[profile reader]\nsso_start_url = https://x\nsso_region = us-east-1\nsso_account_id = 111111111111\nsso_role_name = Reader\n",
  );
  await home.signIn("https://x", "the-token", Date.now() + 3_600_000);
}

e2e("requests to IAM Identity Center go through HTTPS_PROXY, too", {
  ...openssl,
  world: PORTAL_WORLD,
  offline: true,
}, async ({ aws, home, run }) => {
  await using tls = await serveTls(aws, home);
  await using proxy = new Relay(Deno.listen(LOOPBACK), "http");
  await signInReader(home);
  const env = {
    ...NO_UPDATE_CHECK,
    AWS_ENDPOINT_URL: tls.url,
    AWS_CA_BUNDLE: join(home.project, "cert.pem"),
    HTTPS_PROXY: proxy.url,
  };
  const { stderr } = await run("--profile reader -r admin true", { env });
  assertEquals(
    stderr.split("\n")[0],
    "assume-role: error: Cannot find base credentials from the profile 'reader': IAM Identity Center denies the role to this user",
  );
  assertEquals(aws.count("GetRoleCredentials"), 1);
  assertEquals(proxy.connected.length, 1);
});

/** Whether the executable is built with Deno 2.6; its `node:http` cannot call IPv6 hosts. */
async function isBuiltWithDeno26(): Promise<boolean> {
  const path = Deno.env.get("ASSUME_ROLE_BIN");
  if (!path) return false;
  const { stdout } = await new Deno.Command(path, { args: ["--version"] })
    .output();
  return /^deno: 2\.6\./m.test(new TextDecoder().decode(stdout));
}

function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

async function hasOpenssl(): Promise<boolean> {
  try {
    const args = ["version"];
    const { success } = await new Deno.Command("openssl", { args }).output();
    return success;
  } catch {
    return false;
  }
}

const LOOPBACK_HOSTS = [
  // Only Linux has more addresses on loopback than the first.
  { host: Deno.build.os === "linux" ? "127.0.0.2" : "127.0.0.1" },
  { host: "[::1]", ignore: !hasIpv6() || await isBuiltWithDeno26() },
];
for (const { host, ignore = false } of LOOPBACK_HOSTS) {
  e2e(
    `EKS Pod Identity: a rotated token in a file beyond the home, for the endpoint ${host}`,
    {
      world: {
        ...WORLD,
        roles: [role("admin", { trusts: [`${PREFIX}pod`] })],
        container: { roleArn: `${PREFIX}pod`, authorizationToken: "the-token" },
      },
      ignore,
    },
    async ({ aws, home, run }) => {
      home.writeHome(".aws/credentials", "");
      const hostname = host.replace(/[\[\]]/g, "");
      const listener = Deno.listen({ hostname, port: 0 });
      const origin = `http://${host}:${listener.addr.port}`;
      await using _relay = new Relay(listener, "http", aws.url);
      const file = join(home.root, "eks-pod-identity-token");
      const env = {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${origin}/container/credentials`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
      };
      Deno.writeTextFileSync(file, "an old token");
      assertFails(await run("-r admin true", { env }), {
        error:
          `Cannot find base credentials: the container endpoint ${origin} gave no credentials: HTTP status 401`,
        hint: "check the variables AWS_CONTAINER_*",
      });
      Deno.writeTextFileSync(file, "the-token");
      assertEquals(await run("-r admin true", { env }), OK);
      Deno.removeSync(file);
      assertFails(await run("-f -r admin true", { env }), {
        error: `Cannot find base credentials: the file ${file} does not exist`,
        hint: /AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE$/,
      });
    },
  );
}

const ELSEWHERE = "http://emulator.example:4566";
const REFUSED = {
  error:
    "Cannot call emulator.example:4566: assume-role may connect only to AWS and to this machine",
  hint:
    "run assume-role with 'deno run --allow-net' to use another address: see docs/permissions.md",
};

e2e("an endpoint outside AWS and this machine is refused by its name", {
  world: PORTAL_WORLD,
}, async ({ aws, home, run }) => {
  await signInReader(home);
  for (const args of ["-r admin true", "--profile reader -r admin true"]) {
    const env = { AWS_ENDPOINT_URL: ELSEWHERE };
    assertFails(await run(args, { env }), REFUSED);
  }
  home.writeHome(".aws/credentials", "");
  const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${ELSEWHERE}/x` };
  assertFails(await run("-r admin true", { env }), REFUSED);
  assertEquals(aws.calls, []);
  const signin = { env: { AWS_ENDPOINT_URL_SIGNIN: ELSEWHERE } };
  home.writeHome(".aws/credentials", keysOf(ALICE));
  assertFails(await run("--console -r admin", signin), REFUSED);
  const iam = { env: { AWS_ENDPOINT_URL_IAM: ELSEWHERE } };
  assertStringIncludes(
    (await run("--doctor", iam)).stdout,
    `endpoint of IAM: ${REFUSED.error}; ${REFUSED.hint}\n`,
  );
});

e2e("an endpoint of a service that assume-role does not call is not refused", {
  world: PORTAL_WORLD,
}, async ({ aws, home, run }) => {
  await signInReader(home);
  const env = { AWS_ENDPOINT_URL_S3: ELSEWHERE };
  assertFails(await run("--profile reader -r admin true", { env }), {
    error: /IAM Identity Center denies the role to this user$/,
  });
  assertEquals(aws.actions(), ["GetRoleCredentials"]);
});
