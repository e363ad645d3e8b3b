/**
 * Fills the tables of the documents from the tables in the code: `deno task docs`. A table
 * stands in a region between `<!-- table: NAME -->` and `<!-- end of table -->`. With
 * `--check`, writes nothing and fails if a document has another text.
 */
import { listFiles } from "./files.ts";
import { TABLES } from "./tables.ts";

/** Lists the documents with tables; paths are relative to the project. */
export function listDocuments(root: string): readonly string[] {
  return [
    "README.md",
    "SECURITY.md",
    ...listFiles(`${root}/docs`).map((path) => path.slice(root.length + 1)),
  ].filter((path) => path.endsWith(".md")).sort();
}

/** A region: its markers, its name and its text. */
const REGION = /^(<!-- table: (.*?) -->)\n([^]*?)^(<!-- end of table -->)$/gm;

/** Lists the names of the regions of a document. */
export function regionNames(text: string): readonly string[] {
  return Array.from(text.matchAll(REGION), ([, , name]) => name!);
}

/**
 * Fills the regions of a document.
 *
 * @throws {Error} If no table has the name of a region, or a marker has no counterpart.
 */
export function fillRegions(text: string): string {
  const filled = text.replace(REGION, (_, start, name: string, __, end) => {
    const table = TABLES[name];
    if (table === undefined) {
      throw new Error(`Cannot fill the region '${name}': no such table`);
    }
    return `${start}\n\n${table()}\n\n${end}`;
  });
  const markers = text.match(/^<!-- (?:table: .*|end of table) -->$/gm) ?? [];
  if (markers.length !== 2 * regionNames(text).length) {
    throw new Error("Cannot fill the regions: a marker has no counterpart");
  }
  return filled;
}

if (import.meta.main) {
  const root = `${import.meta.dirname!}/..`;
  let outdated = 0;
  for (const path of listDocuments(root)) {
    const text = Deno.readTextFileSync(`${root}/${path}`)
      .replaceAll("\r\n", "\n");
    const filled = fillRegions(text);
    if (filled === text) continue;
    outdated++;
    if (!Deno.args.includes("--check")) {
      Deno.writeTextFileSync(`${root}/${path}`, filled);
    }
    const report = new Blob([`${path}\n`]).stream();
    await report.pipeTo(Deno.stdout.writable, { preventClose: true });
  }
  if (outdated > 0 && Deno.args.includes("--check")) Deno.exit(1);
}
