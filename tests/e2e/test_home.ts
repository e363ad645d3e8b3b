import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";
import { exists } from "../../lib/system/files.ts";
import { PERMISSION_FLAGS } from "../../tools/permissions.ts";
import { ALICE, type User } from "../fake_aws/world.ts";

/** The exit status and the output of a program. */
export interface Result {
  readonly status: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of a run in addition to its arguments, such as stdin and variables. */
export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The time after which the run counts as hanging; default: `TIMEOUT_MS`. */
  readonly timeoutMs?: number;
  /**
   * Whether the text of a terminal keeps the notices that were erased. A slow machine has
   * more such notices.
   */
  readonly keepsNotices?: boolean;
}

/** Matches a notice about a wait that the terminal erases later, and its end. */
// deno-lint-ignore no-control-regex
const NOTICE = /\r\x1b\[K\x1b\[\?7l[^\x1b]*\x1b\[\?7h/g;

/**
 * The time after which a run or a wait counts as hanging: `TEST_TIMEOUT_SECONDS`, for machines
 * that are slow.
 */
const TIMEOUT_MS = Number(Deno.env.get("TEST_TIMEOUT_SECONDS") ?? 90) * 1000;

/** The directory of the project. */
export const ROOT: string = join(import.meta.dirname!, "..", "..");

/**
 * A URL of this machine at which no server listens. The port is below 1024, because a
 * fake AWS of another test could get any higher port that is free now.
 */
export const NOBODY = "http://127.0.0.1:2";

/** The executable under test; `undefined` if the sources are tested. */
const BINARY = Deno.env.get("ASSUME_ROLE_BIN");
/**
 * The directory of the bundle that `deno task test` makes from the sources; a start of the
 * bundle needs less time than a start of the sources.
 */
const BUNDLE = Deno.env.get("ASSUME_ROLE_BUNDLE");

/** Whether a test can have a pseudo-terminal, which needs Python's `pty`. */
export const HAS_TERMINAL = Deno.build.os !== "windows" && await has("python3");

/**
 * Returns the argv that starts the executable, or the sources or their bundle with the same
 * permissions.
 */
export function program(): string[] {
  if (BINARY) return [BINARY];
  return BUNDLE ? startOfBundle(BUNDLE) : sources();
}

/** Returns the argv that starts the sources with the permissions of the executable. */
export function sources(): string[] {
  return [
    Deno.execPath(),
    "run",
    "--quiet",
    ...PERMISSION_FLAGS,
    join(ROOT, "main.ts"),
  ];
}

/** Returns the argv that starts a bundle with the permissions and flags of the executable. */
function startOfBundle(directory: string): string[] {
  return [
    Deno.execPath(),
    "run",
    "--quiet",
    "--no-config",
    "--unstable-worker-options",
    ...PERMISSION_FLAGS,
    join(directory, "main.js"),
  ];
}

/** Shortens the paths of a home in a text to `~/…`, with `/` on every system. */
export function shortenHome(text: string, { path }: TestHome): string {
  return text.replaceAll(path, "~")
    .replace(/~[\\/][^\s:'"]*/g, (found) => found.replaceAll("\\", "/"));
}

/** Returns the argv that runs a TypeScript file with all permissions. */
export function deno(path: string): string[] {
  return [Deno.execPath(), "run", "--quiet", "-A", path];
}

/** Returns the path of a test program in `tests/fixtures`. */
export function fixture(name: string): string {
  return join(ROOT, "tests", "fixtures", name);
}

/**
 * Splits a command line into an argv. An interpolated value is not split, even if
 * the value has white space; an interpolated array is several words.
 *
 * ```ts ignore
 * argv`sh -c ${script} sh ${program()} -r admin --tag=${key}=${value} true`
 * ```
 */
export function argv(
  { raw }: TemplateStringsArray,
  ...values: readonly (string | number | readonly string[])[]
): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [at, text] of raw.entries()) {
    for (const part of text.match(/\s+|\S+/g) ?? []) {
      if (part.trim() !== "") word = (word ?? "") + part;
      else if (word !== undefined) {
        words.push(word);
        word = undefined;
      }
    }
    const value = values[at];
    if (typeof value === "object") words.push(...value);
    else if (value !== undefined) word = (word ?? "") + value;
  }
  return word === undefined ? words : [...words, word];
}

/** Formats an argv as a command line for a shell, with each word in single quotes. */
export function quote(argv: readonly string[]): string {
  return argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}

/** Returns the path of the stored sign-in of an SSO session, relative to the home. */
async function signInPath(session: string): Promise<string> {
  const bytes = new TextEncoder().encode(session);
  const name = new Uint8Array(await crypto.subtle.digest("SHA-1", bytes));
  return `.aws/sso/cache/${name.toHex()}.json`;
}

/** A temporary home and project directory, isolated from the settings of this machine. */
export class TestHome implements AsyncDisposable {
  readonly root: string;
  readonly path: string;
  readonly project: string;
  readonly #env: Record<string, string>;

  constructor(aws?: { readonly url: string }, user: User = ALICE) {
    // Resolve symlinks, because the messages of assume-role contain real paths.
    this.root = Deno.realPathSync(
      Deno.makeTempDirSync({ prefix: "assume-role-test-" }),
    );
    this.path = join(this.root, "home");
    this.project = join(this.root, "project");
    Deno.mkdirSync(this.path);
    Deno.mkdirSync(this.project);
    this.#env = {
      ...inherited(),
      HOME: this.path,
      ...(Deno.build.os === "windows" && { USERPROFILE: this.path }),
      DENO_DIR,
      NO_COLOR: "1",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_ENDPOINT_URL: aws?.url ?? NOBODY,
    };
    this.writeHome(".aws/credentials", keysOf(user));
    this.write(
      "assume-role.yaml",
      `role_prefix: arn:aws:iam::${user.accountId}:role/\n`,
    );
  }

  /** The variables of each run. */
  get env(): Readonly<Record<string, string>> {
    return this.#env;
  }

  /** Writes a file of the project. */
  write(path: string, text: string): string {
    return writeDated(join(this.project, path), text);
  }

  /** Writes a file of the home. */
  writeHome(path: string, text: string): string {
    return writeDated(join(this.path, path), text);
  }

  /** Removes the cache, so that the next run is like a first run. */
  removeCache(): void {
    try {
      Deno.removeSync(join(this.path, ".aws/assume-role"), { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** Saves a sign-in to IAM Identity Center, as the AWS CLI does. */
  async signIn(
    session: string,
    accessToken: string,
    expiration: number,
  ): Promise<void> {
    this.writeHome(
      await signInPath(session),
      JSON.stringify({
        startUrl: "https://example.awsapps.com/start",
        region: "us-east-1",
        accessToken,
        expiresAt: new Date(expiration).toISOString(),
      }),
    );
  }

  /** Replaces the stored sign-in of an SSO session by the JSON value `null`. */
  async damageSignIn(session: string): Promise<void> {
    this.writeHome(await signInPath(session), "null");
  }

  /** Reads a file of the home. */
  readHome(path: string): string {
    return Deno.readTextFileSync(join(this.path, path));
  }

  /** Runs assume-role without a terminal; a string of arguments is split at white space. */
  async run(
    args: string | readonly string[],
    options: RunOptions = {},
  ): Promise<Result> {
    return await this.exec([...program(), ...splitArgs(args)], options);
  }

  /**
   * Runs assume-role with its stderr in a file of the project, which `noted()`
   * reads during the run.
   */
  async runNoting(
    file: string,
    args: string | readonly string[],
    options: RunOptions = {},
  ): Promise<Result> {
    const words = [...program(), ...splitArgs(args)];
    const result = await this.exec(
      ["sh", "-c", 'exec "$@" 2>"$0"', file, ...words],
      options,
    );
    return { ...result, stderr: this.noted(file) };
  }

  /** Reads the stderr that a run of `runNoting()` has written so far. */
  noted(file: string): string {
    const path = join(this.project, file);
    return exists(path) ? Deno.readTextFileSync(path) : "";
  }

  /**
   * Runs assume-role on a terminal and answers its questions. `stdout` of the
   * result is everything that the terminal showed.
   */
  async runOnTerminal(
    args: string | readonly string[],
    answers: readonly (readonly [question: string, typed: string])[],
    options: RunOptions = {},
  ): Promise<Result> {
    const command = [...program(), ...splitArgs(args)];
    if (options.stdin === undefined) {
      return await this.play(command, answers, options);
    }
    const stdin = this.write("stdin", options.stdin);
    const script = 'input=$1; shift; exec "$@" <"$input"';
    return await this.play(
      argv`sh -c ${script} sh ${stdin} ${command}`,
      answers,
      options,
    );
  }

  /**
   * Runs any program on a terminal. Each step waits for a text on the terminal,
   * then types an answer, after some seconds if the step has a third value. `stdout` of
   * the result is everything that the terminal showed.
   */
  async play(
    words: readonly string[],
    steps: readonly (readonly [
      seen: string,
      typed: string,
      seconds?: number,
    ])[],
    options: Omit<RunOptions, "stdin"> = {},
  ): Promise<Result> {
    const { env, cwd, keepsNotices = false, timeoutMs = TIMEOUT_MS } = options;
    const result = await this.exec(
      argv`python3 ${fixture("terminal.py")} ${words}`,
      {
        stdin: JSON.stringify(steps),
        timeoutMs,
        env: {
          ...env,
          // Before the run counts as hanging, terminal.py shows what is on the terminal.
          TERMINAL_TIMEOUT_SECONDS: `${timeoutMs / 1000 - 30}`,
        },
        ...(cwd !== undefined && { cwd }),
      },
    );
    return keepsNotices
      ? result
      : { ...result, stdout: result.stdout.replace(NOTICE, "") };
  }

  /**
   * Runs a script with `sh`; in the script, `"$@"` is the given argv.
   *
   * ```ts ignore
   * await home.sh('exec "$@" 2>/dev/full', argv`${program()} -r admin true`);
   * ```
   */
  async sh(
    script: string,
    args: readonly string[] = [],
    options: RunOptions = {},
  ): Promise<Result> {
    return await this.exec(argv`sh -c ${script} sh ${args}`, options);
  }

  /** Runs any program, with the test's project as the working directory. */
  async exec(
    [path, ...args]: readonly string[],
    { stdin, env, cwd, timeoutMs = TIMEOUT_MS }: RunOptions = {},
  ): Promise<Result> {
    const child = new Deno.Command(path!, {
      args,
      cwd: cwd ?? this.project,
      env: { ...this.#env, ...env },
      clearEnv: true,
      stdin: stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writing = stdin === undefined ? undefined : feed(child.stdin, stdin);
    const timeout = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      killTree(child.pid);
      timeout.reject(
        new Error(`still running after ${timeoutMs} ms: ${path}`),
      );
    }, timeoutMs);
    const [{ code, signal, stdout, stderr }] = await Promise.race([
      Promise.all([child.output(), writing]),
      timeout.promise,
    ]).finally(() => clearTimeout(timer));
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { status: code, signal, stdout: text(stdout), stderr: text(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

/** Splits a string at white space; an array is returned unchanged. */
function splitArgs(args: string | readonly string[]): readonly string[] {
  return typeof args === "string" ? args.split(/\s+/) : args;
}

/** Formats a profile with a user's keys, as in `~/.aws/credentials`. */
export function keysOf(user: User, profile = "default"): string {
  return [
    `[${profile}]`,
    `aws_access_key_id = ${user.accessKeyId}`,
    `aws_secret_access_key = ${user.secretAccessKey}`,
    ...(user.sessionToken ? [`aws_session_token = ${user.sessionToken}`] : []),
    "",
  ].join("\n");
}

/** Returns environment variables with a user's keys. */
export function keysInEnv(user: User): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: user.accessKeyId,
    AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
  };
}

/** Formats the output of a `credential_process` that supplies a user's keys. */
export function processOutput(user: User): string {
  return JSON.stringify({
    Version: 1,
    AccessKeyId: user.accessKeyId,
    SecretAccessKey: user.secretAccessKey,
  });
}

/** Kills a process and all its descendants. */
function killTree(pid: number): void {
  if (Deno.build.os === "windows") {
    new Deno.Command("taskkill", { args: ["/T", "/F", "/PID", `${pid}`] })
      .outputSync();
    return;
  }
  const { stdout } = new Deno.Command("ps", { args: ["-eo", "pid=,ppid="] })
    .outputSync();
  const rows = new TextDecoder().decode(stdout).trim().split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const tree = [pid];
  for (const parent of tree) {
    tree.push(...rows.filter((row) => row[1] === parent).map((row) => row[0]!));
  }
  for (const process of tree) {
    try {
      Deno.kill(process, "SIGKILL");
    } catch {
      // The process has ended meanwhile.
    }
  }
}

async function feed(
  stdin: WritableStream<Uint8Array>,
  text: string,
): Promise<void> {
  try {
    await new Blob([text]).stream().pipeTo(stdin);
  } catch (error) {
    // A program need not read its stdin to the end.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

function inherited(): Record<string, string> {
  const names = [
    "PATH",
    "SystemRoot",
    "SystemDrive",
    "ComSpec",
    "PATHEXT",
    "TEMP",
    "TMP",
    "LANG",
  ];
  const env: Record<string, string> = {};
  for (const name of names) {
    const value = Deno.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** Writes a file and dates it back 10 seconds, as runs do not trust a file that just changed. */
export function writeDated(path: string, text: string): string {
  Deno.mkdirSync(dirname(path), { recursive: true });
  Deno.writeTextFileSync(path, text, { mode: 0o600 });
  const before = Date.now() / 1000 - 10;
  Deno.utimeSync(path, before, before);
  if (/[\\/]\.aws$/.test(dirname(path))) {
    Deno.utimeSync(dirname(path), before, before);
  }
  return path;
}

/**
 * Start of an argv that runs a program in a new session, without a terminal. Linux has
 * `setsid -w` for that; macOS has not.
 */
export const NEW_SESSION: readonly string[] = [
  "python3",
  fixture("new_session.py"),
];

/**
 * Start of an argv that runs a program without a terminal. On Windows, assume-role cannot ask
 * if stdin is not the console.
 */
export const WITHOUT_TERMINAL: readonly string[] = Deno.build.os === "windows"
  ? []
  : NEW_SESSION;

/** Whether a program is installed; runs the program with `--version` to find out. */
export async function has(name: string): Promise<boolean> {
  try {
    return (await new Deno.Command(name, {
      args: ["--version"],
      stdout: "null",
      stderr: "null",
    }).output()).success;
  } catch {
    return false;
  }
}

/** The directory in which Deno caches packages. */
export const DENO_DIR: string = await (async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
})();

/** Waits until a condition holds; fails after `TIMEOUT_MS`, which is long for slow machines. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  while (!await condition()) {
    if (Date.now() > deadline) {
      throw new Error(`still false after ${TIMEOUT_MS} ms: ${condition}`);
    }
    await delay(10);
  }
}

/** Waits some milliseconds. */
export async function delay(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Creates a home with a cached session of the role `admin`. */
export async function warm(aws: { readonly url: string }): Promise<TestHome> {
  const home = new TestHome(aws);
  await home.run("-r admin true");
  return home;
}
