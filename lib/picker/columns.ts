// Pure: no I/O.
import { displayWidth } from "../output/display_width.ts";
import type { Cells } from "./state.ts";

/** The heads of the columns. */
export const HEAD: Cells = ["NAME", "ACCOUNT", "ROLE", "SESSION"];
/** The number of spaces between two columns. */
export const GAP = 2;

/** Columns that get narrower if the terminal is narrow, in this order, and their least widths. */
const SHRINKING = [[1, 12], [2, 12], [0, 16], [2, 6], [0, 10]] as const;
/** Columns that are left out if the terminal is too narrow for all, in this order. */
const OPTIONAL = [2, 1, 3];

/** A column that is shown. */
export interface Column {
  /** Index of the cell. */
  readonly cell: number;
  /** Width in characters of the terminal. */
  readonly width: number;
}

/**
 * Chooses the columns that are shown, and their widths, so that a row fits into a width.
 * The name is always shown.
 */
export function fitColumns(
  rows: readonly Cells[],
  width: number,
): readonly Column[] {
  const widths = HEAD.map((head, cell) =>
    rows.reduce(
      (most, cells) => Math.max(most, displayWidth(cells[cell]!)),
      displayWidth(head),
    )
  );
  let shown = HEAD.map((_, cell) => cell);
  const excess = () =>
    shown.reduce((sum, cell) => sum + widths[cell]!, 0) +
    GAP * (shown.length - 1) - width;
  for (const [cell, least] of SHRINKING) {
    if (excess() <= 0) break;
    widths[cell] = Math.min(
      widths[cell]!,
      Math.max(least, widths[cell]! - excess()),
    );
  }
  for (const cell of OPTIONAL) {
    if (excess() > 0) shown = shown.filter((other) => other !== cell);
  }
  if (excess() > 0) widths[0] = Math.max(1, width);
  return shown.map((cell) => ({ cell, width: widths[cell]! }));
}

/** Cuts a text to a width; an ellipsis replaces the end of a text that is too wide. */
export function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let start = "";
  for (const letter of text) {
    if (displayWidth(start + letter) > width - 1) break;
    start += letter;
  }
  return `${start}…`;
}

/** Returns the last part of a text that fits into a width. */
export function cutStart(text: string, width: number): string {
  let end = text;
  while (displayWidth(end) > width) end = [...end].slice(1).join("");
  return end;
}

/** Returns the spaces that follow a text in a column of a width. */
export function padding(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - displayWidth(text)));
}
