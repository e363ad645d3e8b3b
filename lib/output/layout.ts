// Pure: no I/O.
import { type Span, textOf } from "../settings/styled_text.ts";
import { sanitize, splitWords } from "../settings/terminal_text.ts";
import { displayWidth } from "./display_width.ts";

/** Placeholder for an empty cell. */
const EMPTY_CELL = "-";
/** Space between two columns. */
const GAP = 2;
/** Indent of a cell that is moved to a line of its own, relative to the row. */
const HANGING_INDENT = 4;
/** Minimum share of the terminal in which the text of a last column is wrapped. */
const MIN_TEXT_SHARE = 0.5;

/** Position of a table on the terminal. */
export interface Placement {
  /** Columns of the terminal; absent if lines may have any length. */
  readonly columns?: number | undefined;
  /** Spaces before each line; default: 0. */
  readonly indent?: number;
}

/**
 * Lays out rows as lines with aligned columns. If a row is wider than the terminal, long
 * cells are left out of the alignment and the cells after a long cell continue on the next
 * line. Text is wrapped at spaces only, so that a name or a path is never cut: a word that
 * is wider than the terminal makes a line that is wider than the terminal.
 */
export function layOut(
  rows: readonly (readonly Span[])[],
  placement?: Placement,
): readonly (readonly Span[])[] {
  return layOutRows(rows, placement).flat();
}

/** Lays out rows as {@linkcode layOut} does, and returns the lines of each row. */
export function layOutRows(
  rows: readonly (readonly Span[])[],
  { columns = Infinity, indent = 0 }: Placement = {},
): readonly (readonly (readonly Span[])[])[] {
  const cells = rows.map((row) => row.map(cleanCell));
  const widths = fitWidths(cells, columns - indent);
  return cells.map((row) => {
    const writer = new LineWriter();
    row.forEach((cell, at) => {
      const start = indent + startOf(widths, at);
      const isLast = at === row.length - 1;
      placeCell(writer, cell, { start, indent, columns, isLast });
    });
    return writer.lines;
  });
}

/**
 * Wraps a text at spaces to the width of the terminal. A text in quotes and a command line
 * after `run:` stay on one line, so that the user can copy the text or the command line.
 */
export function wrapText(
  text: string,
  columns = Infinity,
): readonly string[] {
  const lines: string[] = [];
  for (const word of splitWords(text)) {
    const line = lines.at(-1);
    const longer = `${line} ${word}`;
    if (line === undefined || displayWidth(longer) > columns) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** Lines under construction: spans, and the columns that the last line takes. */
class LineWriter {
  readonly lines: Span[][] = [[]];
  #used = 0;

  /** Whether a cell can start at a column of the last line. */
  isFree(column: number): boolean {
    return this.#used === 0 || this.#used + GAP <= column;
  }

  write(span: Span, column: number): void {
    this.lines.at(-1)!.push(" ".repeat(column - this.#used), span);
    this.#used = column + widthOf(span);
  }

  breakLine(): void {
    if (this.#used === 0) return;
    this.lines.push([]);
    this.#used = 0;
  }
}

interface Slot {
  /** First column of the cell. */
  readonly start: number;
  /** First column of the row. */
  readonly indent: number;
  readonly columns: number;
  readonly isLast: boolean;
}

function placeCell(
  writer: LineWriter,
  cell: Span,
  { start, indent, columns, isLast }: Slot,
): void {
  if (textOf(cell) === "") return;
  if (!writer.isFree(start)) writer.breakLine();
  const isFitting = start + widthOf(cell) <= columns;
  const isText = isLast && textOf(cell).includes(" ") &&
    columns - start >= columns * MIN_TEXT_SHARE;
  if (!isFitting && !isText) writer.breakLine();
  const column = isFitting || isText || start === indent
    ? start
    : indent + HANGING_INDENT;
  for (const [at, line] of wrapCell(cell, columns - column).entries()) {
    if (at > 0) writer.breakLine();
    writer.write(line, column);
  }
}

function wrapCell(cell: Span, width: number): readonly Span[] {
  const lines = wrapText(textOf(cell), width);
  return typeof cell === "string"
    ? lines
    : lines.map((line) => [cell[0], line] as const);
}

/**
 * Returns the width of each column. If the columns together are wider than the terminal,
 * the longest cells do not count: first those of the column in which the fewest cells have
 * the greatest width.
 */
function fitWidths(
  rows: readonly (readonly Span[])[],
  columns: number,
): readonly number[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const sizes = Array.from(
    { length: count },
    (_, at) =>
      rows.flatMap((row) => row[at] === undefined ? [] : [widthOf(row[at])])
        .filter((width) => width > 0)
        .sort((a, b) => b - a),
  );
  const total = () =>
    sizes.reduce((sum, [width = 0]) => sum + width + GAP, -GAP);
  while (total() > columns) {
    const [loosest] = sizes.filter((widths) => countWidest(widths) > 0)
      .sort((a, b) => countWidest(a) - countWidest(b) || b[0]! - a[0]!);
    if (loosest === undefined) break;
    loosest.splice(0, countWidest(loosest));
  }
  return sizes.map(([width = 0]) => width);
}

/** Counts the cells with the greatest width; 0 if all cells have the same width. */
function countWidest(widths: readonly number[]): number {
  const count = widths.filter((width) => width === widths[0]).length;
  return count === widths.length ? 0 : count;
}

function startOf(widths: readonly number[], at: number): number {
  return widths.slice(0, at).reduce((sum, width) => sum + width + GAP, 0);
}

/** Cleans the text of a cell; returns a placeholder for an empty text. */
export function formatCell(text: string): string {
  return sanitize(text) || EMPTY_CELL;
}

function cleanCell(cell: Span): Span {
  const text = sanitize(textOf(cell));
  return typeof cell === "string" ? text : [cell[0], text];
}

function widthOf(span: Span): number {
  return displayWidth(textOf(span));
}
