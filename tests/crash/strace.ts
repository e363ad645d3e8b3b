/**
 * Runs a program under strace: finds the system calls that change files, and kills the
 * program or makes the system fail at one of them.
 *
 * strace counts the calls of each thread separately. Therefore only the main thread is
 * traced for one of its calls. A call of another thread is found by its path, or by its
 * number if the path is random.
 */
import { join } from "@std/path/join";
import type { Result, RunOptions, TestHome } from "../e2e/test_home.ts";

/** System calls that create, write, lock, replace and remove files. */
const CALLS = [
  ..."openat write pwrite64 writev fsync fdatasync ftruncate fallocate".split(
    " ",
  ),
  ..."rename renameat renameat2 link linkat symlink symlinkat".split(" "),
  ..."unlink unlinkat rmdir mkdir mkdirat flock utimensat".split(" "),
  ..."chmod fchmod fchmodat chown fchown fchownat".split(" "),
];

/** A system call of a run that changes a file of the test's home. */
export interface Step {
  readonly call: string;
  /** The path, relative to the root of the test's home. */
  readonly path: string;
  /** The name of the step, without the random parts of its path. */
  readonly name: string;
  /** The number of the call among all such calls of its thread. */
  readonly number: number;
  readonly isOfMainThread: boolean;
}

/** A kill, or what the system call does instead of its work, in strace's words. */
export type Fault = "signal=KILL" | `error=${string}` | "retval=0";

/** A run with a fault. */
export interface Struck {
  readonly result: Result;
  /** The call and the path that the fault hit, without random parts; absent if it hit none. */
  readonly hit?: string;
}

/** A program under test, and how it is started. */
export interface Program {
  readonly home: TestHome;
  readonly words: readonly string[];
  readonly options: RunOptions;
  readonly onTerminal: boolean;
}

/** Runs a program and returns the steps in their order, each at most once. */
export async function findSteps(
  program: Program,
): Promise<{ steps: readonly Step[]; result: Result }> {
  const result = await run(program, ["-f", "-e", `trace=${CALLS.join(",")}`]);
  const calls = readLog(program.home);
  const main = calls[0]?.thread;
  const numbers = new Map<string, number>();
  const targets = new Map<string, string>();
  for (const { call, paths: [from, to] } of calls) {
    if (call.startsWith("rename") && from && to) targets.set(from, to);
  }
  const steps = new Map<string, Step>();
  for (const { thread, call, paths, changes } of calls) {
    const number = (numbers.get(`${thread} ${call}`) ?? 0) + 1;
    numbers.set(`${thread} ${call}`, number);
    const path = paths.at(-1);
    if (path === undefined || !changes) continue;
    const target = targets.get(path);
    const name = target ? `${call} new ${shown(target)}` : nameOf(call, path);
    const isOfMainThread = thread === main;
    // Calls of other threads are told apart by the path only.
    const key = `${call} ${isOfMainThread ? number : path}`;
    steps.set(key, { call, path, name, number, isOfMainThread });
  }
  return { steps: [...steps.values()], result };
}

/**
 * Runs a program, and kills the program or makes the system call fail at a step.
 *
 * @param attempt the number of the attempt; further attempts look for a call of a random path
 * in other places
 */
export async function strike(
  program: Program,
  step: Step,
  fault: Fault,
  attempt: number,
): Promise<Struck> {
  const { home } = program;
  const { call, path, isOfMainThread } = step;
  // strace does not send signals to threads that it stops by --seccomp-bpf.
  const fast = fault === "signal=KILL" ? [] : ["--seccomp-bpf"];
  const byPath = !isOfMainThread && !isRandom(step);
  const number = isOfMainThread
    ? step.number
    : byPath
    ? 1
    : attempt === 0
    ? step.number
    : attempt;
  const result = await run(program, [
    ...isOfMainThread ? [] : ["-f", ...fast],
    ...byPath ? ["-P", join(home.root, path)] : [],
    ...["-e", `trace=${call}`, "-e", `inject=${call}:${fault}:when=${number}`],
  ]);
  const isKill = fault === "signal=KILL";
  const struck = readLog(home).findLast((entry) =>
    isKill ? entry.call === call : entry.isInjected
  );
  const hitPath = struck?.changes ? struck.paths.at(-1) : undefined;
  const isHit = hitPath !== undefined && (!isKill || result.status === 137);
  return { result, ...(isHit && { hit: nameOf(call, hitPath) }) };
}

