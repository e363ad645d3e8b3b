import { assertFails } from "../mod.ts";
import { ADMIN_ARN } from "../identifiers.ts";
import {
  argv,
  fixture,
  keysInEnv,
  program,
  type TestHome,
} from "./test_home.ts";
import { ALICE } from "../fake_aws/world.ts";

/** The endpoints that a run can call, and the variables that lead to an address. */
export const ENDPOINTS: Readonly<
  Record<string, (url: string) => Readonly<Record<string, string>>>
> = {
  "AWS STS": (url) => ({ ...keysInEnv(ALICE), AWS_ENDPOINT_URL: url }),
  "a container's endpoint": (url) => ({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/credentials`,
  }),
  "an EC2 instance": (url) => ({
    AWS_EC2_METADATA_DISABLED: "false",
    AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
  }),
  "GitHub's token service": (url) => ({
    GITHUB_ACTIONS: "true",
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?version=1`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
  }),
  "a proxy": (url) => ({
    ...keysInEnv(ALICE),
    AWS_ENDPOINT_URL: "",
    AWS_REGION: "eu-west-1",
    HTTPS_PROXY: url,
  }),
};

/** A server that answers in hostile ways, each at a port of its own. */
export class HostileServer implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly ports: ReadonlyMap<string, number>;

  private constructor(
    process: Deno.ChildProcess,
    ports: ReadonlyMap<string, number>,
  ) {
    this.#process = process;
    this.ports = ports;
  }

  static async start(): Promise<HostileServer> {
    const process = new Deno.Command("python3", {
      args: [fixture("hostile_server.py")],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const reader = process.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
    let line = "";
    while (!line.endsWith("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the server ended early: ${line}`);
      line += value;
    }
    reader.releaseLock();
    return new HostileServer(
      process,
      new Map(Object.entries(JSON.parse(line))),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.stdin.abort().catch(() => {});
    await this.#process.stdout.cancel().catch(() => {});
    await this.#process.status;
  }
}

/** Figures of a run that gets a hostile answer. */
export interface Figures {
  readonly kilobytes: number;
  readonly seconds: number;
}

/** Makes a run that gets an answer of an endpoint, which must end with one error. */
export async function runAgainst(
  endpoint: string,
  port: number,
  home: TestHome,
): Promise<Figures> {
  const env = ENDPOINTS[endpoint]!(`http://127.0.0.1:${port}`);
  const file = await Deno.makeTempFile({ dir: home.root });
  const begun = performance.now();
  const result = await home.exec(
    argv`python3 ${
      fixture("measure_memory.py")
    } ${file} ${program()} -r ${ADMIN_ARN} true`,
    { env },
  );
  const seconds = (performance.now() - begun) / 1000;
  assertFails(result, { error: /^Cannot (?:find|get|identify|assume) / });
  return { kilobytes: Number(await Deno.readTextFile(file)), seconds };
}
