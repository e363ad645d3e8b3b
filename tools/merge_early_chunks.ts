/**
 * Merges the chunks of a bundle that load before a command starts, because loading a module
 * takes about 0.1 ms, even if the module is small.
 */
import { join } from "@std/path/join";
import { relative } from "node:path";
import { listFiles } from "./files.ts";

/** The file that gets the code of the merged chunks. */
const MERGED = "early.js";

/** Matches the static imports at the start of a chunk. */
const IMPORTS = /^(?:import(?:\{[^}]*\}from)?"(?:\.\/|node:)[^"]+";)*/;
/** Matches one static import: its names and its module. */
const IMPORT = /import(?:\{([^}]*)\}from)?"([^"]+)";/g;
/** Matches the export at the end of a chunk: its names. */
const EXPORT = /export\{([^}]*)\};\s*$/;
/** Matches the file of a static or dynamic import. */
const REFERENCE = /(?:from|import)\(?"(?:\.{1,2}\/)+([^"]+)"/g;

/** Matches a static import or export of names from another chunk. */
const USE = /(?:import|export)\{([^}]*)\}from"(?:\.{1,2}\/)+([^"]+)"/g;
/** Matches a dynamic import of another chunk. */
const DYNAMIC = /import\("(?:\.{1,2}\/)+([^"]+)"\)/g;

/** A pair of names: `local as shared` in an export, `shared as local` in an import. */
type Names = readonly (readonly [from: string, to: string])[];

/** A chunk of the bundle. */
interface Chunk {
  readonly file: string;
  readonly imports: readonly { readonly names: Names; readonly from: string }[];
  readonly body: string;
  readonly exports: Names;
}

/**
 * Merges the chunks that `main.js` imports statically, but not the chunks that the worker of
 * the sandbox can import, so that the worker loads no other code. A merged chunk stays as a
 * file that exports the same names, because chunks that load later import this file.
 *
 * @param directory the directory of the bundle
 * @param worker the module of the worker, relative to the directory
 * @param start the statement of `main.js` that runs the program. The statement stays in
 * `main.js`, because the merged code must be evaluated before later chunks can import it.
 * @throws {Error} If a chunk does not have the form that the bundler gives to chunks.
 */
export function mergeEarlyChunks(
  directory: string,
  worker: string,
  start: RegExp,
): void {
  const read = (file: string) => Deno.readTextFileSync(join(directory, file));
  const write = (file: string, text: string) =>
    Deno.writeTextFileSync(join(directory, file), text);
  const shared = listReachable(worker, read);
  const chunks: Chunk[] = [];
  const visit = (file: string) => {
    if (shared.has(file) || chunks.some((chunk) => chunk.file === file)) return;
    const chunk = parseChunk(file, read(file));
    for (const { from } of chunk.imports) {
      if (from.startsWith("./")) visit(from.slice(2));
    }
    chunks.push(chunk);
  };
  visit("main.js");
  const [call] = start.exec(chunks.at(-1)!.body) ?? [];
  if (call === undefined) throw new Error(`main.js does not match ${start}`);

  const files = chunks.map(({ file }) => file);
  const others = listOthers(directory, files).map(read);
  const isUsed = findUses(others, chunks.map(({ body }) => body));
  const used = chunks.map(({ file, exports }) =>
    exports.filter(([, name]) => file === "main.js" || isUsed(file, name))
  );
  const variables = used.flatMap((names, at) =>
    names.map(([, name]) => `c${at}_${name}=c${at}.${name}`)
  );
  const scopes = chunks.map((chunk, at) => formatScope(chunk, at, chunks));
  write(
    MERGED,
    scopes.join("").replace(call, "") +
      `export const ${variables.join()};\n`,
  );
  for (const [at, names] of used.entries()) {
    const again = names.map(([, name]) => `c${at}_${name} as ${name}`);
    write(files[at]!, `export{${again.join()}}from"./${MERGED}";\n`);
  }
  const last = chunks.length - 1;
  const local = used[last]!
    .map(([from, name]) => `c${last}_${name} as ${from}`);
  write("main.js", `import{${local.join()}}from"./${MERGED}";${call}\n`);
}

/** Lists the scripts of the bundle, except for some files, relative to its directory. */
function listOthers(
  directory: string,
  files: readonly string[],
): readonly string[] {
  return listFiles(directory).map((path) => relative(directory, path))
    .filter((path) => path.endsWith(".js") && !files.includes(path));
}

/**
 * Creates a function that tests whether a name of a file is imported after the merge. A
 * dynamic import can use all names.
 */
function findUses(
  others: readonly string[],
  merged: readonly string[],
): (file: string, name: string) => boolean {
  const uses = new Set<string>();
  for (const text of others) {
    for (const [, names = "", file] of text.matchAll(USE)) {
      for (const [from] of parseNames(names)) uses.add(`${file} ${from}`);
    }
  }
  for (const text of [...others, ...merged]) {
    for (const [, file] of text.matchAll(DYNAMIC)) uses.add(`${file} *`);
  }
  return (file, name) => uses.has(`${file} *`) || uses.has(`${file} ${name}`);
}

/** Lists the files that a module can import, directly or indirectly. */
function listReachable(
  entry: string,
  read: (file: string) => string,
): ReadonlySet<string> {
  const reached = new Set([entry]);
  for (const file of reached) {
    for (const [, found] of read(file).matchAll(REFERENCE)) reached.add(found!);
  }
  return reached;
}

function parseChunk(file: string, text: string): Chunk {
  const [head = ""] = IMPORTS.exec(text) ?? [];
  const [tail, names = ""] = EXPORT.exec(text) ?? [""];
  const body = text.slice(head.length, text.length - tail.length);
  if (/(?:^|[;}])(?:import[{"*]|export[{* ])/.test(body)) {
    throw new Error(`Cannot merge ${file}: it has other imports or exports`);
  }
  const imports = Array.from(head.matchAll(IMPORT), ([, names, from]) => ({
    names: parseNames(names ?? ""),
    from: from!,
  }));
  return { file, imports, body, exports: parseNames(names) };
}

function parseNames(list: string): Names {
  return list.split(",").filter(Boolean).map((pair) => {
    const [from = "", to = from] = pair.split(" as ");
    return [from, to];
  });
}

/**
 * Formats a chunk as a function that returns its exports, so that its names do not meet the
 * names of other chunks. Chunks that are not merged are imported.
 */
function formatScope(
  { imports, body, exports }: Chunk,
  at: number,
  chunks: readonly Chunk[],
): string {
  let outside = "";
  let inside = "";
  for (const { names, from: module } of imports) {
    const index = chunks.findIndex(({ file }) => module === `./${file}`);
    if (index >= 0) {
      const pairs = names.map(([from, to]) => `${from}:${to}`);
      if (pairs.length > 0) inside += `const{${pairs.join()}}=c${index};`;
    } else {
      const pairs = names.map(([from, to]) => `${from} as i${at}_${to}`);
      outside += `import{${pairs.join()}}from"${module}";`;
      for (const [, to] of names) inside += `const ${to}=i${at}_${to};`;
    }
  }
  const values = exports.map(([from, to]) => `${to}:${from}`);
  return `${outside}const c${at}=(()=>{${inside}${body}\nreturn{${values.join()}}})();`;
}
