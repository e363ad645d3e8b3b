// Pure: no I/O.
// Cleans the output of other programs. Unlike messages, output keeps its lines.
import { joinLines, type SafeText, UNSAFE } from "./terminal_text.ts";

/** Sequences that a terminal takes as commands, such as colours and titles. */
const SEQUENCES =
  // deno-lint-ignore no-control-regex
  /\x1b(?:[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\[[0-?]*[ -/]*[@-~]|[ -/]*[0-Z\\^-~])/g;

/** Start of a sequence whose end is missing. */
const UNFINISHED_SEQUENCE =
  // deno-lint-ignore no-control-regex
  /\x1b(?:[\]PX^_][^\x07\x1b]{0,1000}\x1b?|\[?[0-?]*[ -/]*)$/;

/**
 * Makes the output of another program safe for a terminal. Keeps line breaks, and removes
 * colours and other sequences, control characters, and characters that change the writing
 * direction.
 */
export function cleanOutput(text: string): string {
  return text
    .replace(SEQUENCES, "")
    .replace(/\r+\n?/g, "\n")
    .split("\n")
    .map((line) => line.replaceAll("\t", "  ").replace(UNSAFE, ""))
    .join("\n");
}

/**
 * Splits a piece of output before a sequence whose end has not arrived yet.
 *
 * @returns the text before the sequence, and the start of the sequence
 */
export function splitUnfinished(text: string): readonly [string, string] {
  const at = text.search(UNFINISHED_SEQUENCE);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at)];
}

/** The start of every line that assume-role writes. */
const OWN_START = "assume-role:";
/** Matches the start of a line that looks like a line of assume-role. */
const OWN_LINE = /^(?=[^\S\n]*assume-role:)/gim;

/**
 * Formats the cleaned output of another program. A line that looks like a line of
 * assume-role gets a prefix, because the program could forge an error of assume-role. A
 * workflow command of GitHub Actions gets a space, also if it comes in pieces.
 *
 * @param line what the terminal already shows of the line that the text continues
 */
export function formatProgramText(text: string, line: string): SafeText {
  const marked = text.replace(
    OWN_LINE,
    (_, at) => at === 0 && line !== "" ? "" : "program: ",
  );
  const endsCommand = /^\s*:$/.test(line) && text.startsWith(":") ||
    (line.slice(-2) + text.slice(0, 2)).includes("##[");
  return joinLines(`${endsCommand ? " " : ""}${marked}`.split("\n"));
}

/**
 * Returns the length of the end of a text that may become a line of `OWN_LINE` when more
 * text arrives.
 */
export function ownStartLength(text: string): number {
  const line = text.slice(text.lastIndexOf("\n") + 1);
  return OWN_START.startsWith(line.trimStart().toLowerCase()) ? line.length : 0;
}
