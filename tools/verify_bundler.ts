/**
 * Checks the program that bundles the executable's code. `deno bundle` downloads esbuild
 * from npm, in a version that Deno names, and without a look into `deno.lock`.
 */
import { findDenoCache, findInNpmCache } from "./deno_cache.ts";
import { listFiles, sha256 } from "./files.ts";

/** Variables for the programs of Deno. */
type Env = Readonly<Record<string, string>>;

/** The version of esbuild that Deno 2.9.6 downloads. */
export const ESBUILD_VERSION = "0.25.5";

/** The npm package of esbuild and the SHA-256 of its program, by system and processor. */
const ESBUILD: Readonly<Record<string, readonly [string, string]>> = {
  "linux-x86_64": [
    "linux-x64",
    "3331e0b23c99d93d9a39e436a4838de40ca1c95ac3bcbd9874ba169d8545b634",
  ],
  "linux-aarch64": [
    "linux-arm64",
    "d6d656d9326ce1c55c01f73604a3cffda35c63cce60016e9ed795ac91cd1e67d",
  ],
  "darwin-x86_64": [
    "darwin-x64",
    "e7b2a105f88836f1e080a76180e5cd8e59d1c22f6575d63f5a77a104954c427e",
  ],
  "darwin-aarch64": [
    "darwin-arm64",
    "58d144357454bca840167171380785b133b1e5e682d0c51afa8c80158bfd3f8a",
  ],
  "windows-x86_64": [
    "win32-x64",
    "889543031385fb79a28b09a5611a3a03f913beb5a608c7de29390c13f1030994",
  ],
};

/**
 * Checks the esbuild that `deno bundle` is going to run, and downloads it if it is missing.
 *
 * @throws {Error} If esbuild has another hash than the project expects.
 */
export async function verifyBundler(env: Env): Promise<void> {
  const { platform, expected } = expectedBundler();
  const { denoDir, npmCache } = await findDenoCache(env);
  let programs = downloadedBundlers(denoDir);
  if (programs.length === 0) {
    const folder = `@esbuild/${platform}/${ESBUILD_VERSION}`;
    await download(`npm:@esbuild/${platform}@${ESBUILD_VERSION}`, env);
    programs = ["bin/esbuild", "esbuild.exe"].flatMap((name) =>
      findInNpmCache(npmCache, `${folder}/${name}`)
    );
  }
  await compare(programs, expected);
}

/**
 * Checks the esbuild that `deno bundle` has run.
 *
 * @throws {Error} If that is not the esbuild that the project expects.
 */
export async function verifyUsedBundler(env: Env): Promise<void> {
  const { denoDir } = await findDenoCache(env);
  await compare(downloadedBundlers(denoDir), expectedBundler().expected);
}

function expectedBundler(): { platform: string; expected: string } {
  const { os, arch } = Deno.build;
  const [platform, expected] = ESBUILD[`${os}-${arch}`] ?? [];
  if (platform === undefined || expected === undefined) {
    throw new Error(`Cannot check esbuild: no hash is known for ${os} ${arch}`);
  }
  return { platform, expected };
}

/** Lists the copies of esbuild that `deno bundle` runs if there is one. */
function downloadedBundlers(denoDir: string): string[] {
  return listFiles(`${denoDir}/dl`)
    .filter((path) => path.includes(`/esbuild-${ESBUILD_VERSION}`));
}

async function download(specifier: string, env: Env): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["cache", "--quiet", "--no-lock", "--no-config", specifier],
    env,
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot download ${specifier}`);
}

async function compare(
  programs: readonly string[],
  expected: string,
): Promise<void> {
  if (programs.length === 0) {
    throw new Error(
      `Cannot check esbuild: Deno ${Deno.version.deno} does not use version ${ESBUILD_VERSION}`,
    );
  }
  for (const program of programs) {
    const actual = await sha256(program);
    if (actual !== expected) {
      throw new Error(
        `The SHA-256 of ${program} is ${actual}, not ${expected}`,
      );
    }
  }
}
