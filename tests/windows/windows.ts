/**
 * Tests of the command line on Windows. `windows()` is to these tests what `e2e()` is to the
 * tests in `tests/e2e/`. The tests run on Windows, and on Linux with Wine: only `Machine` knows
 * the difference.
 *
 * @module
 */
import { join } from "@std/path/join";
import { exists } from "../../lib/system/files.ts";
import { PERMISSION_FLAGS } from "../../tools/permissions.ts";
import { DENO_DIR, keysOf, ROOT, writeDated } from "../e2e/test_home.ts";
import { WORLD } from "../e2e/worlds.ts";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE, type World } from "../fake_aws/world.ts";
import { Agent } from "./agent_client.ts";
import type { ConsoleResult, PipedResult, Step, Streams } from "./requests.ts";

const IS_NATIVE = Deno.build.os === "windows";

/**
 * Directory of Wine, if the tests run on Linux. It has the program `run`, which starts a program
 * of Windows, and `prefix/drive_c`.
 */
const WINE_DIR = Deno.env.get("WINE_DIR");

/** The executable under test, as a path of this system; `undefined` to test the sources. */
const BINARY = Deno.env.get("ASSUME_ROLE_BIN");

/** Deno for Windows, as a path of this system. */
const DENO = IS_NATIVE ? Deno.execPath() : Deno.env.get("WINDOWS_DENO");

/** Whether the sources are tested, and not an executable. */
export const IS_FROM_SOURCE: boolean = BINARY === undefined;

/** Whether the tests run on Windows itself. */
export { IS_NATIVE };

/** Converts a path of this system into a path of Windows. */
export function toWindows(path: string): string {
  if (IS_NATIVE) return path;
  const drive = `${WINE_DIR}/prefix/drive_c/`;
  const [root, rest] = path.startsWith(drive)
    ? ["C:\\", path.slice(drive.length)]
    : ["Z:", path];
  return root + rest.replaceAll("/", "\\");
}

/** Returns the directory of a path of Windows. */
export function parentOf(path: string): string {
  return path.replace(/\\[^\\]*$/, "");
}

/** Converts a path of this system into the path of a share, whose server is this machine. */
export function toShare(path: string): string {
  if (!IS_NATIVE) {
    const server = `${WINE_DIR}/prefix/dosdevices/unc/localhost`;
    Deno.mkdirSync(server, { recursive: true });
    link(`${WINE_DIR}/prefix/drive_c`, `${server}/C$`);
  }
  return toWindows(path).replace(/^C:/, "\\\\localhost\\C$");
}

/** Creates a symbolic link unless the path exists. */
function link(target: string, path: string): void {
  try {
    Deno.symlinkSync(target, path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

/** Returns the argv that starts a program of Windows. */
function onWindows(path: string, ...args: readonly string[]): string[] {
  return IS_NATIVE ? [path, ...args] : [`${WINE_DIR}/run`, path, ...args];
}

/** Returns the argv, for Windows, of assume-role with the permissions of a release. */
export function program(): string[] {
  return BINARY !== undefined
    ? [toWindows(BINARY)]
    : deno(join(ROOT, "main.ts"), PERMISSION_FLAGS);
}

/** Returns the argv, for Windows, that runs a TypeScript file. */
export function deno(
  path: string,
  flags: readonly string[] = ["-A"],
): string[] {
  return [toWindows(DENO!), "run", "--quiet", ...flags, toWindows(path)];
}

/** Returns the path of a test program in this directory. */
export function fixture(name: string): string {
  return join(import.meta.dirname!, "fixtures", name);
}

/**
 * Returns a directory with the packages that Deno for Windows needs. Under Wine, the databases
 * of the Deno that runs the tests are left alone.
 */
function denoDirectory(): string {
  if (IS_NATIVE) return DENO_DIR;
  const directory = `${WINE_DIR}/deno`;
  Deno.mkdirSync(directory, { recursive: true });
  link(`${DENO_DIR}/npm`, `${directory}/npm`);
  return directory;
}

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
    const parent = IS_NATIVE
      ? undefined
      : `${WINE_DIR}/prefix/drive_c/users/root`;
    this.root = Deno.realPathSync(
      Deno.makeTempDirSync({
        prefix: "assume-role-test-",
        ...(parent !== undefined && { dir: parent }),
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
    this.#agent = new Agent(
      onWindows(DENO!, "run", "--quiet", "-A", fixture("../agent.ts")),
      { DENO_DIR: toWindows(denoDirectory()) },
    );
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
  const canRun = IS_NATIVE || WINE_DIR !== undefined && DENO !== undefined;
  Deno.test({
    name,
    ignore: ignore || !canRun,
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
