import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";
import { exists } from "../../lib/system/files.ts";
import { PERMISSION_FLAGS } from "../../tools/permissions.ts";
import { ALICE, type User } from "../fake_aws/world.ts";

/** Exit status and output of a program. */
export interface Result {
  readonly status: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Input of a run beside its arguments. */
export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Time limit of a run, in milliseconds. */
const PATIENCE = 90_000;

const ROOT = join(import.meta.dirname!, "..", "..");

/** An address of this machine at which nobody answers. */
export const NOBODY: string = (() => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `http://127.0.0.1:${listener.addr.port}`;
})();

/** The executable under test, or the sources. */
const BINARY = Deno.env.get("ASSUME_ROLE_BIN");

/** Whether a pseudo-terminal can be had: it takes Python's `pty`. */
export const HAS_TERMINAL = Deno.build.os !== "windows" && await has("python3");

/** The words that start assume-role, under the permissions that it is compiled with. */
export function program(): string[] {
  if (BINARY) return [BINARY];
  return [
    Deno.execPath(),
    "run",
    "--quiet",
    ...PERMISSION_FLAGS,
    join(ROOT, "main.ts"),
  ];
}

/** A home and a project of their own, with nothing of this machine's settings. */
export class TestHome implements AsyncDisposable {
  readonly root: string;
  readonly path: string;
  readonly project: string;
  readonly #env: Record<string, string>;

  constructor(aws?: { readonly url: string }, user: User = ALICE) {
    // The path without links, so that paths in messages can be compared.
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

  /** Writes a file of the project. */
  write(path: string, text: string): string {
    return write(join(this.project, path), text);
  }

  /** Writes a file of the home. */
  writeHome(path: string, text: string): string {
    return write(join(this.path, path), text);
  }

  readHome(path: string): string {
    return Deno.readTextFileSync(join(this.path, path));
  }

  /** Runs assume-role without a terminal. */
  async run(
    args: string | readonly string[],
    options: RunOptions = {},
  ): Promise<Result> {
    return await this.exec([...program(), ...wordsOf(args)], options);
  }

  /**
   * Runs assume-role with its stderr in a file of the project, which a test can
   * read during the run.
   */
  async runNoting(
    file: string,
    args: readonly string[],
    options: RunOptions = {},
  ): Promise<Result> {
    const words = ["sh", "-c", 'exec "$@" 2>"$0"', file, ...program(), ...args];
    const result = await this.exec(words, options);
    return { ...result, stderr: this.noted(file) };
  }

  /** What a run has written to its file of `runNoting` so far. */
  noted(file: string): string {
    const path = join(this.project, file);
    return exists(path) ? Deno.readTextFileSync(path) : "";
  }

  /**
   * Runs assume-role on a terminal, and answers what it asks there. The output
   * is all that the terminal showed.
   */
  async runOnTerminal(
    args: string | readonly string[],
    answers: readonly (readonly [question: string, typed: string])[],
    options: RunOptions = {},
  ): Promise<Result> {
    const words = options.stdin === undefined ? [] : [
      "sh",
      "-c",
      'input=$1; shift; exec "$@" <"$input"',
      "sh",
      this.write("stdin", options.stdin),
    ];
    return await this.play(
      [...words, ...program(), ...wordsOf(args)],
      answers,
      options,
    );
  }

  /**
   * Runs any program on a terminal, and types there as soon as something is
   * seen. The output is all that the terminal showed.
   */
  async play(
    words: readonly string[],
    steps: readonly (readonly [seen: string, typed: string])[],
    { env, cwd }: Omit<RunOptions, "stdin"> = {},
  ): Promise<Result> {
    return await this.exec(
      ["python3", join(import.meta.dirname!, "terminal.py"), ...words],
      {
        stdin: JSON.stringify(steps),
        ...(env !== undefined && { env }),
        ...(cwd !== undefined && { cwd }),
      },
    );
  }

  /** Runs any program in the sandbox. */
  async exec(
    [path, ...args]: readonly string[],
    { stdin, env, cwd }: RunOptions = {},
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
    const fed = stdin === undefined ? undefined : feed(child.stdin, stdin);
    // No run takes that long: one that hangs is a failure, not an endless wait.
    const late = Promise.withResolvers<never>();
    const overdue = setTimeout(() => {
      endTree(child.pid);
      late.reject(new Error(`no end in sight after ${PATIENCE} ms: ${path}`));
    }, PATIENCE);
    const { code, signal, stdout, stderr } = await Promise.race([
      child.output(),
      late.promise,
    ]).finally(() => clearTimeout(overdue));
    await fed;
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { status: code, signal, stdout: text(stdout), stderr: text(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

/** The words of a command line: a text is split at white space. */
export function wordsOf(args: string | readonly string[]): readonly string[] {
  return typeof args === "string" ? args.split(/\s+/) : args;
}

/** A user's keys as `~/.aws/credentials` has them. */
export function keysOf(user: User, profile = "default"): string {
  return [
    `[${profile}]`,
    `aws_access_key_id = ${user.accessKeyId}`,
    `aws_secret_access_key = ${user.secretAccessKey}`,
    ...(user.sessionToken ? [`aws_session_token = ${user.sessionToken}`] : []),
    "",
  ].join("\n");
}

/** Ends a process and all that it started. */
function endTree(pid: number): void {
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
      // It has ended meanwhile.
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
    // A program that does not read its stdin to the end is free to do so.
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

function write(path: string, text: string): string {
  Deno.mkdirSync(dirname(path), { recursive: true });
  Deno.writeTextFileSync(path, text, { mode: 0o600 });
  return path;
}

/** Whether a program is installed and prints its version. */
export async function has(name: string): Promise<boolean> {
  try {
    return (await new Deno.Command(name, {
      args: ["--version"],
      stdout: "null",
      stderr: "null",
    })
      .output()).success;
  } catch {
    return false;
  }
}

const DENO_DIR: string = await (async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
})();

/** Waits for something that is to happen, however slow the machine is. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!await condition()) {
    if (Date.now() > deadline) throw new Error("It never happened");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A sandbox in which the admin role's credentials are cached. */
export async function warm(aws: { readonly url: string }): Promise<TestHome> {
  const home = new TestHome(aws);
  await home.run(["-r", "admin", "true"]);
  return home;
}
