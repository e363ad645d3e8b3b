import nodeModule from "node:module";
import { KEPT_MODULES } from "./kept_names.ts";
import { createTable } from "./table.ts";

/** The part of `module.registerHooks()` that is needed here. */
interface Resolved {
  readonly url: string;
  readonly shortCircuit?: boolean;
}
type Resolve = (
  specifier: string,
  context: unknown,
  next: (specifier: string, context: unknown) => Resolved,
) => Resolved;
type Load = (...args: unknown[]) => unknown;
type RegisterHooks = (hooks: { readonly resolve: Resolve }) => unknown;

/** A module with the properties of `process` that the lockdown has kept. */
const PROCESS_MODULE = `data:text/javascript,${
  encodeURIComponent(
    "export default process; export const { env, version, versions, platform, arch } = process;",
  )
}`;

/** Functions of Node's module system that load modules in ways of their own. */
const LOADERS = [
  "_initPaths",
  "_preloadModules",
  "createRequire",
  "findPackageJSON",
  "register",
  "registerHooks",
  "runMain",
  "syncBuiltinESMExports",
];

/**
 * Limits what later imports of the worker can load: modules of assume-role and of its
 * packages, and the modules of Node in `KEPT_MODULES`. Packages from a registry, URLs and
 * other modules of Node are refused.
 *
 * @returns Whether this version of Deno can limit imports.
 */
export function limitImports(): boolean {
  const all = nodeModule as unknown as Record<string, unknown>;
  const { registerHooks, _load: load } = all as {
    readonly registerHooks?: RegisterHooks;
    readonly _load: Load;
  };
  if (registerHooks === undefined) return false;
  registerHooks.call(nodeModule, {
    resolve: (specifier, context, next) => {
      if (isProcess(specifier)) {
        return { url: PROCESS_MODULE, shortCircuit: true };
      }
      const resolved = next(specifier, context);
      if (KEPT[specifier] || isFile(resolved.url)) return resolved;
      throw refused(specifier);
    },
  });
  const { apply } = Reflect;
  // `require()` of a CommonJS package calls this function.
  const value = function (
    this: unknown,
    specifier: unknown,
    parent: unknown,
    isMain: unknown,
  ) {
    if (typeof specifier !== "string") throw refused("without a name");
    if (isProcess(specifier)) return globalThis.process;
    if (BUILTIN[specifier] && !KEPT[specifier]) throw refused(specifier);
    return apply(load, this, [specifier, parent, isMain]);
  };
  Object.defineProperty(nodeModule, "_load", { value });
  for (const name of LOADERS) Reflect.deleteProperty(all, name);
  return true;
}

// The code of the SDK can change the methods of every object. Therefore the functions below
// call no methods.

const KEPT = createTable(withPrefix(KEPT_MODULES));
const BUILTIN = createTable(withPrefix(nodeModule.builtinModules));

function withPrefix(names: Iterable<string>): readonly string[] {
  return Array.from(names).flatMap((name) => [
    name,
    name.startsWith("node:") ? name : `node:${name}`,
  ]);
}

const isProcess = (specifier: string) =>
  specifier === "process" || specifier === "node:process";

const isFile = (url: string) =>
  url[0] === "f" && url[1] === "i" && url[2] === "l" && url[3] === "e" &&
  url[4] === ":";

function refused(specifier: string): TypeError {
  return new TypeError(`The sandbox of the AWS SDK has no module ${specifier}`);
}
