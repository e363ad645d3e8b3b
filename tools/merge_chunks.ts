/**
 * Merges chunks of a bundle that load together, because loading a module takes about 0.1 ms,
 * even if the module is small.
 */
import { join } from "@std/path/join";
import {
  type Chunk,
  DYNAMIC_IMPORT,
  formatImport,
  type Names,
  parseChunk,
  parseNames,
} from "./chunk.ts";

/** Matches the statement of the bundled `main.ts` that runs the program. */
const START = /import\.meta\.main&&await \w+\(\);/;

/** Matches a static import or export of names from another chunk, or an import of no names. */
const USE = /(?:(import|export)\{([^}]*)\}from|import)"\.\/([^"]+)";/g;

/** A merged chunk: its file, and the modules whose chunks it has, with all that they import. */
interface Group {
  readonly merged: string;
  readonly modules: readonly string[];
}

/**
 * The chunks of a cached run, those that print the credentials, those that start a worker, and
 * those of every other run with credentials. The chunks of the worker are not merged: the
 * worker has no compiled code, and compiles a large module not faster than the chunks.
 */
const GROUPS: readonly Group[] = [
  { merged: "early.js", modules: ["main"] },
  { merged: "printing.js", modules: ["print"] },
  { merged: "worker_start.js", modules: ["load_sdk"] },
  {
    merged: "first_run.js",
    modules: [
      ...["session", "lock", "failure_format", "sandbox", "assume_role"],
      ...["save_session", "save_origin", "set_owner"],
    ],
  },
];

/** The module that runs the AWS SDK without a worker: an executable always has a worker. */
const IN_PROCESS = "in_process";

/**
 * Merges the chunks that the process of an executable loads together.
 *
 * @param directory the directory of the chunks of `main.ts`
 * @throws {Error} If a chunk does not have the form that the bundler gives to chunks.
 */
export function mergeChunks(directory: string): void {
  const bundle = new Bundle(directory);
  bundle.replace(IN_PROCESS, "the AWS SDK runs in a worker");
  GROUPS.forEach((group) => bundle.merge(group));
}

/** The chunks of a bundle. */
class Bundle {
  readonly #directory: string;
  readonly #merged = new Set<string>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Merges chunks and the chunks that these import statically. The other chunks then import
   * the merged file.
   *
   * The statement of `main.js` that runs the program stays in `main.js`, because the merged
   * file must be evaluated before later chunks can import it.
   */
  merge({ merged, modules }: Group): void {
    const found = modules.map((module) => this.#find(module));
    const chunks = this.#collect(found);
    const files = chunks.map(({ file }) => file);
    const [start = ""] = START.exec(chunks.at(-1)!.body) ?? [];
    const code = formatImports(chunks) +
      chunks.map((chunk, at) => formatScope(chunk, at, chunks))
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
      if (!found.includes(file) && !isDynamic(file)) this.#remove(file);
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
    for (const file of this.#list()) {
      if (files.includes(file)) continue;
      const text = this.#read(file);
      const changed = text.replace(USE, (found, keyword, names, used) => {
        if (!files.includes(used)) return found;
        if (keyword === undefined) return "";
        const list = rename(used, parseNames(names)).join();
        return `${keyword}{${list}}from"./${merged}";`;
      });
      if (changed !== text) this.#write(file, changed);
    }
    const variables = files.map((_, at) => {
      const names = [...exported].filter((name) => name.startsWith(`c${at}_`));
      return `{${
        names.map((name) => `${name.replace(/^c\d+_/, "")}:${name}`).join()
      }}=c${at}`;
    });
    const list = [...exported].join();
    this.#write(merged, `${code}const ${variables.join()};export{${list}};\n`);
    this.#merged.add(merged);
  }

  /** Replaces the chunk of a module that never loads by a chunk that throws an error. */
  replace(module: string, reason: string): void {
    this.#write(this.#find(module), `throw new Error("${reason}");\n`);
  }

  /** Finds the chunk of a module. The bundler adds a hash to the name, but not for `main.ts`. */
  #find(module: string): string {
    const name = new RegExp(`^${module}(?:-\\w{8})?\\.js$`);
    const found = this.#list().filter((file) => name.test(file));
    if (found.length === 1) return found[0]!;
    throw new Error(`${found.length} chunks match ${name}`);
  }

  /** Reads chunks and the chunks that these import, so that a chunk follows its imports. */
  #collect(entries: readonly string[]): readonly Chunk[] {
    const chunks: Chunk[] = [];
    const visit = (file: string, path: readonly string[]) => {
      if (path.includes(file)) {
        throw new Error(`Cannot merge ${file}: it imports itself`);
      }
      if (this.#merged.has(file)) return;
      if (chunks.some((chunk) => chunk.file === file)) return;
      const chunk = parseChunk(file, this.#read(file));
      for (const { from } of chunk.imports) {
        if (from.startsWith("./")) visit(from.slice(2), [...path, file]);
      }
      chunks.push(chunk);
    };
    entries.forEach((file) => visit(file, []));
    return chunks;
  }

  /** Creates a function that tests whether a dynamic import names a file. */
  #findDynamic(): (file: string) => boolean {
    const found = this.#list().flatMap((file) =>
      Array.from(this.#read(file).matchAll(DYNAMIC_IMPORT), ([, url]) => url!)
    );
    return (file) => found.includes(`./${file}`);
  }

  #list(): readonly string[] {
    return Array.from(Deno.readDirSync(this.#directory), ({ name }) => name)
      .filter((name) => name.endsWith(".js")).sort();
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

/** Formats the imports of chunks that are not merged. The names of each chunk get a prefix. */
function formatImports(chunks: readonly Chunk[]): string {
  const imports = new Map<string, Names>();
  for (const [at, chunk] of chunks.entries()) {
    for (const { names, from } of chunk.imports) {
      if (findChunk(from, chunks) >= 0) continue;
      const own = names.map(([name, local]) =>
        [name, `i${at}_${local}`] as const
      );
      imports.set(from, [...imports.get(from) ?? [], ...own]);
    }
  }
  return Array.from(imports, ([from, names]) => formatImport({ names, from }))
    .join("");
}

/** Returns the index of an imported chunk; -1 if the chunk is not merged. */
function findChunk(from: string, chunks: readonly Chunk[]): number {
  return chunks.findIndex(({ file }) => from === `./${file}`);
}

/**
 * Formats a chunk as a function that returns its exports, so that its names do not meet the
 * names of other chunks.
 */
function formatScope(
  { imports, body, exports }: Chunk,
  at: number,
  chunks: readonly Chunk[],
): string {
  const constants = imports.map(({ names, from }) => {
    const index = findChunk(from, chunks);
    if (index < 0) {
      return names.map(([, local]) => `const ${local}=i${at}_${local};`)
        .join("");
    }
    const pairs = names.map(([shared, local]) => `${shared}:${local}`);
    return pairs.length > 0 ? `const{${pairs.join()}}=c${index};` : "";
  });
  const values = exports.map(([local, shared]) => `${shared}:${local}`);
  return `const c${at}=(()=>{${
    constants.join("")
  }${body}\nreturn{${values.join()}}})();`;
}
