import nodeModule from "node:module";
import { KEPT_MODULES } from "./kept_names.ts";

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
type Load = (this: unknown, specifier: string, ...rest: unknown[]) => unknown;
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
      const isKept = checkBuiltin(specifier);
      const resolved = next(specifier, context);
      if (!isKept && !resolved.url.startsWith("file:")) {
        throw refused(specifier);
      }
      return resolved;
    },
  });
  // `require()` of a CommonJS package calls this function.
  const value: Load = function (specifier, ...rest) {
    if (isProcess(specifier)) return globalThis.process;
    checkBuiltin(specifier);
    return load.call(this, specifier, ...rest);
  };
  Object.defineProperty(nodeModule, "_load", { value });
  for (const name of LOADERS) Reflect.deleteProperty(all, name);
  return true;
}

const isProcess = (specifier: string) => /^(?:node:)?process$/.test(specifier);

/**
 * Returns whether a module is in `KEPT_MODULES`.
 *
 * @throws {TypeError} If the module is another module of Node
 */
function checkBuiltin(specifier: string): boolean {
  const name = specifier.replace(/^node:/, "");
  if (KEPT_MODULES.has(name)) return true;
  const { isBuiltin } = nodeModule;
  if (isBuiltin(name) || isBuiltin(`node:${name}`)) throw refused(specifier);
  return false;
}

function refused(specifier: string): TypeError {
  return new TypeError(`The sandbox of the AWS SDK has no module ${specifier}`);
}
