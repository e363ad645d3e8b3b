/** The base of executables: the part of Deno that `deno compile` adds the code to. */
import { findDenoCache } from "./deno_cache.ts";
import { listFiles, sha256 } from "./files.ts";

/**
 * Returns a line like that of `sha256sum` for the base that was used for a target. The name
 * is the path on Deno's download host, such as `v2.9.6/denort-x86_64-apple-darwin.zip`.
 *
 * @throws {Error} If the base is not where Deno keeps its downloads.
 */
export async function describeBase(
  compiler: string,
  target: string,
): Promise<string> {
  const { denoDir, denoVersion } = await findDenoCache({}, compiler);
  const own = Deno.env.get("DENORT_BIN");
  if (own !== undefined) {
    return `${await sha256(own)}  v${denoVersion}/denort\n`;
  }
  const name = `v${denoVersion}/denort-${target}.zip`;
  const path = listFiles(`${denoDir}/dl`)
    .find((path) => path.replaceAll("\\", "/").endsWith(`/${name}`));
  if (path === undefined) {
    throw new Error(`Cannot find ${name} in ${denoDir}/dl`);
  }
  return `${await sha256(path)}  ${name}\n`;
}
