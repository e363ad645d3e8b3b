// Pure: no I/O.
import { sanitize } from "../settings/terminal_text.ts";

/** Placeholder for an empty cell. */
const EMPTY_CELL = "-";

/** Formats rows as lines, in aligned columns for people or with tabs for programs. */
export function formatTable(
  rows: readonly (readonly string[])[],
  separated: "aligned" | "tabs",
): string {
  const cells = rows.map((row) =>
    row.map((cell) => sanitize(cell) || EMPTY_CELL)
  );
  const width = (column: number) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0));
  const line = (row: readonly string[]) =>
    separated === "tabs"
      ? row.join("\t")
      : row.map((cell, column) => cell.padEnd(width(column))).join("  ");
  return cells.map((row) => `${line(row).trimEnd()}\n`).join("");
}
