// Pure: no I/O.
import {
  formatLines,
  type SafeText,
  sanitize,
} from "../settings/terminal_text.ts";

/** The kind of a message, and its text. */
export type Message = readonly [kind: string, text: string];

/** Formats messages as one line each, with the name of the program at the start. */
export function formatMessages(...messages: readonly Message[]): SafeText {
  return formatLines(
    ...messages.map(([kind, text]) => `assume-role: ${kind}${sanitize(text)}`),
  );
}

/** Formats a warning: a problem that does not stop the command. */
export function formatWarning(message: string): SafeText {
  return formatMessages(["warning: ", message]);
}

/** Formats a note about a fact that the user may not expect. */
export function formatNotice(message: string): SafeText {
  return formatMessages(["note: ", message]);
}

/** Formats a note about an action and its reason. */
export function formatNote(message: string): SafeText {
  return formatMessages(["", message]);
}
