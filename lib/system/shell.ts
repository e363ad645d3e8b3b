import { InterruptedError, type Interruption } from "../errors.ts";
import { listen, undoesIgnoring } from "./signals.ts";

/** More than a program that prints a code has to say, in characters. */
const LONGEST_OUTPUT = 65_536;

/** The signals that end a wait of our own. */
const INTERRUPTIONS: readonly Interruption[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP"];

/**
 * Waits for work to its end even where a signal wants us to go: then the work
 * is told to stop.
 *
 * @param ignored the signals that are ignored since before we started
 * @throws {InterruptedError} where there was a signal, once the work has ended
 */
export async function interruptible<T>(
  work: Promise<T>,
  stop: () => void,
  ignored: ReadonlySet<Deno.Signal> = new Set(),
): Promise<T> {
  if (undoesIgnoring(ignored)) return await work;
  let interrupted: Interruption | undefined;
  const heard = INTERRUPTIONS.filter((signal) => !ignored.has(signal));
  const unlisten = listen(heard, (signal) => {
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
  { ignored, stderr = "inherit", leavesSignals = false }: {
    readonly ignored?: ReadonlySet<Deno.Signal> | undefined;
    readonly stderr?: "inherit" | "null";
    /** Whether signals are somebody else's: then the program gets none from us. */
    readonly leavesSignals?: boolean;
  } = {},
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
    stderr,
  }).spawn();
  const work = (async () => {
    const stdout = await readSome(child.stdout);
    const { code } = await child.status;
    return { status: code, stdout };
  })();
  if (leavesSignals) return await work;
  return await interruptible(work, () => child.kill("SIGTERM"), ignored);
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
