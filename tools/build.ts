/**
 * Builds executables in `dist/`: `deno task build [target ...]`. Without a target,
 * the task builds for this machine; `all` builds for all published targets. If
 * targets are given, the task also writes `SHA256SUMS`, and the SHA-256 of the base of
 * each executable to `base-TARGET.sha256`.
 *
 * An executable for the system of this machine also has V8's compiled code.
 */
import { join } from "@std/path/join";
import config from "../deno.json" with { type: "json" };
import { describeBase } from "./base.ts";
import { makeBundle, makeReleaseBundle, WORKER } from "./bundle.ts";
import { findDenoCache } from "./deno_cache.ts";
import { runDeno } from "./deno_program.ts";
import { sha256 } from "./files.ts";
import { PERMISSION_FLAGS } from "./permissions.ts";
import { precompile } from "./precompile.ts";

/** The published targets, by Deno's names. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
] as const;

/**
 * V8's flags of an executable.
 *
 * - `lite-mode` turns off V8's compilers to machine code. This saves memory and time, because
 *   most code runs only once. This is also safer in a process that holds secrets.
 * - `no-lazy` compiles all functions of a module at once, because most functions of a loaded
 *   module are called, and V8 would parse each of these functions twice.
 * - `min-semi-space-size` (in MiB) avoids a collection of garbage before a command starts.
 */
const V8_FLAGS = "--v8-flags=--lite-mode,--no-lazy,--min-semi-space-size=4";

/**
 * The Deno executable that compiles; by default, the Deno that runs this script.
 * `COMPILE_DENO` names another Deno executable, for example if the base executable
 * (denort) can be downloaded only for another version of Deno.
 */
const COMPILER = Deno.env.get("COMPILE_DENO") ?? Deno.execPath();

const root = join(import.meta.dirname!, "..");
const dist = join(root, "dist");
const bundle = join(dist, "bundle");

/**
 * Compiles an executable in `dist/`, and returns its name.
 *
 * @param included files that no module imports
 */
async function compile(
  target: string | undefined,
  included: readonly string[],
): Promise<string> {
  const name = target === undefined
    ? "assume-role"
    : `assume-role-${config.version}-${target}`;
  const isWindows = target?.includes("windows") ??
    Deno.build.os === "windows";
  const file = `${name}${isWindows ? ".exe" : ""}`;
  await runDeno(
    COMPILER,
    [
      "compile",
      "--quiet",
      "--no-lock",
      "--no-config",
      // Without this flag, Deno would run code from its code cache, which is in a directory
      // that other users can write to, and would not check the code.
      "--no-code-cache",
      V8_FLAGS,
      "--no-check", // already done; checking here would embed Node's types
      "--unstable-worker-options",
      ...PERMISSION_FLAGS,
      ...[join(bundle, WORKER.replace(/\.ts$/, ".js")), ...included]
        .flatMap((path) => ["--include", path]),
      ...(target === undefined ? [] : ["--target", target]),
      "--output",
      join(dist, file),
      join(bundle, "main.js"),
    ],
  );
  return file;
}

/**
 * Adds V8's compiled code to the largest modules that runs load, and returns the files with
 * the code.
 */
async function addCompiledCode(): Promise<readonly string[]> {
  const modules = [
    ...(await loadsNodeLate() ? [] : [{ file: "early.js" }]),
    { file: "first_run.js", isCompressed: true },
  ];
  const script = join(root, "tools/code_cache.ts");
  return await precompile(bundle, modules, async (files) => {
    const options = ["--quiet", "--no-config", "--no-check"];
    await runDeno(COMPILER, [
      ...["run", "-A", ...options, V8_FLAGS, script],
      ...files,
    ]);
  });
}

/**
 * Whether a Deno loads its code for Node's modules only when a program imports one. In such
 * a Deno, `node:vm` takes longer to load than the modules of a cached run take to compile.
 */
async function loadsNodeLate(): Promise<boolean> {
  const { denoVersion } = await findDenoCache({}, COMPILER);
  const [major = 0, minor = 0] = denoVersion.split(".").map(Number);
  return major > 2 || minor >= 9;
}

/** Whether an executable for a target runs on this machine. */
function isOwnTarget(target: string | undefined): boolean {
  return target === undefined || target === Deno.build.target;
}

if (import.meta.main) {
  const targets = Deno.args.includes("all") ? TARGETS : Deno.args;
  await Deno.mkdir(dist, { recursive: true });
  await (targets.length > 0 ? makeReleaseBundle(bundle) : makeBundle(bundle));
  const outputs: string[] = [];
  const build = async (
    target: string | undefined,
    included: readonly string[],
  ) => {
    outputs.push(await compile(target, included));
    if (target === undefined) return;
    const base = await describeBase(COMPILER, target);
    await Deno.writeTextFile(join(dist, `base-${target}.sha256`), base);
  };
  const wanted = targets.length === 0 ? [undefined] : targets;
  for (const target of wanted) {
    if (!isOwnTarget(target)) await build(target, []);
  }
  // V8's compiled code is only for the system on which V8 compiled the code.
  const own = wanted.filter(isOwnTarget);
  const included = own.length > 0 ? await addCompiledCode() : [];
  for (const target of own) await build(target, included);
  if (targets.length > 0) {
    const lines: string[] = [];
    for (const name of outputs.sort()) {
      lines.push(`${await sha256(join(dist, name))}  ${name}\n`);
    }
    await Deno.writeTextFile(join(dist, "SHA256SUMS"), lines.join(""));
  }
  await Deno.remove(bundle, { recursive: true });
}
