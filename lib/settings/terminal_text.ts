// Pure: no I/O.

declare const IS_SAFE: unique symbol;

/**
 * Text that is safe for a terminal and has no forged line. Everything that assume-role
 * writes has this type. Only this file, `styled_text.ts`, which adds styles, and
 * `overwritable_text.ts` create such a text.
 */
export type SafeText = string & { readonly [IS_SAFE]: true };

/**
 * Characters that a terminal interprets or does not show: control characters, line breaks,
 * lone surrogates, tags, and characters that have no width or change the writing direction.
 */
export const UNSAFE: RegExp = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]+/gu;

/** Whether a text has characters that a terminal interprets or does not show. */
export function isUnsafe(text: string): boolean {
  return text.search(UNSAFE) >= 0;
}

/** Maximum length of one sanitized message. */
const MAX_CHARACTERS = 1000;
/** Length of the end that a shortened message keeps, because the reason is at the end. */
const END_CHARACTERS = 300;

/** Replaces the passwords of URLs in a text with `***`. */
export function hidePasswords(text: string): string {
  return text.replace(
    /((?:\/\/|:\/)[^\s/:@]*:)(?!\d{1,5}[/?#])\S+@/g,
    "$1***@",
  );
}

/**
 * Makes one value or message from an untrusted source safe for a terminal: replaces
 * unsafe characters with spaces, hides the passwords of URLs, and replaces the middle of a
 * long text with `…`.
 */
export function sanitize(text: string): string {
  const line = hidePasswords(text.replace(UNSAFE, " ").trim());
  return line.length > MAX_CHARACTERS
    ? `${line.slice(0, MAX_CHARACTERS - END_CHARACTERS)}…${
      line.slice(-END_CHARACTERS)
    }`
    : line;
}

/**
 * Joins lines, without a line break at the end. Unsafe characters of a line become spaces,
 * so that no value can add a line. A line that is an array has cells, which tabs separate.
 * Workflow commands, which the log of GitHub Actions obeys, get a space.
 */
export function joinLines(
  lines: readonly (string | readonly string[])[],
): SafeText {
  return lines.map((line) =>
    breakCommands(
      typeof line === "string" ? clean(line) : line.map(clean).join("\t"),
    )
  ).join("\n") as SafeText;
}

/** Adds a space to each workflow command in a line, so that GitHub Actions ignores the command. */
export function breakCommands(line: string): string {
  return line.replace(/^\s*:(?=:)|#(?=#\[)/g, "$& ");
}

function clean(text: string): string {
  return text.replace(UNSAFE, " ");
}

/**
 * Formats text of our own that has several lines, such as a script or workflow commands. A
 * value from outside must be in a form without line breaks, such as JSON.
 */
export function formatOwnText(text: string): SafeText {
  return text.split("\n").map(clean).join("\n") as SafeText;
}

/** As {@linkcode joinLines}, with a line break after each line. */
export function formatLines(
  ...lines: readonly (string | readonly string[])[]
): SafeText {
  return joinLines([...lines, ""]);
}

/**
 * Whether to write styles to a stream: on a terminal, unless `NO_COLOR` is set or `TERM`
 * is `dumb`. `FORCE_COLOR` decides before all of these, also for a stream that is no
 * terminal: `0` and `false` mean no styles, any other value means styles. An empty
 * variable counts as unset.
 */
export function usesColour(
  { FORCE_COLOR, NO_COLOR, TERM }: Readonly<Record<string, string>>,
  isTerminal: boolean,
): boolean {
  if (FORCE_COLOR) return !/^(0|false)$/i.test(FORCE_COLOR);
  return isTerminal && !NO_COLOR && TERM !== "dumb";
}

/** Indent of the further lines of a message on a terminal. */
const INDENT = "  ";
/** A terminal with fewer columns wraps lines itself. */
const MIN_COLUMNS = 20;
/**
 * Matches a command after `run:`, a text in quotes that a user can copy, or a word. A part
 * includes the spaces around it, except for the space before the next part.
 */
const PART =
  /(?:^ +)?(?:\brun: .*|(?<![^ ])\(?'[^']*'(?=[ .,;:)]|$)[^ ]*|[^ ]+)(?: +(?= |$))?|^ +$/g;

/**
 * Splits a text at spaces. A text in quotes, and a command after `run:`, are one part, so that
 * the user can copy the part. The parts, joined with spaces, are the text again.
 */
export function splitWords(text: string): readonly string[] {
  return text.match(PART) ?? [];
}

/**
 * Wraps messages at spaces to the columns of a terminal. A text in quotes, and a command
 * after `run:`, stay on one line, so that the user can copy the text. Text with escape
 * sequences, such as a notice about a wait, is not changed.
 */
export function wrapMessages(text: SafeText, columns: number): SafeText {
  if (columns < MIN_COLUMNS || text.includes("\x1b")) return text;
  return text.split("\n").map((line) =>
    line.startsWith("assume-role: ") ? wrapLine(line, columns) : line
  ).join("\n") as SafeText;
}

function wrapLine(line: string, columns: number): string {
  if (line.length <= columns) return line;
  return splitWords(line).reduce((lines, word) => {
    const last = lines.slice(lines.lastIndexOf("\n") + 1);
    if (lines === "") return word;
    return last.length + 1 + word.length > columns
      ? `${lines}\n${INDENT}${word}`
      : `${lines} ${word}`;
  }, "");
}

/** Colours the start of each message, such as `assume-role: error:`, by its kind. */
export function colourMessages(text: SafeText): SafeText {
  return text.replace(
    /^assume-role: (?:(error)|(warning)|hint|note):/gm,
    (start, error, warning) =>
      `\x1b[${error ? 31 : warning ? 33 : 36}m${start}\x1b[0m`,
  ) as SafeText;
}
