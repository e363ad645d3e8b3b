// Pure: no I/O.
import { breakCommands, joinLines, type SafeText } from "./terminal_text.ts";

/** Codes of SGR (Select Graphic Rendition), which switch a style of text on. */
const CODES = {
  bold: "1",
  dim: "2",
  red: "31",
  green: "32",
  yellow: "33",
  cyan: "36",
} as const;

/** A style of text on a terminal. */
export type Style = keyof typeof CODES;

/** Text with at most one style. */
export type Span = string | readonly [style: Style, text: string];

/** Returns the text of a span. */
export function textOf(span: Span): string {
  return typeof span === "string" ? span : span[1];
}

/**
 * Formats lines of spans, with a line break after each line. Each text is cleaned as by
 * {@linkcode joinLines}, so that no escape sequence passes except the styles.
 *
 * @param isColoured Whether styles are shown; see `usesColour()`.
 */
export function formatSpans(
  lines: readonly (readonly Span[])[],
  isColoured: boolean,
): SafeText {
  const format = (span: Span) =>
    isColoured && typeof span !== "string"
      ? `\x1b[${CODES[span[0]]}m${joinLines([span[1]])}\x1b[0m`
      : joinLines([textOf(span)]);
  return lines.map((line) => `${breakCommands(line.map(format).join(""))}\n`)
    .join("") as SafeText;
}
