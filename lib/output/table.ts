// Pure: no I/O.
import { sanitize } from "../settings/sanitize.ts";

/** What stands where there is nothing to tell. */
const NOTHING = "-";

/**
 * Rows as lines: of columns that a person sees below each other, or separated
 * by tabs, which programs take apart.
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  separated: "aligned" | "tabs",
): string {
  const cells = rows.map((row) => row.map((cell) => sanitize(cell) || NOTHING));
  const width = (column: number) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0));
  const line = (row: readonly string[]) =>
    separated === "tabs"
      ? row.join("\t")
      : row.map((cell, column) => cell.padEnd(width(column))).join("  ");
  return cells.map((row) => `${line(row).trimEnd()}\n`).join("");
}
