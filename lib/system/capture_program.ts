import { exists } from "./files.ts";
import {
  DISMISS,
  RESTORE,
  RESTORED,
  SCRIPT_NAME,
  START_SCRIPT,
} from "./start_script.ts";
import { interruptible } from "./interruptible.ts";
import { NoShellError, startWithoutShell } from "./no_shell.ts";
import { IS_WINDOWS } from "./path.ts";
import type { AskOptions } from "./terminal.ts";

/** Limit of the output that is read, in characters; credentials and codes are much shorter. */
const MAX_OUTPUT_LENGTH = 65_536;
/**
 * Time for which the output is read after the program has ended, in milliseconds. A
 * process that the program left in the background can keep the output open.
 */
const READ_AFTER_END_MS = 500;

/** Time in which the terminal is restored and descendants of the program end, in milliseconds. */
const RESTORE_MS = 5000;

/** Time after which a terminated program that does not end is killed, in milliseconds. */
const KILL_AFTER_MS = 3000;

/** A command line for the system's shell, or the words of a program and its arguments. */
export type ProgramCommand = string | readonly string[];

/** Reasons why a program was not started. */
export type NotStarted = "not found" | "not executable" | "no shell";

/** Options of {@linkcode captureProgram}. */
export interface CaptureOptions {
  /** Receives the whole text of stdout so far, whenever the program has written more. */
  readonly onStdout?: (text: string) => void;
  /** Receives the text that the program writes to stderr, piece by piece. */
  readonly onStderr: (text: string) => void;
  /** Whether the program may use the terminal as stdin; default: `false`. */
  readonly usesTerminal?: boolean;
  /** Whether a program of a background job may use the terminal; default: `wait`. */
  readonly inBackground?: AskOptions["inBackground"];
  /** The signals that were ignored when assume-role started. */
  readonly ignored?: ReadonlySet<Deno.Signal> | undefined;
  /** Whether the program that imports the library handles the signals; default: `false`. */
  readonly leavesSignals?: boolean;
}

/** The output and the end of a program. */
export interface CapturedProgram {
  /** The exit status; 128 + n if signal n ended the program. */
  readonly status: number;
  readonly stdout: string;
  /** The signal that ended the program. */
  readonly signal?: string;
  /** The reason why the program was not started. */
  readonly notStarted?: NotStarted;
  /** Whether the output is longer than the limit, so that it was not read to its end. */
  readonly isTooLong?: true;
}

/**
 * Runs a program with the given environment, and returns its output. The program does not
 * get stdin, because stdin is for the command that runs under the role. If assume-role is
 * interrupted or dies, the program is terminated.
 *
 * @throws {InterruptedError} If a signal ended the wait
 */
export async function captureProgram(
  command: ProgramCommand,
  env: Readonly<Record<string, string>>,
  options: CaptureOptions,
): Promise<CapturedProgram> {
  const { ignored, leavesSignals = false, onStdout, onStderr } = options;
  let child: ChildProgram;
  try {
    child = start(command, env, options);
  } catch (error) {
    return whyNotStarted(error);
  }
  let startFailure = "";
  const work = child.finish(onStdout, (text) => {
    // The start of the shell's message about a program that cannot be started.
    if (startFailure !== "" || text.startsWith(`${SCRIPT_NAME}: `)) {
      startFailure += text;
    } else onStderr(text);
  });
  const captured = leavesSignals
    ? await work
    : await interruptible(work, () => child.stop(), ignored);
  if (startFailure === "") return captured;
  const { status } = captured;
  if (status === 126 || status === 127) {
    return { ...captured, notStarted: interpretStatus(status, command) };
  }
  onStderr(startFailure);
  return captured;
}

function start(
  command: ProgramCommand,
  env: Readonly<Record<string, string>>,
  { usesTerminal = false, inBackground = "wait" }: CaptureOptions,
): ChildProgram {
  const isUnix = !IS_WINDOWS;
  const [path = "", ...args] = typeof command !== "string"
    ? command
    : isUnix
    ? ["/bin/sh", "-c", command]
    : [env.ComSpec ?? "cmd.exe", "/d", "/s", "/c", `"${command.trim()}"`];
  const settings = {
    env: { ...env },
    clearEnv: true,
    stdout: "piped",
    stderr: "piped",
  } as const;
  if (isUnix) {
    const stdin = usesTerminal ? inBackground : "null";
    const script = ["-c", START_SCRIPT, SCRIPT_NAME, stdin, path, ...args];
    try {
      return new ChildProgram(
        new Deno.Command("/bin/sh", {
          ...settings,
          args: script,
          stdin: "piped",
        }).spawn(),
        true,
      );
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return new ChildProgram(startWithoutShell(command, env), false);
    }
  }
  const inherits = usesTerminal && Deno.stdin.isTerminal();
  const stdin = inherits ? "inherit" : "null";
  const options = {
    ...settings,
    args,
    stdin,
    // cmd reads the text between the outer quotes as it is; it knows no other quoting.
    windowsRawArguments: typeof command === "string",
  } as const;
  return new ChildProgram(new Deno.Command(path, options).spawn(), false);
}

