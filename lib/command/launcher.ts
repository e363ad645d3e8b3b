import { SignalMonitor } from "./signal_monitor.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import { isFile } from "../system/files.ts";
import {
  listen,
  reserveFiles,
  surviveSizeLimit,
  undoesIgnoring,
} from "../system/signals.ts";
import { hasTerminalStreams } from "../system/is_terminal.ts";
import { IS_WINDOWS } from "../system/path.ts";

/** Program to run, with its arguments and its whole environment. */
export interface Program {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The working directory; absent for that of this process. */
  readonly cwd?: string;
}

/**
 * Signals to forward: signals that would end this process, or that a command may handle. On
 * Windows, events of the console, which must not end this process before the command.
 */
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

/** Program that was started. */
export interface RunningProgram {
  /** Resolves when the program ends. */
  readonly exitStatus: Promise<ExitStatus>;
}

/**
 * Starts the command on this process's stdin, stdout and stderr. A signal to this
 * process reaches the command exactly once: this process forwards the signal, unless
 * the sender (such as the terminal) sent the signal to the whole process group. This
 * process waits until the command exits; while the command is suspended (as by
 * SIGTSTP), this process is suspended too.
 */
export class Launcher {
  readonly #now: () => number;
  readonly #monitor: SignalMonitor | undefined;

  /** Resolves when the monitor expects a command; `undefined` if no command is expected. */
  #expected: Promise<void> | undefined;

  /** Signals that were already ignored when this process started. */
  readonly ignored: Promise<ReadonlySet<Deno.Signal>>;

  constructor(now: () => number) {
    this.#now = now;
    this.#monitor = startSignalMonitor(now);
    this.ignored = this.#surviveSizeLimit();
    this.ignored.catch(() => {}); // `start()` reports the error
  }

  /** Makes this process survive SIGXFSZ, unless a listener would stop it from ignoring signals. */
  async #surviveSizeLimit(): Promise<ReadonlySet<Deno.Signal>> {
    const ignored = await this.#monitor?.ignored ?? new Set();
    const keeps = IS_WINDOWS || undoesIgnoring(ignored);
    if (!keeps && !ignored.has("SIGXFSZ")) surviveSizeLimit();
    return ignored;
  }

  /** Tells the monitor that a command will start soon, so that `start()` need not wait. */
  expectCommand(): void {
    this.#expected ??= this.ignored.then(() => this.#monitor?.expectCommand());
    this.#expected.catch(() => {}); // `start()` reports the error
  }

  /**
   * Starts a program.
   *
   * @throws {Error} If the program cannot be started.
   */
  async start(program: Program): Promise<RunningProgram> {
    // The program must also ignore the signals that this process was started to ignore,
    // such as SIGHUP under nohup.
    const ignored = await this.ignored;
    const stopsIgnoring = undoesIgnoring(ignored);
    const handled = FORWARDED_SIGNALS.filter((signal) =>
      stopsIgnoring || !ignored.has(signal)
    );
    const forwarder = new SignalForwarder(this.#monitor, this.#now);
    const startListening = () =>
      listen(
        handled,
        // On Windows, the console has sent the event to the command as well.
        (signal) =>
          IS_WINDOWS || ignored.has(signal) || forwarder.forward(signal),
      );
    reserveFiles();
    // Listen before the program starts, because a signal between the start and the
    // first listener would end only this process. But if listening would stop this
    // process from ignoring signals, start the program first, so that the program
    // inherits the ignored signals.
    let unlisten = stopsIgnoring ? undefined : startListening();
    let child: Deno.ChildProcess;
    this.expectCommand();
    await this.#expected;
    this.#expected = undefined;
    try {
      child = spawn(program);
    } catch (error) {
      unlisten?.();
      await this.#monitor?.watchCommand("");
      throw error;
    }
    unlisten ??= startListening();
    forwarder.attach(child);
    const unwatch = listen<Deno.Signal>(
      IS_WINDOWS ? [] : ["SIGCHLD"],
      () => forwarder.mirrorStop(),
    );
    const exitStatus = waitForExit(child).then((exitStatus) => {
      // Remove the listener of the signal that ended the program, because the same signal
      // must end this process too.
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
    return undefined; // there is no shell, as in minimal containers
  }
}

function spawn({ path, args, env, ...options }: Program): Deno.ChildProcess {
  // If a file's path has a slash at the end, fail as a shell does: Deno would drop the
  // slash and run the file.
  if (!IS_WINDOWS && path.endsWith("/") && isFile(path.replace(/\/+$/, ""))) {
    throw new Deno.errors.NotADirectory(path);
  }
  return new Deno.Command(path, {
    ...options,
    args: [...args],
    env: { ...env },
    clearEnv: true,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
}

/** Forwards signals to the program, and suspends this process while the program is suspended. */
class SignalForwarder {
  readonly #monitor: SignalMonitor | undefined;
  readonly #now: () => number;
  readonly #child = Promise.withResolvers<Deno.ChildProcess>();
  /** The last task of the queue of signals. The first task waits until the program has started. */
  #queue: Promise<unknown>;

  constructor(monitor: SignalMonitor | undefined, now: () => number) {
    this.#monitor = monitor;
    this.#now = now;
    this.#queue = this.#child.promise.then(({ pid }) =>
      monitor?.watchCommand(pid)
    );
  }

  /** Sets the started program, which lets the tasks in the queue start. */
  attach(child: Deno.ChildProcess): void {
    this.#child.resolve(child);
  }

  /** Forwards a signal, unless the sender sent the signal to the program as well. */
  forward(signal: Deno.Signal): void {
    const at = this.#now();
    if (signal === "SIGUSR1" && !Deno.build.standalone) closeInspector();
    this.#queue = this.#queue.then(async () => {
      const hasReached = await this.#monitor?.hasReached(signal, at) ??
        isFromTerminal(signal);
      if (!hasReached) send(await this.#child.promise, signal);
    });
  }

  /** Suspends this process if the program is suspended, until the program continues. */
  mirrorStop(): void {
    this.#queue = this.#queue.then(() => this.#monitor?.mirrorStop());
  }
}

async function closeInspector(): Promise<void> {
  (await import("../system/close_inspector.ts")).closeInspector();
}

function send(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // The program has already ended.
  }
}

/**
 * Guesses whether the terminal sent a signal to the whole process group. The guess is
 * used if there is no signal monitor, or if the signal monitor has ended.
 */
function isFromTerminal(signal: Deno.Signal): boolean {
  return ["SIGINT", "SIGQUIT", "SIGWINCH", "SIGTSTP"]
    .includes(signal) && hasTerminalStreams();
}

async function waitForExit(child: Deno.ChildProcess): Promise<ExitStatus> {
  try {
    const { code, signal } = await child.status;
    return { status: code, ...(signal !== null && { signal }) };
  } catch (error) {
    // Deno has no names for real-time signals, and throws an error that contains the number
    // of the signal.
    const number = /invalid signal: (\d+)/i.exec(String(error))?.[1];
    if (number === undefined) throw error;
    return { status: 128 + Number(number) };
  }
}
