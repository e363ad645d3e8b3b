/** The way to AWS: CA bundles and proxies. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { FakeAws } from "../fake_aws/server.ts";
import { TestHome } from "./test_home.ts";
import { WORLD } from "./worlds.ts";

const OK = { status: 0, signal: null, stdout: "", stderr: "" };
const RUN = ["-r", "admin", "true"];
const openssl = { ignore: !await hasOpenssl() };

/** Passes bytes on between connections until one of them is closed. */
class Relay implements AsyncDisposable {
  /** The hosts of the CONNECT requests. */
  readonly asked: string[] = [];
  readonly url: string;
  readonly #listener: Deno.Listener;
  readonly #open = new Set<Deno.Conn>();
  readonly #done: Promise<unknown>;

  /** One that ends TLS before a server, or without `to` a proxy. */
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
      // A side has gone, or a client does not trust the certificate.
    }
  }

  async #connect(conn: Deno.Conn): Promise<string> {
    const bytes = new Uint8Array(4096);
    const length = await conn.read(bytes) ?? 0;
    const head = new TextDecoder().decode(bytes.subarray(0, length));
    const [, target = ""] = /^CONNECT (\S+)/.exec(head) ?? [];
    this.asked.push(target);
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

/** Deno itself would look for a new version by way of the proxy. */
const QUIET = { DENO_NO_UPDATE_CHECK: "1" };
const local = { hostname: "127.0.0.1", port: 0 };

/** The fake AWS behind TLS, with a certificate that nobody knows. */
async function behindTls(aws: FakeAws, home: TestHome): Promise<Relay> {
  const made = await home.exec([
    ...["openssl", "req", "-x509", "-nodes", "-days", "2"],
    ...["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
    ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
    ...["-keyout", "key.pem", "-out", "cert.pem"],
  ]);
  assertEquals(made.status, 0, made.stderr);
  const text = (name: string) =>
    Deno.readTextFileSync(join(home.project, name));
  const options = { cert: text("cert.pem"), key: text("key.pem") };
  return new Relay(Deno.listenTls({ ...local, ...options }), "https", aws.url);
}

Deno.test(
  "AWS_CA_BUNDLE, or ca_bundle of the profile, is trusted",
  openssl,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using home = new TestHome();
    await using tls = await behindTls(aws, home);
    const bundle = join(home.project, "cert.pem");
    const env = { AWS_ENDPOINT_URL: tls.url };
    const untrusted = await home.run(RUN, { env });
    assertEquals(untrusted, {
      ...OK,
      status: 125,
      stderr:
        `assume-role: error: Cannot identify the base credentials: the certificate of ${tls.url} is not trusted\n` +
        "assume-role: hint: if a proxy signs with its own CA, set AWS_CA_BUNDLE to the file of that CA\n",
    });
    const byVariable = { env: { ...env, AWS_CA_BUNDLE: bundle } };
    assertEquals(await home.run(RUN, byVariable), OK);
    home.writeHome(".aws/config", `[default]\nca_bundle = ${bundle}\n`);
    assertEquals(await home.run(["-f", ...RUN], { env }), OK);
    assertEquals(aws.count("AssumeRole"), 2);
  },
);

Deno.test(
  "HTTPS_PROXY is used, except for the hosts of NO_PROXY",
  openssl,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using home = new TestHome();
    await using tls = await behindTls(aws, home);
    await using proxy = new Relay(Deno.listen(local), "http");
    const env = {
      ...QUIET,
      AWS_ENDPOINT_URL: tls.url,
      AWS_CA_BUNDLE: join(home.project, "cert.pem"),
      HTTPS_PROXY: proxy.url,
    };
    assertEquals(await home.run(RUN, { env }), OK);
    const target = tls.url.replace("https://", "");
    assertEquals([...new Set(proxy.asked)], [target]);

    proxy.asked.length = 0;
    const direct = { ...env, NO_PROXY: "localhost" };
    assertEquals(await home.run(["-f", ...RUN], { env: direct }), OK);
    assertEquals(proxy.asked, []);
    assertEquals(aws.count("AssumeRole"), 2);
  },
);

Deno.test("IAM Identity Center is asked by the same way", openssl, async () => {
  await using aws = new FakeAws({
    ...WORLD,
    portal: { userName: "alice", token: "the-token", assignments: [] },
  });
  await using home = new TestHome();
  await using tls = await behindTls(aws, home);
  await using proxy = new Relay(Deno.listen(local), "http");
  const start = "https://example.awsapps.com/start";
  home.writeHome(
    ".aws/config",
    `[profile reader]\nsso_start_url = ${start}\nsso_region = us-east-1\nsso_account_id = 111111111111\nsso_role_name = Reader\n`,
  );
  const bytes = new TextEncoder().encode(start);
  const name = new Uint8Array(await crypto.subtle.digest("SHA-1", bytes));
  home.writeHome(
    `.aws/sso/cache/${name.toHex()}.json`,
    JSON.stringify({
      accessToken: "the-token",
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    }),
  );
  const { stderr } = await home.run(["--profile", "reader", ...RUN], {
    env: {
      ...QUIET,
      AWS_ENDPOINT_URL: tls.url,
      AWS_CA_BUNDLE: join(home.project, "cert.pem"),
      HTTPS_PROXY: proxy.url,
    },
  });
  assertEquals(
    stderr.split("\n")[0],
    "assume-role: error: Cannot find base credentials from the profile 'reader': ForbiddenException: No access",
  );
  assertEquals(aws.count("GetRoleCredentials"), 1);
  assertEquals(proxy.asked.length, 1);
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

Deno.test(
  "an address that is neither AWS's nor this machine's is refused, and it is said why",
  async () => {
    await using home = new TestHome({ url: "http://emulator.example:4566" });
    const { status, stderr } = await home.run("-r admin true");
    assertEquals([status, stderr], [
      125,
      "assume-role: error: Cannot call emulator.example:4566: assume-role may connect only to AWS and to this machine\n" +
      "assume-role: hint: run assume-role with 'deno run --allow-net' to use another address: see 'Permissions' in the README\n",
    ]);
  },
);
