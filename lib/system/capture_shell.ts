import { InterruptedError, type Interruption } from "../errors.ts";
import { listen, undoesIgnoring } from "./signals.ts";

/** Limit of the output that is read, in characters; a one-time code is much shorter. */
const MAX_OUTPUT_LENGTH = 65_536;

/** The signals that interrupt assume-role while no command runs. */
const INTERRUPTIONS: readonly Interruption[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP"];

/**
 * Waits until `work` has ended. If a signal arrives, calls `stop` and continues to wait.
 *
 * @param ignored the signals that were ignored when assume-role started
 * @throws {InterruptedError} If a signal arrived during the work
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
      // The work has ended already.
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
 * Runs a command line, such as `mfa_command`, in the system's shell with the user's
 * whole environment, and returns the output. The command line gets no stdin, because
 * stdin is for the command that runs under the role.
 *
 * @throws {InterruptedError} If a signal ended the wait
 */
export async function captureShell(
  commandLine: string,
  env: Readonly<Record<string, string>>,
  { ignored, stderr = "inherit", leavesSignals = false }: {
    readonly ignored?: ReadonlySet<Deno.Signal> | undefined;
    readonly stderr?: "inherit" | "null";
    /** Whether the program that imports the library handles the signals; default: `false`. */
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

/** Reads the text at the start of a stream, up to a limit, and closes the stream. */
async function readSome(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_OUTPUT_LENGTH) break;
  }
  return text;
}
