import { SignalMonitor } from "./signal_monitor.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import { isFile } from "../system/files.ts";
import { listen, undoesIgnoring } from "../system/signals.ts";
import { hasTerminalStreams } from "../system/streams.ts";

/** A program, its arguments and its whole environment. */
export interface Program {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const IS_WINDOWS = Deno.build.os === "windows";

/** The signals that would end us, or that a program may want to know of. */
const FORWARDED_SIGNALS: readonly Deno.Signal[] = IS_WINDOWS
  ? ["SIGINT", "SIGBREAK"]
  : [
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGTERM",
    "SIGUSR1",
    "SIGUSR2",
    "SIGALRM",
    "SIGVTALRM",
    "SIGPROF",
    "SIGWINCH",
    "SIGTSTP",
    "SIGCONT",
  ];

/** A program that runs. */
export interface RunningProgram {
  /** How it ended, once it has. */
  readonly exitStatus: Promise<ExitStatus>;
}

/**
 * Starts programs on our own stdin, stdout and stderr. We outlive them, and what
 * is sent to us reaches them once: from us, unless they have got it by themselves
 * because it was sent to the whole group, as the terminal does. We stop when they
 * stop.
 */
export class Launcher {
  readonly #now: () => number;
  readonly #monitor: SignalMonitor | undefined;

  /** The signals that are ignored since before we started: nobody is to listen. */
  readonly ignored: Promise<ReadonlySet<Deno.Signal>>;

  constructor(now: () => number) {
    this.#now = now;
    this.#monitor = startSignalMonitor(now);
    this.ignored = this.#monitor?.ignored ?? Promise.resolve(new Set());
  }

  /**
   * Starts a program.
   *
   * @throws where it cannot be started
   */
  async start(program: Program): Promise<RunningProgram> {
    // What is ignored, as under nohup, stays ignored, by the program too.
    const ignored = await this.ignored;
    const undone = undoesIgnoring(ignored);
    const heard = FORWARDED_SIGNALS.filter((signal) =>
      undone || !ignored.has(signal)
    );
    const forwarder = new SignalForwarder(this.#monitor, this.#now);
    const hear = () =>
      listen(
        heard,
        (signal) => ignored.has(signal) || forwarder.forward(signal),
      );
    // Before there is a program, or a signal in between would end us and leave it
    // behind; but the program can inherit what listening would undo only before.
    let unlisten = undone ? undefined : hear();
    let child: Deno.ChildProcess;
    try {
      child = spawn(program);
    } catch (error) {
      unlisten?.();
      throw error;
    }
    unlisten ??= hear();
    forwarder.attach(child);
    const unwatch = IS_WINDOWS
      ? () => {}
      : listen(["SIGCHLD"], () => forwarder.mirrorStop());
    const exitStatus = waitForExit(child).then((exitStatus) => {
      // What still comes is not to change how we end: we only follow the program.
      if (exitStatus.signal !== undefined) unlisten(exitStatus.signal);
      unwatch();
      this.#monitor?.stop();
      return exitStatus;
    });
    return { exitStatus };
  }
}

function startSignalMonitor(now: () => number): SignalMonitor | undefined {
  if (IS_WINDOWS) return undefined;
  try {
    return new SignalMonitor(FORWARDED_SIGNALS, now);
  } catch {
    return undefined; // there is no shell, as in the barest of containers
  }
}

function spawn({ path, args, env }: Program): Deno.ChildProcess {
  // Deno would drop the slash, and run it.
  if (!IS_WINDOWS && path.endsWith("/") && isFile(path.replace(/\/+$/, ""))) {
    throw new Deno.errors.NotADirectory(path);
  }
  return new Deno.Command(path, {
    args: [...args],
    env: { ...env },
    clearEnv: true,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
}

/** Between us and the program: signals to it, stops from it. */
class SignalForwarder {
  readonly #monitor: SignalMonitor | undefined;
  readonly #now: () => number;
  readonly #child = Promise.withResolvers<Deno.ChildProcess>();
  /** One after the other, and the first when there is a program. */
  #done: Promise<unknown>;

  constructor(monitor: SignalMonitor | undefined, now: () => number) {
    this.#monitor = monitor;
    this.#now = now;
    this.#done = this.#child.promise.then(({ pid }) =>
      monitor?.watchCommand(pid)
    );
  }

  /** Tells it which program it is for. */
  attach(child: Deno.ChildProcess): void {
    this.#child.resolve(child);
  }

  /** Sends the program a signal that we got, unless it has got it by itself. */
  forward(signal: Deno.Signal): void {
    const at = this.#now();
    this.#done = this.#done.then(async () => {
      const hasIt = await this.#monitor?.hasReached(signal, at) ??
        isFromTerminal(signal);
      if (!hasIt) send(await this.#child.promise, signal);
    });
  }

  /** Stops us as long as the program is stopped. */
  mirrorStop(): void {
    this.#done = this.#done.then(() => this.#monitor?.mirrorStop());
  }
}

function send(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended already; its status is on the way.
  }
}

/** The best guess where there is no companion to ask. */
function isFromTerminal(signal: Deno.Signal): boolean {
  return ["SIGINT", "SIGQUIT", "SIGBREAK", "SIGWINCH", "SIGTSTP"]
    .includes(signal) && hasTerminalStreams();
}

async function waitForExit(child: Deno.ChildProcess): Promise<ExitStatus> {
  try {
    const { code, signal } = await child.status;
    return { status: code, ...(signal !== null && { signal }) };
  } catch (error) {
    // Deno has no name for the real-time signals, but tells the number.
    const number = /invalid signal: (\d+)/i.exec(String(error))?.[1];
    if (number === undefined) throw error;
    return { status: 128 + Number(number) };
  }
}
