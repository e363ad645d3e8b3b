/**
 * Bundles and minifies the modules of an executable, so that little code is loaded before a
 * command starts and the executable has no unused packages.
 */
import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";
import { readCommit } from "./commit.ts";
import { runDeno } from "./deno_program.ts";
import { listFiles } from "./files.ts";
import { mergeChunks } from "./merge_chunks.ts";
import { verifyBundler, verifyUsedBundler } from "./verify_bundler.ts";

/** The placeholder in the source code, which the build replaces by the commit. */
const COMMIT_PLACEHOLDER = "0".repeat(40);
/** The module of the command line. */
const MAIN = "main.ts";
/** The module of the worker, which is loaded by path. */
export const WORKER = "lib/sandbox/worker.ts";

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
  await runDeno(Deno.execPath(), [...install, MAIN, WORKER], env);
  await verifyBundler(env);
  // The worker and the process share no modules, so each of them gets chunks of its own.
  const bundles = [
    [MAIN, directory],
    [WORKER, join(directory, dirname(WORKER))],
  ] as const;
  for (const [entry, outputs] of bundles) {
    await runDeno(
      Deno.execPath(),
      [
        "bundle",
        "--quiet",
        "--platform=deno",
        "--code-splitting",
        "--minify",
        ...(hasSourceMaps ? ["--sourcemap=external"] : []),
        `--outdir=${outputs}`,
        entry,
      ],
      // Selects the ESM build of packages, so that unused code is left out.
      { ...env, DENO_CONDITIONS: "module" },
    );
  }
  await verifyUsedBundler(env);
  // A source map describes the chunks as they were before.
  if (!hasSourceMaps) mergeChunks(directory);
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

/**
 * Makes the bundle of a release, from packages that Deno downloads anew. Their directory is
 * in `dist`, because names in the bundle depend on the relative paths of packages, and all
 * builds of a commit must be identical.
 */
export async function makeReleaseBundle(directory: string): Promise<void> {
  const denoDir = join(dirname(directory), "packages");
  await Deno.remove(denoDir, { recursive: true }).catch(() => {});
  await makeBundle(directory, { denoDir });
  await Deno.remove(denoDir, { recursive: true });
}
