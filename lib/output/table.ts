// Pure: no I/O.
import {
  formatLines,
  type SafeText,
  sanitize,
} from "../settings/terminal_text.ts";

/** Placeholder for an empty cell. */
const EMPTY_CELL = "-";

/** Formats rows as lines, in aligned columns for people or with tabs for programs. */
export function formatTable(
  rows: readonly (readonly string[])[],
  separated: "aligned" | "tabs",
): SafeText {
  return separated === "tabs"
    ? formatLines(...cellsOf(rows))
    : formatLines(...alignRows(rows));
}

/** Formats rows as lines with aligned columns. */
export function alignRows(
  rows: readonly (readonly string[])[],
): readonly string[] {
  const cells = cellsOf(rows);
  const width = (column: number) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0));
  return cells.map((row) =>
    row.map((cell, column) => cell.padEnd(width(column))).join("  ").trimEnd()
  );
}

function cellsOf(
  rows: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  return rows.map((row) => row.map((cell) => sanitize(cell) || EMPTY_CELL));
}
