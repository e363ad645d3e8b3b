/** Reads the chunks of a bundle: scripts in the form that the bundler gives to modules. */

/** Pairs of names: `[local, shared]` in an export, `[shared, local]` in an import. */
export type Names = readonly (readonly [from: string, to: string])[];

/** A static import of a chunk. `default` and `*` stand for themselves in the names. */
export interface ChunkImport {
  readonly names: Names;
  readonly from: string;
}

/** A chunk of the bundle. */
export interface Chunk {
  readonly file: string;
  readonly imports: readonly ChunkImport[];
  /** The code without the static imports and the export. */
  readonly body: string;
  readonly exports: Names;
}

/** Matches a static import: what it names, and the module. */
const IMPORT =
  /(?<=^|[;}\n])import(?:([^"'`;()]+?)from)?"((?:\.\/|node:)[^"]+)";/g;
/** Matches a dynamic import: the module. */
export const DYNAMIC_IMPORT = /(?<![\w$.])import\("([^"]+)"\)/g;
/** Matches the export at the end of a chunk: its names. */
const EXPORT = /export\{([^}]*)\};\s*$/;

/**
 * Parses a chunk.
 *
 * @throws {Error} If the chunk has imports or exports of another form.
 */
export function parseChunk(file: string, text: string): Chunk {
  const [tail, names = ""] = EXPORT.exec(text) ?? [""];
  const imports: ChunkImport[] = [];
  const body = text.slice(0, text.length - tail.length)
    .replace(IMPORT, (_, clause, from) => {
      imports.push({ names: parseClause(clause ?? ""), from });
      return "";
    });
  if (/(?:^|[;}\n])(?:import[{"*]|import \w|export[{* ])/.test(body)) {
    throw new Error(`Cannot read ${file}: it has other imports or exports`);
  }
  return { file, imports, body, exports: parseNames(names) };
}

/** Parses a list of names, such as `a as b,c`. */
export function parseNames(list: string): Names {
  return list.split(",").filter(Boolean).map((pair) => {
    const [from = "", to = from] = pair.split(" as ");
    return [from, to];
  });
}

/** Parses what an import names: `{a as b}`, `b` for the default, or `* as b` for all. */
function parseClause(clause: string): Names {
  const list = /\{([^}]*)\}/.exec(clause)?.[1] ?? "";
  const [, whole] = /\*\s*as\s+([\w$]+)/.exec(clause) ?? [];
  const [, first] = /^\s*([\w$]+)/.exec(clause) ?? [];
  return [
    ...(whole === undefined ? [] : [["*", whole] as const]),
    ...(first === undefined ? [] : [["default", first] as const]),
    ...parseNames(list),
  ];
}

/** Formats an import. The names are `[shared, local]`. */
export function formatImport({ names, from }: ChunkImport): string {
  const whole = names.filter(([shared]) => shared === "*")
    .map(([, local]) => `import*as ${local} from"${from}";`).join("");
  const others = names.filter(([shared]) => shared !== "*");
  if (others.length === 0 && whole !== "") return whole;
  const pairs = others.map(([shared, local]) => `${shared} as ${local}`);
  return `${whole}import{${pairs.join()}}from"${from}";`;
}
