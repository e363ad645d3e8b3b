/**
 * Builds executables in `dist/`: `deno task build [target ...]`. Without a target,
 * the task builds for this machine; `all` builds for all published targets. If
 * targets are given, the task also writes `SHA256SUMS`, and the SHA-256 of the base of
 * each executable to `base-TARGET.sha256`.
 *
 * The modules are first bundled and minified, so that little code is loaded before
 * a command starts and the executable has no unused packages.
 */
import { join } from "@std/path/join";
import config from "../deno.json" with { type: "json" };
import { describeBase } from "./base.ts";
import { readCommit } from "./commit.ts";
import { listFiles, sha256 } from "./files.ts";
import { mergeChunks } from "./merge_chunks.ts";
import { PERMISSION_FLAGS } from "./permissions.ts";
import { verifyBundler, verifyUsedBundler } from "./verify_bundler.ts";

/** The published targets, by Deno's names. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
] as const;

/** The placeholder in the source code, which the build replaces by the commit. */
const COMMIT_PLACEHOLDER = "0".repeat(40);
/** The modules that are loaded by path: the command line and the worker. */
const ENTRIES = ["main.ts", "lib/sandbox/worker.ts"];
/**
 * V8's flags of an executable.
 *
 * - `lite-mode` turns off V8's compilers to machine code. This saves memory and time, because
 *   most code runs only once. This is also safer in a process that holds secrets.
 * - `no-lazy` compiles all functions of a module at once, because most functions of a loaded
 *   module are called, and V8 would parse each of these functions twice.
 * - `min-semi-space-size` (in MiB) avoids a collection of garbage before a command starts.
 */
const V8_FLAGS = ["lite-mode", "no-lazy", "min-semi-space-size=4"];

/**
 * The Deno executable that compiles; by default, the Deno that runs this script.
 * `COMPILE_DENO` names another Deno executable, for example if the base executable
 * (denort) can be downloaded only for another version of Deno.
 */
const COMPILER = Deno.env.get("COMPILE_DENO") ?? Deno.execPath();

const root = join(import.meta.dirname!, "..");
const dist = join(root, "dist");
const bundle = join(dist, "bundle");

async function run(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<void> {
  const { success } = await new Deno.Command(program, {
    args,
    cwd: root,
    env,
    stdout: "null",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`${program} ${args[0]} failed`);
}

/** Options of {@linkcode makeBundle}. */
export interface BundleOptions {
  /** Whether to write a source map beside each file; default: no. */
  readonly hasSourceMaps?: boolean;
  /**
   * The directory in which Deno keeps packages; default: Deno's own. Deno compares the hash
   * of a package with `deno.lock` only when it downloads the package, so an empty directory
   * makes Deno compare all of them.
   */
  readonly denoDir?: string | undefined;
}

/**
 * Bundles the modules that an executable is compiled from.
 *
 * @throws {Error} If `deno.lock` lacks a package or has another hash of a package.
 */
export async function makeBundle(
  directory: string,
  { hasSourceMaps = false, denoDir }: BundleOptions = {},
): Promise<void> {
  await Deno.remove(directory, { recursive: true }).catch(() => {});
  const env = denoDir === undefined ? {} : { DENO_DIR: denoDir };
  // `deno bundle` ignores `--frozen`.
  const install = ["install", "--quiet", "--frozen", "--entrypoint"];
  await run(Deno.execPath(), [...install, ...ENTRIES], env);
  await verifyBundler(env);
  await run(
    Deno.execPath(),
    [
      "bundle",
      "--quiet",
      "--platform=deno",
      "--code-splitting",
      "--minify",
      ...(hasSourceMaps ? ["--sourcemap=external"] : []),
      `--outdir=${directory}`,
      ...ENTRIES,
    ],
    // Selects the ESM build of packages, so that unused code is left out.
    { ...env, DENO_CONDITIONS: "module" },
  );
  await verifyUsedBundler(env);
  // A source map describes the chunks as they were before.
  if (!hasSourceMaps) {
    mergeChunks(directory, ENTRIES[1]!.replace(/\.ts$/, ".js"));
  }
  const commit = await readCommit();
  const scripts = listFiles(directory).filter((path) => path.endsWith(".js"));
  for (const path of scripts) {
    const text = await Deno.readTextFile(path);
    // Refuse a CommonJS package: the bundle would contain the whole package and a part of
    // Node.
    if (/\bcreateRequire\b(?!["',`])/.test(text)) {
      throw new Error(`Cannot bundle ${path}: it has a CommonJS package`);
    }
    await Deno.writeTextFile(path, text.replace(COMMIT_PLACEHOLDER, commit));
    // Set a fixed time, because the executable stores the modification time, and all
    // builds of a commit must be identical.
    await Deno.utime(path, 0, 0);
  }
}

/** Compiles an executable in `dist/`, and returns its name. */
async function compile(target: string | undefined): Promise<string> {
  const name = target === undefined
    ? "assume-role"
    : `assume-role-${config.version}-${target}`;
  const isWindows = target?.includes("windows") ??
    Deno.build.os === "windows";
  const file = `${name}${isWindows ? ".exe" : ""}`;
  await run(
    COMPILER,
    [
      "compile",
      "--quiet",
      "--no-lock",
      "--no-config",
      // Without this flag, Deno would run code from its code cache, which is in a directory
      // that other users can write to, and would not check the code.
      "--no-code-cache",
      `--v8-flags=${V8_FLAGS.map((flag) => `--${flag}`).join()}`,
      "--no-check", // already done; checking here would embed Node's types
      "--unstable-worker-options",
      ...PERMISSION_FLAGS,
      ...ENTRIES.slice(1).flatMap((entry) => [
        "--include",
        join(bundle, entry.replace(/\.ts$/, ".js")),
      ]),
      ...(target === undefined ? [] : ["--target", target]),
      "--output",
      join(dist, file),
      join(bundle, "main.js"),
    ],
  );
  return file;
}

/**
 * Makes the bundle of a release, from packages that Deno downloads anew. Their directory is
 * in `dist`, because names in the bundle depend on the relative paths of packages, and all
 * builds of a commit must be identical.
 */
export async function makeReleaseBundle(): Promise<void> {
  const denoDir = join(dist, "packages");
  await Deno.remove(denoDir, { recursive: true }).catch(() => {});
  await makeBundle(bundle, { denoDir });
  await Deno.remove(denoDir, { recursive: true });
}

if (import.meta.main) {
  const targets = Deno.args.includes("all") ? TARGETS : Deno.args;
  await Deno.mkdir(dist, { recursive: true });
  await (targets.length > 0 ? makeReleaseBundle() : makeBundle(bundle));
  const outputs: string[] = [];
  for (const target of targets.length === 0 ? [undefined] : targets) {
    outputs.push(await compile(target));
    if (target === undefined) continue;
    const base = await describeBase(COMPILER, target);
    await Deno.writeTextFile(join(dist, `base-${target}.sha256`), base);
  }
  if (targets.length > 0) {
    const lines: string[] = [];
    for (const name of outputs) {
      lines.push(`${await sha256(join(dist, name))}  ${name}\n`);
    }
    await Deno.writeTextFile(join(dist, "SHA256SUMS"), lines.join(""));
  }
  await Deno.remove(bundle, { recursive: true });
}
