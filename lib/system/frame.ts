// Pure: no I/O.
import type { SafeText } from "../settings/terminal_text.ts";

/** A part of a line in one style. */
export interface Span {
  readonly text: SafeText;
  readonly style?: Style;
}

/** A style of text: `match` marks letters that the user typed. */
export type Style = "bold" | "dim" | "match" | "bold match";

/** Lines that are drawn from the cursor's line on. */
export interface Frame {
  readonly lines: readonly (readonly Span[])[];
  /** The column of the cursor in the first line, after drawing; the first column is 0. */
  readonly column: number;
}

/** The size of a terminal, in characters. */
export interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** Text that clears the lines of a frame; the cursor is in the first of these lines. */
export const CLEAR = "\r\x1b[J";

const STYLES: { readonly [S in Style]: string } = {
  bold: "\x1b[1m",
  dim: "\x1b[2m",
  match: "\x1b[36m",
  "bold match": "\x1b[1;36m",
};
const PLAIN = "\x1b[0m";

/**
 * Formats a frame as text for a terminal. After the text, the cursor is in the first line
 * of the frame, so that the next frame, and `CLEAR`, start there even if the terminal's
 * width changed meanwhile.
 */
export function formatFrame(
  { lines, column }: Frame,
  hasColor: boolean,
): string {
  const texts = lines.map((spans) =>
    spans.map(({ text, style }) =>
      style !== undefined && hasColor ? STYLES[style] + text + PLAIN : text
    ).join("") + "\x1b[K"
  );
  const up = lines.length > 1 ? `\x1b[${lines.length - 1}A` : "";
  const right = column > 0 ? `\x1b[${column}C` : "";
  return `\r${texts.join("\r\n")}\x1b[J${up}\r${right}`;
}