/** A program that was started, and its pipes. */
class ChildProgram {
  readonly #child: Deno.ChildProcess;
  readonly #control: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #killing: ReturnType<typeof setTimeout> | undefined;

  /** @param isWatched whether the program was started by {@linkcode START_SCRIPT} */
  constructor(child: Deno.ChildProcess, isWatched: boolean) {
    this.#child = child;
    this.#control = isWatched ? child.stdin.getWriter() : undefined;
  }

  /** Terminates the program, or kills the program if it does not end. */
  stop(): void {
    this.#killing ??= setTimeout(
      () => this.#child.kill("SIGKILL"),
      KILL_AFTER_MS,
    );
    if (this.#control === undefined) this.#child.kill("SIGTERM");
    else this.#control.close().catch(() => {});
  }

  /**
   * Waits for the end of the program, and reads its output. If the program was stopped or
   * ended by a signal, also waits until {@linkcode START_SCRIPT} has restored the terminal.
   */
  async finish(
    onStdout: ((text: string) => void) | undefined,
    onStderr: (text: string) => void,
  ): Promise<CapturedProgram> {
    let stdout = "";
    let isLastText = (_: string) => false;
    const isTooLong = () => stdout.length > MAX_OUTPUT_LENGTH;
    const readingOutput = read(this.#child.stdout, (text) => {
      stdout += text;
      onStdout?.(stdout);
      if (isTooLong()) this.stop();
      return !isTooLong() && !isLastText(text);
    });
    const readingErrors = read(this.#child.stderr, (text) => {
      if (text !== "") onStderr(text);
      return true;
    });
    const { code, signal } = await this.#child.status;
    clearTimeout(this.#killing);
    // A shell exits with 128 + n if signal n ended its last program.
    const isKilled = signal !== null || code > 128 && code < 160;
    const isRestored = this.#control !== undefined &&
      (isKilled || this.#killing !== undefined);
    if (isRestored) isLastText = (text) => text.endsWith(RESTORED);
    await this.#dismiss(isKilled ? RESTORE : DISMISS);
    await readingOutput.end(isRestored ? RESTORE_MS : READ_AFTER_END_MS);
    await readingErrors.end(READ_AFTER_END_MS);
    return {
      status: code,
      stdout,
      ...isTooLong() ? { isTooLong: true } : signal !== null && { signal },
    };
  }

  /** Ends the background process of {@linkcode START_SCRIPT}. */
  async #dismiss(line: string): Promise<void> {
    // The pipe is closed if the program was stopped.
    await this.#control?.write(new TextEncoder().encode(line)).catch(() => {});
    await this.#control?.close().catch(() => {});
  }
}

/** Reads the text of a stream piece by piece, until `onText` returns `false`. */
function read(
  stream: ReadableStream<Uint8Array>,
  onText: (text: string) => boolean,
): { readonly end: (timeoutMs: number) => Promise<void> } {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  const reading = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      const text = decoder.decode(value, { stream: !done });
      if (!onText(text) || done) return await reader.cancel();
    }
  })();
  return {
    end: async (timeoutMs) => {
      const timer = setTimeout(() => reader.cancel(), timeoutMs);
      await reading.finally(() => clearTimeout(timer));
    },
  };
}

/**
 * Interprets the status of the shell's `exec`. The status is 127 also if a script's
 * interpreter is missing and, in bash 3.2 of macOS, 126 also if the program is missing.
 */
function interpretStatus(
  status: 126 | 127,
  command: ProgramCommand,
): NotStarted {
  const path = typeof command === "string" ? "" : command[0] ?? "";
  const isFound = path.includes("/") ? exists(path) : status === 126;
  return isFound ? "not executable" : "not found";
}

function whyNotStarted(error: unknown): CapturedProgram {
  if (error instanceof Deno.errors.NotFound) {
    return { status: 127, stdout: "", notStarted: "not found" };
  }
  if (error instanceof NoShellError) {
    return { status: 127, stdout: "", notStarted: "no shell" };
  }
  return { status: 126, stdout: "", notStarted: "not executable" };
}
