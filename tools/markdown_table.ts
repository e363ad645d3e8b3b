/** A row of a table: its cells in Markdown. */
export type Row = readonly string[];

/** Formats a table in Markdown with columns of equal width, as `deno fmt` does. */
export function formatTable(header: Row, rows: readonly Row[]): string {
  const cells = [header, ...rows].map((row) =>
    row.map((cell) => cell.replace(/(?<!\\)\|/g, "\\|"))
  );
  const widths = header.map((_, at) =>
    Math.max(3, ...cells.map((row) => row[at]!.length))
  );
  const format = (row: Row, filler: string) =>
    `| ${
      row.map((cell, at) => cell.padEnd(widths[at]!, filler)).join(" | ")
    } |`;
  const [head, ...body] = cells;
  return [
    format(head!, " "),
    format(header.map(() => ""), "-"),
    ...body.map((row) => format(row, " ")),
  ].join("\n");
}