/** Whether a fault that hit a call and a path hit a step. */
export function isAt(hit: string | undefined, { call, path }: Step): boolean {
  return hit === nameOf(call, path);
}

async function run(
  { home, words, options, onTerminal }: Program,
  flags: readonly string[],
): Promise<Result> {
  const log = join(home.root, "strace.log");
  Deno.writeTextFileSync(log, "");
  const all = ["strace", "-qq", "-y", "-o", log, ...flags, ...words];
  return onTerminal
    ? await home.play(all, [], options)
    : await home.exec(all, options);
}

/** A system call in strace's log. */
interface Entry {
  readonly thread: string;
  readonly call: string;
  /** The paths below the root of the test's home. */
  readonly paths: readonly string[];
  /** Whether the call can change the file at the path. */
  readonly changes: boolean;
  readonly isInjected: boolean;
}

function readLog(home: TestHome): readonly Entry[] {
  const lines = Deno.readTextFileSync(join(home.root, "strace.log"))
    .split("\n");
  const injected = new Set(
    lines.filter((line) => /resumed>.*\(INJECTED\)/.test(line))
      .map((line) => line.split(/\s/)[0]),
  );
  return lines.flatMap((line) => {
    const [, thread = "", call = "", words = ""] =
      /^(?:(\d+)\s+)?(\w+)\((.*)$/.exec(line) ?? [];
    if (call === "") return [];
    const isInjected = line.endsWith("(INJECTED)") ||
      (line.endsWith("<unfinished ...>") && injected.has(thread));
    const paths = pathsIn(call, words, home.root);
    const changes = paths.length > 0 &&
      (call !== "openat" || /O_(WRONLY|RDWR|CREAT)/.test(words));
    return [{ thread, call, paths, changes, isInjected }];
  });
}

/**
 * Finds the paths below a directory in the arguments of a call. strace shows the path of an
 * open file after its number: `fsync(5</path>)`, `unlinkat(5</directory>, "name", 0)`.
 */
function pathsIn(call: string, words: string, root: string): readonly string[] {
  const inside = `${root}/`;
  const open = /^(?:\d+|AT_FDCWD)<([^>]*)>/.exec(words)?.[1];
  const texts = [...words.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
    .map(([, text]) => text!);
  const takesNames = open === undefined || /at2?$/.test(call) && texts[0];
  const paths = takesNames
    ? texts.map((text) => text.startsWith("/") ? text : `${open}/${text}`)
    : [open];
  return paths.filter((path) => path.startsWith(inside))
    .map((path) => path.slice(inside.length));
}

function nameOf(call: string, path: string): string {
  return `${call} ${shown(path)}`;
}

/**
 * Whether no fault can be aimed at a step: strace knows neither the number of the call,
 * because any of several threads makes the call, nor the path. Many faults hit such steps
 * by chance.
 */
export function isRandom({ isOfMainThread, path }: Step): boolean {
  return !isOfMainThread && hasRandomName(path);
}

/** Whether the path differs from run to run. */
function hasRandomName(path: string): boolean {
  return /\.tmp$|\/(?:token|copy|page)-|^tmp\//.test(path);
}

/** Replaces the random parts of a path. */
export function shown(path: string): string {
  return path.replace(/[0-9a-f]{8,}/g, "*").replace(/^tmp\/[^/]+/, "tmp/*")
    .replace(/^home\/\.aws\/assume-role\/cache/, "CACHE")
    .replace(/^home\//, "~/");
}
