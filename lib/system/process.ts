import { InterruptedError, type Interruption } from "../errors.ts";
import { Companion } from "./companion.ts";

/** More than a program that prints a code has to say, in characters. */
const LONGEST_OUTPUT = 65_536;

/** A program, its arguments and its whole environment. */
export interface Program {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How a program ended. */
export interface Ending {
  /** Its exit status; 128 + n where signal n ended it. */
  readonly status: number;
  /** The signal that ended it, where one did. */
  readonly signal?: Deno.Signal;
}

const IS_WINDOWS = Deno.build.os === "windows";
/** The signals that would end us, or that a program may want to know of. */
const PASSED_ON: readonly Deno.Signal[] = IS_WINDOWS
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
  ];
/** The signals that end a wait of our own. */
const INTERRUPTIONS: readonly Interruption[] = IS_WINDOWS
  ? ["SIGINT"]
  : ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP"];

/** A program that runs. */
export interface RunningProgram {
  /** How it ended, once it has. */
  readonly ending: Promise<Ending>;
}

/**
 * Starts a program on our own stdin, stdout and stderr. We outlive it, and what
 * is sent to us reaches it once: from us, unless it has got it by itself because
 * it was sent to the whole group, as the terminal does.
 *
 * @throws where it cannot be started
 */
export function startProgram(program: Program): RunningProgram {
  const child = new Deno.Command(program.path, {
    args: [...program.args],
    env: { ...program.env },
    clearEnv: true,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  // At once, but not before: the program inherits which signals are ignored, as
  // under nohup, only as long as we listen to none.
  let passedOn = Promise.resolve();
  const stop = listen(PASSED_ON, (signal) => {
    passedOn = passedOn.then(async () => {
      const hasItAlready = companion === undefined
        ? isFromTerminal(signal)
        : await companion.wasForGroup(signal);
      if (!hasItAlready) send(child, signal);
    });
  });
  const companion = startCompanion(child.pid);
  const ending = endingOf(child).finally(() => {
    stop();
    companion?.dismiss();
  });
  return { ending };
}

function startCompanion(programId: number): Companion | undefined {
  if (IS_WINDOWS) return undefined;
  try {
    return new Companion(programId, PASSED_ON);
  } catch {
    return undefined; // there is no shell, as in the barest of containers
  }
}

/** The best guess where there is no companion to ask. */
function isFromTerminal(signal: Deno.Signal): boolean {
  const streams = [Deno.stdin, Deno.stdout, Deno.stderr];
  return ["SIGINT", "SIGQUIT", "SIGBREAK", "SIGWINCH"].includes(signal) &&
    streams.some((stream) => stream.isTerminal());
}

function send(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended already; its status is on the way.
  }
}

async function endingOf(child: Deno.ChildProcess): Promise<Ending> {
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

/**
 * Waits for work to its end even where a signal wants us to go: then the work
 * is told to stop.
 *
 * @throws {InterruptedError} where there was a signal, once the work has ended
 */
export async function undisturbed<T>(
  work: Promise<T>,
  stop: () => void,
): Promise<T> {
  let interrupted: Interruption | undefined;
  const unlisten = listen(INTERRUPTIONS, (signal) => {
    interrupted ??= signal;
    try {
      stop();
    } catch {
      // It has ended already.
    }
  });
  try {
    const result = await work;
    if (interrupted !== undefined) throw new InterruptedError(interrupted);
    return result;
  } finally {
    unlisten();
  }
}

function listen<S extends Deno.Signal>(
  signals: readonly S[],
  onSignal: (signal: S) => void,
): () => void {
  const listeners = signals.map((signal) => {
    const listener = () => onSignal(signal);
    Deno.addSignalListener(signal, listener);
    return [signal, listener] as const;
  });
  return () => {
    for (const [signal, listener] of listeners) {
      Deno.removeSignalListener(signal, listener);
    }
  };
}

/**
 * Runs a command line of the user's in the system's shell, in the user's whole
 * environment, and returns what it printed. It gets no stdin: that is the
 * child's.
 *
 * @throws {InterruptedError} where a signal ended the wait
 */
export async function captureShell(
  commandLine: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly stdout: string }> {
  const [shell, flag] = Deno.build.os === "windows"
    ? [env.ComSpec ?? "cmd.exe", "/c"] as const
    : ["/bin/sh", "-c"] as const;
  const child = new Deno.Command(shell, {
    args: [flag, commandLine],
    env: { ...env },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const work = (async () => {
    const stdout = await readSome(child.stdout);
    const { code } = await child.status;
    return { status: code, stdout };
  })();
  return await undisturbed(work, () => child.kill("SIGTERM"));
}

/** The first text of a stream; whoever goes on writing finds it closed. */
async function readSome(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LONGEST_OUTPUT) break;
  }
  return text;
}

/**
 * Ends this process by a signal, so that whoever started it sees the same
 * ending as of a program that died of it. Returns where the signal does not
 * end a process, or would leave a memory image with secrets in it.
 */
export async function dieOf(signal: Deno.Signal): Promise<void> {
  const harmless = [
    "SIGINT",
    "SIGTERM",
    "SIGHUP",
    "SIGUSR1",
    "SIGUSR2",
    "SIGALRM",
    "SIGKILL",
  ];
  if (Deno.build.os === "windows" || !harmless.includes(signal)) return;
  Deno.kill(Deno.pid, signal);
  // Deno handles signals beside its main thread: give it the time.
  await new Promise((resolve) => setTimeout(resolve, 2000));
}

/** The exit status that stands for a death by this signal. */
export function statusOf(signal: Interruption): number {
  return 128 + { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 }[signal];
}
