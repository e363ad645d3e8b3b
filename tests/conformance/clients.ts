/** The clients that the conformance tests run: how each is installed and started. */
import { join } from "@std/path/join";
import { argv } from "../mod.ts";

const CLIENTS = join(import.meta.dirname!, "clients");
const NODE = join(CLIENTS, "node");
const JAVA = join(CLIENTS, "java");
const PYTHON = join(CLIENTS, "python");
const GO = join(CLIENTS, "go");
const RUST = join(CLIENTS, "rust");

/** The directory of the Node programs and their packages. */
export const NODE_CLIENTS = NODE;

/** The number of calls that a client makes, and the pause between two calls. */
export interface Calls {
  readonly count: number;
  readonly seconds: number;
}

/** Returns a client's argv; Java takes the home directory from an option, not from `HOME`. */
export type Start = (home: string, calls: Calls) => readonly string[];

/** The programs that install clients, and the arguments with which each prints its version. */
const PROGRAMS = {
  aws: ["--version"],
  cargo: ["--version"],
  go: ["version"],
  java: ["--version"],
  mvn: ["--version"],
  node: ["--version"],
  npm: ["--version"],
  python3: ["--version"],
} as const;

/** A program that a client needs. */
export type Program = keyof typeof PROGRAMS;

/**
 * Returns test options for clients that need these programs. If a program is missing,
 * the test is skipped on a developer's machine, and fails in CI.
 */
export async function needs(
  ...programs: readonly Program[]
): Promise<{ readonly ignore: boolean }> {
  if (Deno.env.get("CI") === "true") return { ignore: false };
  const found = await Promise.all(programs.map(has));
  return { ignore: found.includes(false) };
}

async function has(program: Program): Promise<boolean> {
  try {
    const command = new Deno.Command(program, {
      args: [...PROGRAMS[program]],
      stdout: "null",
      stderr: "null",
    });
    return (await command.output()).success;
  } catch {
    return false;
  }
}

/** Installs the packages of `clients/node`, unless they match the lock file. */
export async function installNodeClients(): Promise<void> {
  const installed = modified(join(NODE, "node_modules", ".package-lock.json"));
  if (installed > modified(join(NODE, "package-lock.json"))) return;
  await install(NODE, argv`npm ci --ignore-scripts --no-audit --no-fund`);
}

/** Returns the argv of a program of `clients/node`. */
export function startNode(name: string): Start {
  return (_, { count, seconds }) =>
    argv`node ${join(NODE, name)} ${count} ${seconds}`;
}

/** Fetches the packages of `clients/java`, and returns a function that starts a program. */
export async function installJavaClients(): Promise<(name: string) => Start> {
  const list = await Deno.makeTempFile();
  try {
    const goal = "dependency:build-classpath";
    await install(JAVA, argv`mvn -q -B ${goal} -Dmdep.outputFile=${list}`);
    const classPath = await Deno.readTextFile(list);
    return (name) => (home, { count, seconds }) =>
      argv`java -Duser.home=${home} -cp ${classPath}
        ${join(JAVA, name)} ${count} ${seconds}`;
  } finally {
    await Deno.remove(list);
  }
}

/** The directory of the programs that the packages of `clients/python` contain. */
const PYTHON_BIN = join(PYTHON, ".venv", "bin");

/** Installs the packages of `clients/python`, unless they match the list of packages. */
export async function installPythonClients(): Promise<void> {
  const list = join(PYTHON, "requirements.txt");
  const copy = join(PYTHON, ".venv", "installed.txt");
  if (modified(copy) > modified(list)) return;
  await install(PYTHON, argv`python3 -m venv --clear .venv`);
  await install(PYTHON, argv`${PYTHON_BIN}/pip install -q -r ${list}`);
  await Deno.copyFile(list, copy);
}

/** Returns the argv of a program of `clients/python`. */
export function startPython(name: string): Start {
  return (_, { count, seconds }) =>
    argv`${PYTHON_BIN}/python ${join(PYTHON, name)} ${count} ${seconds}`;
}

/** Returns the argv that repeats a program that a package of `clients/python` contains. */
export function startPythonProgram(name: string, ...args: string[]): Start {
  return startRepeatedly(join(PYTHON_BIN, name), ...args);
}

/** Returns the argv that repeats a program that makes one call. */
export function startRepeatedly(...words: readonly string[]): Start {
  const script =
    'count=$1 pause=$2; shift 2; while "$@" && [ $((count -= 1)) -gt 0 ]; do sleep "$pause"; done; [ $count -eq 0 ]';
  return (_, { count, seconds }) =>
    argv`sh -c ${script} sh ${count} ${seconds} ${words}`;
}

/** Compiles the programs of `clients/go`; the system caches the compiled packages. */
export async function installGoClients(): Promise<void> {
  await install(GO, argv`go build -o bin/ ./...`);
}

/** Returns the argv of a program of `clients/go`. */
export function startGo(name: string): Start {
  return (_, { count, seconds }) =>
    argv`${join(GO, "bin", name)} ${count} ${seconds}`;
}

/** Compiles the program of `clients/rust`. */
export async function installRustClient(): Promise<void> {
  await install(RUST, argv`cargo build --quiet --locked`);
}

/** Returns the argv of the program of `clients/rust`. */
export function startRust(): Start {
  return (_, { count, seconds }) =>
    argv`${RUST}/target/debug/clients ${count} ${seconds}`;
}

/** Runs a package manager in the directory of its packages. */
async function install(
  directory: string,
  [program, ...args]: readonly string[],
): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(program!, {
    args,
    cwd: directory,
  }).output();
  if (success) return;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  throw new Error(`${program} failed: ${text(stdout)}${text(stderr)}`);
}

/** Returns the time of a file's last change in milliseconds; 0 if the file is missing. */
function modified(path: string): number {
  try {
    return Deno.statSync(path).mtime?.getTime() ?? 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
