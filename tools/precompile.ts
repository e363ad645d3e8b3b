/**
 * Puts V8's compiled code of large modules into the bundle, because parsing and compiling
 * takes nearly half of the processor time of a run.
 *
 * V8 gives its compiled code only for scripts, so the code of a module becomes a script: a
 * function of the imports that returns the exports. The module itself reads the script and
 * the compiled code, creates the function with `node:vm`, calls it, and exports what it
 * returns. If V8 refuses the compiled code, V8 compiles the script.
 *
 * The modules of the worker are not compiled: for scripts, Deno has other global variables
 * than for modules, which the lockdown of the worker does not limit.
 */
import { join } from "@std/path/join";
import { deflateRawSync } from "node:zlib";
import {
  type Chunk,
  DYNAMIC_IMPORT,
  formatImport,
  parseChunk,
} from "./chunk.ts";

/** A module to compile. */
export interface Precompiled {
  readonly file: string;
  /**
   * Whether to compress the script and the compiled code: 1 MB in the executable makes each
   * start 1 ms slower, and decompression takes 3 ms.
   */
  readonly isCompressed?: boolean;
}

// Names that the bundler does not use: parameters of the function, and names of the module.
const META = "import_meta";
const LOAD = "import_module";
const RUN = "run_module";
const SCRIPT = "Module_script";
const INFLATE = "inflate_module";

/** The global variables that Deno gives other values for scripts. */
const MANAGED_GLOBALS = [
  ...["Buffer", "console", "global", "performance", "process", "self"],
  ...["setImmediate", "setInterval", "setTimeout", "window"],
  ...["clearImmediate", "clearInterval", "clearTimeout"],
];

/**
 * Replaces modules of the bundle by modules with compiled code.
 *
 * @param compile compiles scripts, as `code_cache.ts` does with the same arguments
 * @returns The files that the modules read
 * @throws {Error} If a module has another form than a merged chunk
 */
export async function precompile(
  directory: string,
  modules: readonly Precompiled[],
  compile: (files: readonly string[]) => Promise<void>,
): Promise<readonly string[]> {
  const replaced = modules.map((module) => replaceModule(directory, module));
  await compile(replaced.flat());
  for (const [at, { file, isCompressed }] of modules.entries()) {
    const paths = replaced[at]!;
    if (isCompressed) paths.forEach(compress);
    // All builds of a commit must be identical, as in `makeBundle()`.
    for (const path of [join(directory, file), ...paths]) {
      Deno.utimeSync(path, 0, 0);
    }
  }
  return replaced.flat();
}

function compress(path: string): void {
  const bytes = deflateRawSync(Deno.readFileSync(path), { level: 9 });
  Deno.writeFileSync(path, new Uint8Array(bytes));
}

/** Replaces a module, and returns the files of the script and of the compiled code. */
function replaceModule(
  directory: string,
  { file, isCompressed = false }: Precompiled,
): readonly [script: string, code: string] {
  const name = file.replace(/\.js$/, "");
  const path = join(directory, file);
  const script = join(directory, `${name}.script`);
  const chunk = parseChunk(file, Deno.readTextFileSync(path));
  Deno.writeTextFileSync(script, formatScript(chunk));
  Deno.writeTextFileSync(
    path,
    formatCreator(name, isCompressed) + formatCall(chunk),
  );
  return [script, join(directory, `${name}.code`)];
}

/** Formats the statement that creates the function of a module. */
function formatCreator(name: string, isCompressed: boolean): string {
  const [inflate, bytes, text] = isCompressed
    ? [
      `import{inflateRawSync as ${INFLATE}}from"node:zlib";`,
      `(type)=>${INFLATE}(Deno.readFileSync(at+type))`,
      `(type)=>new TextDecoder().decode(bytes(type))`,
    ]
    : [
      "",
      `(type)=>Deno.readFileSync(at+type)`,
      `(type)=>Deno.readTextFileSync(at+type)`,
    ];
  return `import{Script as ${SCRIPT}}from"node:vm";${inflate}` +
    `const ${RUN}=(()=>{const at=import.meta.dirname+"/${name}.",` +
    `bytes=${bytes},text=${text};` +
    `return new ${SCRIPT}(text("script"),{filename:import.meta.url,` +
    `cachedData:bytes("code")}).runInThisContext()})();`;
}

/** Formats a script whose value is a function of the imports that returns the exports. */
function formatScript(chunk: Chunk): string {
  const { file, body, exports } = chunk;
  for (const name of [META, LOAD, RUN, SCRIPT, INFLATE]) {
    if (body.includes(name)) throw new Error(`${file} uses the name ${name}`);
  }
  const names = [...localNames(chunk), ...usedGlobals(chunk)];
  const values = exports.map(([local, shared]) => `${shared}:${local}`);
  const code = body.replaceAll("import.meta", META)
    .replace(DYNAMIC_IMPORT, (_, url) => `${LOAD}["${url}"]()`);
  return `"use strict";(({${names.join()}},${META},${LOAD})=>{${code}\nreturn{${values.join()}}})`;
}

/** Formats the statements that call the function and export what it returns. */
function formatCall(chunk: Chunk): string {
  const { body, imports, exports } = chunk;
  const globals = usedGlobals(chunk)
    .map((name) => `${name}:globalThis.${name}`);
  const names = [...localNames(chunk), ...globals];
  const found = body.matchAll(DYNAMIC_IMPORT);
  const urls = new Set(Array.from(found, ([, url]) => url));
  // The compiler includes only the modules that it finds in such expressions.
  const load = Array.from(urls, (url) => `"${url}":()=>import("${url}")`);
  const shared = exports.map(([, name]) => name).join();
  return imports.map(formatImport).join("") +
    `const{${shared}}=${RUN}({${names.join()}},import.meta,{${load.join()}});` +
    `export{${shared}};\n`;
}

function localNames({ imports }: Chunk): readonly string[] {
  return imports.flatMap(({ names }) => names.map(([, local]) => local));
}

/**
 * Lists the global variables that a chunk uses and that must have their values for modules.
 *
 * @throws {Error} If the chunk uses such a variable as a property of the global object
 */
function usedGlobals({ file, body }: Chunk): readonly string[] {
  return MANAGED_GLOBALS.filter((name) => {
    if (new RegExp(`\\bglobalThis\\??\\.${name}\\b`).test(body)) {
      throw new Error(`${file} uses globalThis.${name}`);
    }
    return new RegExp(`(?<![\\w$.])${name}(?![\\w$:])`).test(body);
  });
}
