import type { SafeText } from "../settings/terminal_text.ts";
import { InterruptedError, type Interruption } from "../errors.ts";
import { askOnConsole } from "./console_prompt.ts";
import {
  ASK_SCRIPT,
  ASK_STATUS,
  RESTORE_SCRIPT,
  SUSPEND,
} from "./ask_script.ts";
import { exists } from "./files.ts";
import { helperShell } from "./helper_shell.ts";
import { interruptible, INTERRUPTIONS } from "./interruptible.ts";
import { reasonOf } from "./os_error.ts";
import { IS_WINDOWS } from "./path.ts";
import { listen, undoesIgnoring } from "./signals.ts";

/** Limit of an answer, in bytes. */
const MAX_LINE_BYTES = 1000;

/** The outcome on a system, or in a process, without a usable terminal. */
export interface NoTerminal {
  readonly kind: "no terminal";
  /** The reason why the terminal cannot be used; absent if there is no terminal. */
  readonly reason?: string;
  /** The missing program, if the user can install a program so that assume-role can ask. */
  readonly missing?: string;
}

/** The outcome of a question. */
export type Answer =
  | { readonly kind: "answer"; readonly text: string }
  | NoTerminal
  /** The user ended the input instead of answering. */
  | { readonly kind: "cancelled" };

/** Options of a question. */
export interface AskOptions {
  /** The signals that were ignored when assume-role started. */
  readonly ignored?: ReadonlySet<Deno.Signal> | undefined;
  /**
   * Reaction of assume-role if it is a background job: `wait` lets the system suspend
   * the job until the user brings the job to the foreground; `refuse` treats the
   * terminal as missing.
   */
  readonly inBackground?: "wait" | "refuse";
  /** The shell that runs the script; default: `/bin/sh`. */
  readonly shell?: string;
}

/**
 * Asks a question on the terminal and reads a line.
 *
 * @param typed whether the terminal shows the answer while the user types
 * @throws {InterruptedError} If a signal ended the wait
 */
export async function askOnTerminal(
  question: SafeText,
  typed: "hide" | "show",
  { ignored, inBackground = "wait", shell = "/bin/sh" }: AskOptions = {},
): Promise<Answer> {
  if (IS_WINDOWS) return await askOnConsole(question, typed);
  let helper: Deno.ChildProcess;
  try {
    const args = [question, typed, inBackground];
    helper = helperShell(shell, ASK_SCRIPT, args, "piped").spawn();
  } catch (error) {
    return explainStart(error, shell);
  }
  const control = helper.stdin.getWriter();
  const unlisten = undoesIgnoring(ignored ?? new Set())
    ? () => {}
    : listen(["SIGTSTP"], () => suspend(helper, control));
  try {
    const work = readAnswer(helper, shell);
    const answer = await interruptible(work, () => end(helper), ignored);
    if (typeof answer === "string") throw new InterruptedError(answer);
    return answer;
  } finally {
    unlisten();
    await control.close().catch(() => {}); // the helper may have ended
  }
}

/**
 * Waits for the helper shell, and restores the terminal if the helper was killed. Returns
 * the signal if a signal that interrupts assume-role ended the helper.
 */
async function readAnswer(
  helper: Deno.ChildProcess,
  shell: string,
): Promise<Answer | Interruption> {
  const { code, signal, stdout } = await helper.output();
  const [, settings = "", text = ""] =
    /^(.*)\n([^]*)$/.exec(new TextDecoder().decode(stdout)) ?? [];
  if (code === 0) return { kind: "answer", text };
  if (code === ASK_STATUS.endOfInput) return { kind: "cancelled" };
  return await explainEnd({ code, signal }, settings, text, shell);
}

/**
 * Returns the reason why a helper shell ended before its work was done: the signal, if a
 * signal that interrupts assume-role ended the helper. Restores the terminal if the helper
 * was killed.
 *
 * @param settings the settings of the terminal that the helper printed, or an empty text
 * @param text the text that the helper printed last
 */
export async function explainEnd(
  { code, signal }: Pick<Deno.CommandStatus, "code" | "signal">,
  settings: string,
  text: string,
  shell: string,
): Promise<NoTerminal | Interruption> {
  if (signal !== null && settings !== "") await restore(settings, shell);
  if (code === ASK_STATUS.noStty) return cannotAskWithout("stty");
  if (code === ASK_STATUS.noDd) return cannotAskWithout("dd");
  const name = code === ASK_STATUS.interrupted ? text : signal;
  const interruption = INTERRUPTIONS.find((signal) => signal === name);
  if (interruption !== undefined) return interruption;
  return signal === null ? { kind: "no terminal" } : {
    kind: "no terminal",
    reason: `${signal} ended ${shell}, which shows the prompt`,
  };
}

/** Asks the helper shell to suspend the question and this process. */
function suspend(
  helper: Deno.ChildProcess,
  control: WritableStreamDefaultWriter<Uint8Array>,
): void {
  // A helper that has just started does not ignore SIGTSTP yet, and may be suspended.
  helper.kill("SIGCONT");
  control.write(new TextEncoder().encode(SUSPEND)).catch(() => {});
}

/** Ends the helper shell; a suspended helper must continue to end. */
export function end(helper: Deno.ChildProcess): void {
  helper.kill("SIGTERM");
  helper.kill("SIGCONT");
}

/** Restores the settings of the terminal that a killed helper shell printed. */
async function restore(settings: string, shell: string): Promise<void> {
  await helperShell(shell, RESTORE_SCRIPT, [settings], "null").output();
}

/** Returns the reason why a helper shell cannot be started. */
export function explainStart(error: unknown, shell: string): NoTerminal {
  return exists(shell)
    ? { kind: "no terminal", reason: `${shell} fails: ${reasonOf(error)}` }
    : cannotAskWithout(shell);
}

/** The outcome on a system without a program that the question needs. */
function cannotAskWithout(missing: string): NoTerminal {
  const reason =
    `this system has no ${missing}, which assume-role needs to prompt`;
  return { kind: "no terminal", reason, missing };
}

/**
 * Reads one line of stdin and no byte more. Returns `undefined` at the end of stdin, and if
 * stdin is a terminal, because the question was not shown.
 */
export async function readStdinLine(): Promise<string | undefined> {
  if (Deno.stdin.isTerminal()) return undefined;
  const bytes: number[] = [];
  const byte = new Uint8Array(1);
  for (;;) {
    const count = await Deno.stdin.read(byte);
    if (count === null && bytes.length === 0) return undefined;
    if (count === null || byte[0] === 0x0a || byte[0] === 0x0d) break;
    if (bytes.length < MAX_LINE_BYTES) bytes.push(byte[0]!);
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
