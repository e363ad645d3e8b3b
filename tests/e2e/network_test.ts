/** Connections to AWS: CA bundles, proxies and allowed hosts. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import {
  argv,
  assertFails,
  e2e,
  type FakeAws,
  OK,
  type TestHome,
  WORLD,
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
      error:
        `Cannot find base credentials: the certificate of the container endpoint ${tls.url} is not trusted`,
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

e2e("requests to IAM Identity Center go through HTTPS_PROXY, too", {
  ...openssl,
  world: {
    ...WORLD,
    portal: { userName: "alice", token: "the-token", assignments: [] },
  },
  offline: true,
}, async ({ aws, home, run }) => {
  await using tls = await serveTls(aws, home);
  await using proxy = new Relay(Deno.listen(LOOPBACK), "http");
  const start = "https://example.awsapps.com/start";
  home.writeHome(
    ".aws/config",
    `[profile reader]\nsso_start_url = ${start}\nsso_region = us-east-1\nsso_account_id = 111111111111\nsso_role_name = Reader\n`,
  );
  await home.signIn(start, "the-token", Date.now() + 3_600_000);
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

async function hasOpenssl(): Promise<boolean> {
  try {
    const args = ["version"];
    const { success } = await new Deno.Command("openssl", { args }).output();
    return success;
  } catch {
    return false;
  }
}

e2e("an endpoint outside AWS and this machine is refused", {
  // The Deno version of the executable may not support host patterns in permissions.
  ignore: Deno.env.get("ASSUME_ROLE_BIN") !== undefined,
}, async ({ run }) => {
  const env = { AWS_ENDPOINT_URL: "http://emulator.example:4566" };
  assertFails(await run("-r admin true", { env }), {
    error:
      "Cannot call emulator.example:4566: assume-role may connect only to AWS and to this machine",
    hint:
      "run assume-role with 'deno run --allow-net' to use another address: see 'Permissions' in the README",
  });
});
