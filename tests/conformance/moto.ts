import { TestHome, type User } from "../mod.ts";

/** The default account of moto. */
export const ACCOUNT = "123456789012";

/**
 * A moto server: an independent implementation of STS and IAM, which checks
 * signatures and policies after `enforce()`. Needs `moto_server` on the PATH.
 */
export class Moto implements AsyncDisposable {
  readonly url: string;
  readonly #process: Deno.ChildProcess;

  private constructor(url: string, process: Deno.ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  /** Starts moto and waits until it responds. */
  static async start(): Promise<Moto> {
    const port = freePort();
    const process = new Deno.Command("moto_server", {
      args: ["-H", "127.0.0.1", "-p", String(port)],
      env: { INITIAL_NO_AUTH_ACTION_COUNT: "1000000" },
      stdout: "null",
      stderr: "null",
    }).spawn();
    const moto = new Moto(`http://127.0.0.1:${port}`, process);
    for (let i = 0; i < 300; i++) {
      try {
        await (await fetch(moto.url)).body?.cancel();
        return moto;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    await moto[Symbol.asyncDispose]();
    throw new Error("moto_server does not answer");
  }

  /** Creates a user with an MFA device who may assume one role. */
  async createUser(name: string, roleName: string): Promise<User> {
    await this.#iam({ Action: "CreateUser", UserName: name });
    const key = await this.#iam({ Action: "CreateAccessKey", UserName: name });
    const allow = (action: string, resource: string) => ({
      Effect: "Allow",
      Action: action,
      Resource: resource,
    });
    const user = `arn:aws:iam::${ACCOUNT}:user/${name}`;
    await this.#iam({
      Action: "PutUserPolicy",
      UserName: name,
      PolicyName: "assume-role",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          allow("sts:AssumeRole", `arn:aws:iam::${ACCOUNT}:role/${roleName}`),
          // moto allows an IAM action only if the policy has the resource "*".
          allow("iam:ListMFADevices", "*"),
        ],
      }),
    });
    await this.#iam({
      Action: "CreateRole",
      RoleName: roleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{
          Effect: "Allow",
          Principal: { AWS: user },
          Action: "sts:AssumeRole",
        }],
      }),
    });
    const device = await this.#iam({
      Action: "CreateVirtualMFADevice",
      VirtualMFADeviceName: name,
    });
    const serial = element(device, "SerialNumber");
    await this.#iam({
      Action: "EnableMFADevice",
      UserName: name,
      SerialNumber: serial,
      AuthenticationCode1: "123456",
      AuthenticationCode2: "654321",
    });
    return {
      name,
      devices: [{ serial }],
      accountId: ACCOUNT,
      accessKeyId: element(key, "AccessKeyId"),
      secretAccessKey: element(key, "SecretAccessKey"),
    };
  }

  /** Creates a role that a session of another role may assume. */
  async createNextRole(
    roleName: string,
    previous: string,
    sessionName: string,
  ): Promise<void> {
    // In moto, a role's ARN as the principal does not include the role's sessions.
    const arn =
      `arn:aws:sts::${ACCOUNT}:assumed-role/${previous}/${sessionName}`;
    const statement = { Effect: "Allow", Action: "sts:AssumeRole" };
    const document = (more: object) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ ...statement, ...more }],
      });
    await this.#iam({
      Action: "CreateRole",
      RoleName: roleName,
      AssumeRolePolicyDocument: document({ Principal: { AWS: arn } }),
    });
    await this.#iam({
      Action: "PutRolePolicy",
      RoleName: previous,
      PolicyName: "assume-next",
      PolicyDocument: document({
        Resource: `arn:aws:iam::${ACCOUNT}:role/${roleName}`,
      }),
    });
  }

  /** Makes moto check signatures and policies of all later requests. */
  async enforce(): Promise<void> {
    const response = await fetch(`${this.url}/moto-api/reset-auth`, {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: "0",
    });
    if (!response.ok) throw new Error(`moto answered ${response.status}`);
    await response.body?.cancel();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.status;
  }

  async #iam(params: Record<string, string>): Promise<string> {
    const response = await fetch(this.url, {
      method: "POST",
      headers: {
        authorization:
          "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0",
      },
      body: new URLSearchParams({ ...params, Version: "2010-05-08" }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`moto answered ${response.status}: ${text}`);
    }
    return text;
  }
}

/** Values that a test with moto gets. */
export interface MotoContext {
  readonly moto: Moto;
  /** The user alice; she may assume the role `admin`. */
  readonly user: User;
  readonly home: TestHome;
}

/** Runs a test with moto and the home of a user. */
export async function withMoto(
  test: (context: MotoContext) => Promise<void>,
): Promise<void> {
  await using moto = await Moto.start();
  const user = await moto.createUser("alice", "admin");
  await using home = new TestHome(moto, user);
  await test({ moto, user, home });
}

/** Returns the text of the first XML element with the given name. */
export function element(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? "";
}

/** A proxy that forwards every byte to a server, and records the called actions. */
export class CountingProxy implements AsyncDisposable {
  readonly actions: string[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<Deno.TcpConn>();
  readonly #work: Promise<void>;

  constructor(target: string) {
    const { hostname, port } = new URL(target);
    this.#work = this.#accept({ hostname, port: Number(port) });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#open) connection.close();
    await this.#work;
  }

  async #accept(target: Deno.ConnectOptions): Promise<void> {
    const running: Promise<void>[] = [];
    try {
      for await (const client of this.#listener) {
        const server = await Deno.connect(target);
        running.push(
          this.#pipe(client, server, (text) => {
            for (const [, action] of text.matchAll(/(?:^|&)Action=(\w+)/gm)) {
              this.actions.push(action!);
            }
          }),
          this.#pipe(server, client, () => {}),
        );
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
    await Promise.all(running);
  }

  async #pipe(
    from: Deno.TcpConn,
    to: Deno.TcpConn,
    note: (text: string) => void,
  ): Promise<void> {
    this.#open.add(from);
    const buffer = new Uint8Array(65_536);
    try {
      for (
        let n = await from.read(buffer);
        n !== null;
        n = await from.read(buffer)
      ) {
        const chunk = buffer.subarray(0, n);
        note(new TextDecoder().decode(chunk));
        for (let at = 0; at < n;) at += await to.write(chunk.subarray(at));
      }
      await to.closeWrite();
    } catch {
      // If one side is closed, the other side is closed, too.
    }
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
