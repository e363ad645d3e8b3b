/**
 * Tests of the command line on Windows. `windows()` is to these tests what `e2e()` is to the
 * tests in `tests/e2e/`. The tests run on Windows, and on Linux with Wine: see `machine.ts`.
 *
 * @module
 */
import { join } from "@std/path/join";
import { exists } from "../../lib/system/files.ts";
import { keysOf, writeDated } from "../e2e/test_home.ts";
import { WORLD } from "../e2e/worlds.ts";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE, type World } from "../fake_aws/world.ts";
import { Agent } from "./agent_client.ts";
import {
  agentArgv,
  CAN_RUN,
  denoDirectory,
  HOMES,
  program,
  toWindows,
} from "./machine.ts";
import type { ConsoleResult, PipedResult, Step, Streams } from "./requests.ts";

export * from "./machine.ts";

/** Options of a run. */
export interface WindowsRunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The working directory, as a path of Windows; default: that of the project. */
  readonly cwd?: string;
}

/** A temporary home and project directory on Windows. */
export class WindowsHome implements AsyncDisposable {
  /** The directories, as paths of the system that the tests run on. */
  readonly root: string;
  readonly home: string;
  readonly project: string;
  /** The argv that starts assume-role. */
  readonly program: readonly string[] = program();
  readonly #agent: Agent;
  readonly #env: Record<string, string>;

  constructor(awsUrl: string, name = "home") {
    this.root = Deno.realPathSync(
      Deno.makeTempDirSync({
        prefix: "assume-role-test-",
        ...(HOMES !== undefined && { dir: HOMES }),
      }),
    );
    this.home = join(this.root, name);
    this.project = join(this.root, "project");
    Deno.mkdirSync(this.home);
    Deno.mkdirSync(this.project);
    this.#env = {
      USERPROFILE: toWindows(this.home),
      NO_COLOR: "1",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_ENDPOINT_URL: awsUrl,
    };
    this.#agent = new Agent(agentArgv(), {
      DENO_DIR: toWindows(denoDirectory()),
    });
    this.writeHome(".aws/credentials", keysOf(ALICE));
    this.write(
      "assume-role.yaml",
      `role_prefix: arn:aws:iam::${ALICE.accountId}:role/\n`,
    );
  }

  /** Writes a file of the project; returns its path for Windows. */
  write(path: string, text: string): string {
    return toWindows(writeDated(join(this.project, path), text));
  }

  /** Writes a file of the home; returns its path for Windows. */
  writeHome(path: string, text: string): string {
    return toWindows(writeDated(join(this.home, path), text));
  }

  /** Reads a file of the home. */
  readHome(path: string): string {
    return Deno.readTextFileSync(join(this.home, path));
  }

  /** Lists the names in a directory of the home. */
  list(path: string): string[] {
    return Array.from(
      Deno.readDirSync(join(this.home, path)),
      ({ name }) => name,
    ).sort();
  }

  /** Runs assume-role without a console. */
  async run(
    args: string | readonly string[],
    options: WindowsRunOptions = {},
  ): Promise<PipedResult> {
    return await this.exec([...program(), ...splitArgs(args)], options);
  }

  /** As `run()`, with stderr in a file of the project, which `noted()` reads during the run. */
  async runNoting(
    file: string,
    args: readonly string[],
  ): Promise<PipedResult> {
    const words = [...program(), ...args]
      .map((word) => `"${word.replaceAll("%", "%%")}"`).join(" ");
    const script = this.write(`${file}.cmd`, `@${words} 2>"${file}"\r\n`);
    const result = await this.exec(["cmd", "/d", "/c", script]);
    return { ...result, stderr: this.noted(file) };
  }

  /** Reads the stderr that a run of `runNoting()` has written so far. */
  noted(file: string): string {
    const path = join(this.project, file);
    return exists(path) ? Deno.readTextFileSync(path) : "";
  }

  /** Runs any program of Windows without a console. */
  async exec(
    argv: readonly string[],
    { stdin, ...options }: WindowsRunOptions = {},
  ): Promise<PipedResult> {
    return await this.#agent.runPiped({ argv, stdin, ...this.#place(options) });
  }

  /** Runs assume-role on a console and types; all streams are those of the console. */
  async runOnConsole(
    args: string | readonly string[],
    steps: readonly Step[],
    options: Omit<WindowsRunOptions, "stdin"> & {
      readonly streams?: Streams;
    } = {},
  ): Promise<ConsoleResult> {
    return await this.play([...program(), ...splitArgs(args)], steps, options);
  }

  /** Runs any program of Windows on a console. */
  async play(
    argv: readonly string[],
    steps: readonly Step[],
    { streams, ...options }: Omit<WindowsRunOptions, "stdin"> & {
      readonly streams?: Streams;
    } = {},
  ): Promise<ConsoleResult> {
    const place = this.#place(options);
    return await this.#agent.runOnConsole({ argv, steps, streams, ...place });
  }

  #place({ env, cwd }: WindowsRunOptions) {
    return {
      env: { ...this.#env, ...env },
      cwd: cwd ?? toWindows(this.project),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.close();
    await Deno.remove(this.root, { recursive: true });
  }
}

function splitArgs(args: string | readonly string[]): readonly string[] {
  return typeof args === "string" ? args.split(/\s+/) : args;
}

/** Values that a test gets. */
export interface WindowsTest {
  readonly aws: FakeAws;
  readonly home: WindowsHome;
  readonly run: WindowsHome["run"];
}

/** Set-up of a test. */
export interface WindowsTestOptions {
  readonly ignore?: boolean;
  readonly world?: World;
  /** The name of the home's directory. */
  readonly homeName?: string;
}

/** Registers a test that runs on Windows, or on Linux with Wine. */
export function windows(
  name: string,
  test: (context: WindowsTest) => Promise<void>,
  { ignore = false, world = WORLD, homeName }: WindowsTestOptions = {},
): void {
  Deno.test({
    name,
    ignore: ignore || !CAN_RUN,
    fn: async () => {
      await using aws = new FakeAws(world);
      await using home = new WindowsHome(aws.url, homeName);
      await test({
        aws,
        home,
        run: (args, options) => home.run(args, options),
      });
    },
  });
}
