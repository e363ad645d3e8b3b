import type { Reporter } from "../host.ts";
import { formatOverwritable } from "../settings/overwritable_text.ts";
import { formatLines, sanitize } from "../settings/terminal_text.ts";
import { isStderrTerminal } from "../system/is_terminal.ts";
import { ownsTerminal } from "../system/owns_terminal.ts";

/** Time after which a wait is reported. */
const DELAY_MS = 2000;

/** The part of a reporter that a notice about a wait needs. */
type WaitReporter = Pick<Reporter, "waits">;

/**
 * Runs work. If the work takes longer than two seconds, shows a notice on a terminal until
 * the work has ended: see {@linkcode showWait}.
 *
 * @param message the reason for the wait, such as `waiting for AWS STS…`
 */
export async function noticing<T>(
  message: string,
  reporter: WaitReporter,
  work: () => Promise<T>,
): Promise<T> {
  let end: (() => void) | undefined;
  const timer = setTimeout(() => end = showWait(message, reporter), DELAY_MS);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    end?.();
  }
}

/**
 * Prints a line about a wait. The line stays, also on a terminal: the program that assume-role
 * waits for can have asked a question there.
 */
export function noteWait(message: string, { waits }: WaitReporter): void {
  waits?.writeStderr(
    formatLines(`assume-role: note: ${sanitize(message)}`),
  );
}

/**
 * Shows a notice about a wait. On a terminal, the notice has no line end, and the returned
 * function erases the notice; call the function before anything else is written. If this
 * process is in the background of the terminal, the notice is one line that stays. With
 * `--quiet`, nothing is shown.
 *
 * @param places whether a log gets the notice, too, as one line
 * @returns a function to call when the wait has ended
 */
export function showWait(
  message: string,
  { waits }: WaitReporter,
  places: "terminal" | "terminal and log" = "terminal",
): () => void {
  if (places === "terminal" && !isStderrTerminal()) return () => {};
  if (waits === undefined) return () => {};
  const { env, writeStderr } = waits;
  let state: "starting" | "overwritable" | "ended" = "starting";
  const show = async () => {
    const isOverwritable = env.TERM !== "dumb" && await ownsTerminal();
    if (state === "ended") return;
    if (isOverwritable) {
      state = "overwritable";
      writeStderr(formatOverwritable(`assume-role: ${message}`));
    } else noteWait(message, { waits });
  };
  show();
  return () => {
    if (state === "overwritable") writeStderr(formatOverwritable(""));
    state = "ended";
  };
}
