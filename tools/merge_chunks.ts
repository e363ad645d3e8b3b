/**
 * Merges chunks of a bundle that load together, because loading a module takes about 0.1 ms,
 * even if the module is small.
 */
import { join } from "@std/path/join";
import { relative } from "node:path";
import { listFiles } from "./files.ts";

/** Matches the statement of the bundled `main.ts` that runs the program. */
const START = /import\.meta\.main&&await \w+\(\);/;

/** Matches the static imports at the start of a chunk. */
const IMPORTS = /^(?:import(?:\{[^}]*\}from)?"(?:\.\/|node:)[^"]+";)*/;
/** Matches one static import: its names and its module. */
const IMPORT = /import(?:\{([^}]*)\}from)?"([^"]+)";/g;
/** Matches the export at the end of a chunk: its names. */
const EXPORT = /export\{([^}]*)\};\s*$/;
/** Matches the file of a static or dynamic import. */
const REFERENCE = /(?:from|import)\(?"(?:\.{1,2}\/)+([^"]+)"/g;

/** Matches a static import or export of names from another chunk, or an import of no names. */
const USE =
  /(?:(import|export)\{([^}]*)\}from|import)"((?:\.{1,2}\/)+)([^"]+)";/g;
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
 * Merges the chunks that an executable loads before a command starts. Chunks that the worker
 * of the sandbox can import stay alone, so that the worker loads no other code. The chunks
 * of a run without a cached plan are not merged: such a run does not become faster.
 *
 * @param directory the directory of the bundle
 * @param worker the module of the worker, relative to the directory
 * @throws {Error} If a chunk does not have the form that the bundler gives to chunks.
 */
export function mergeChunks(directory: string, worker: string): void {
  const bundle = new Bundle(directory);
  bundle.merge("main.js", "early.js", bundle.listReachable(worker));
}

/** The chunks of a bundle. */
class Bundle {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Lists the scripts, relative to the directory. */
  list(): readonly string[] {
    return listFiles(this.#directory)
      .map((path) => relative(this.#directory, path).replaceAll("\\", "/"))
      .filter((path) => path.endsWith(".js"));
  }

  /** Lists the files that a module can import, directly or indirectly. */
  listReachable(entry: string): ReadonlySet<string> {
    const reached = new Set([entry]);
    for (const file of reached) {
      for (const [, found] of this.#read(file).matchAll(REFERENCE)) {
        reached.add(found!);
      }
    }
    return reached;
  }

  /**
   * Merges a chunk and the chunks that it imports statically, except for those in `kept`.
   * The other chunks then import the merged file.
   *
   * The statement of `main.js` that runs the program stays in `main.js`, because the merged
   * file must be evaluated before later chunks can import it.
   */
  merge(entry: string, merged: string, kept: ReadonlySet<string>): void {
    const chunks = this.#collect(entry, kept);
    const files = chunks.map(({ file }) => file);
    const [start = ""] = START.exec(chunks.at(-1)!.body) ?? [];
    const code = chunks.map((chunk, at) => formatScope(chunk, at, chunks))
      .join("").replace(start, "");
    const exported = new Set<string>();
    const rename = (file: string, names: Names) =>
      names.map(([from, to]) => {
        const name = `c${files.indexOf(file)}_${from}`;
        exported.add(name);
        return `${name} as ${to}`;
      });
    const isDynamic = this.#findDynamic();
    for (const { file, exports } of chunks) {
      if (file !== entry && !isDynamic(file)) this.#remove(file);
      else if (file !== "main.js") {
        const names = exports.map(([, name]) => [name, name] as const);
        const list = rename(file, names).join();
        this.#write(file, `export{${list}}from"./${merged}";\n`);
      } else {
        const local = exports.map(([from, to]) => [to, from] as const);
        const list = rename(file, local).join();
        const again = exports.map(([from, to]) => `${from} as ${to}`).join();
        this.#write(
          file,
          `import{${list}}from"./${merged}";${start}export{${again}};\n`,
        );
      }
    }
    for (const file of this.list()) {
      if (files.includes(file)) continue;
      const text = this.#read(file);
      const changed = text.replace(
        USE,
        (found, keyword, names, path, used) => {
          if (!files.includes(used)) return found;
          if (keyword === undefined) return "";
          const list = rename(used, parseNames(names)).join();
          return `${keyword}{${list}}from"${path}${merged}";`;
        },
      );
      if (changed !== text) this.#write(file, changed);
    }
    const variables = files.map((_, at) => {
      const names = [...exported].filter((name) => name.startsWith(`c${at}_`));
      return `{${
        names.map((name) => `${name.replace(/^c\d+_/, "")}:${name}`).join()
      }}=c${at}`;
    });
    this.#write(merged, `${code}export const ${variables.join()};\n`);
  }

  /** Reads a chunk and the chunks that it imports, so that a chunk follows its imports. */
  #collect(entry: string, kept: ReadonlySet<string>): readonly Chunk[] {
    const chunks: Chunk[] = [];
    const visit = (file: string) => {
      if (kept.has(file) || chunks.some((chunk) => chunk.file === file)) return;
      const chunk = parseChunk(file, this.#read(file));
      for (const { from } of chunk.imports) {
        if (from.startsWith("./")) visit(from.slice(2));
      }
      chunks.push(chunk);
    };
    visit(entry);
    return chunks;
  }

  /** Creates a function that tests whether a dynamic import names a file. */
  #findDynamic(): (file: string) => boolean {
    const found = this.list().flatMap((file) =>
      Array.from(this.#read(file).matchAll(DYNAMIC), ([, used]) => used!)
    );
    return (file) => found.includes(file);
  }

  #read(file: string): string {
    return Deno.readTextFileSync(join(this.#directory, file));
  }

  #write(file: string, text: string): void {
    Deno.writeTextFileSync(join(this.#directory, file), text);
  }

  #remove(file: string): void {
    Deno.removeSync(join(this.#directory, file));
  }
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
