/**
 * Prints the table of `docs/packages.md`: the npm packages whose code is in the
 * executable. Reasons are taken from the page; write the reason of a new package there.
 */
import { makeBundle } from "./bundle.ts";
import { listFiles } from "./files.ts";
import { type LockedPackage, readLock } from "./lock_file.ts";
import { type SourceMap, usedSources } from "./source_map.ts";

/** A package whose code is in the executable. */
export interface BundledPackage extends LockedPackage {
  /** The SPDX expression in `package.json`, such as `Apache-2.0`. */
  readonly license: string;
}

/** The page with the table. */
export const PAGE: URL = new URL("../docs/packages.md", import.meta.url);

/** The first row of the table. */
const HEADER = ["package", "version", "licence", "hash", "why"];

/** Lists the packages whose code the bundler has put into the executable, by name. */
export async function listBundledPackages(): Promise<BundledPackage[]> {
  const directory = await Deno.makeTempDir({ prefix: "assume-role-build-" });
  try {
    await makeBundle(directory, { hasSourceMaps: true });
    const maps = listFiles(directory).filter((path) => path.endsWith(".map"));
    const sources = maps.flatMap((path): string[] => {
      const map: SourceMap = JSON.parse(Deno.readTextFileSync(path));
      const base = new URL(encodeURI(path.replaceAll("\\", "/")), "file:///");
      return usedSources(map).map((source) => new URL(source, base).href);
    });
    return bundledPackages(sources, readLock());
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/**
 * Returns the locked packages that the modules belong to.
 *
 * @throws {Error} If a module belongs neither to the project nor to a locked package.
 */
function bundledPackages(
  modules: readonly string[],
  lock: readonly LockedPackage[],
): BundledPackage[] {
  const folders = new Map<string, string>();
  const root = new URL("..", import.meta.url).href;
  for (const url of modules) {
    if (url.startsWith(root)) continue;
    const [folder, id] =
      /^.*\/npm\/[^/]+\/((?:@[^/]+\/)?[^/]+\/[^/]+)/.exec(url) ?? [];
    if (folder === undefined || id === undefined) {
      throw new Error(`The executable has code that is no package's: ${url}`);
    }
    folders.set(id, folder);
  }
  return [...folders].sort().map(([id, folder]) => {
    const locked = lock.find(({ name, version }) =>
      id === `${name}/${version}`
    );
    if (locked === undefined) throw new Error(`deno.lock lacks ${id}`);
    const { license }: { license: string } = JSON.parse(
      Deno.readTextFileSync(new URL(`${folder}/package.json`)),
    );
    return { ...locked, license };
  });
}

/** Returns the cells that the table must have, without the reasons. */
export function packageCells(
  { name, version, license, integrity }: BundledPackage,
): string[] {
  // 16 characters of base64 are 96 bits; the software bill of materials has the whole hash.
  const hash = integrity.slice(0, "sha512-".length + 16);
  return [`\`${name}\``, version, license, `\`${hash}\``];
}

/** Returns the rows of the page's table. */
export function parseRows(page: string): string[][] {
  const rows = page.split("\n").filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  const first = rows.findIndex((row) => row.join() === HEADER.join());
  return rows.slice(first + 2);
}

if (import.meta.main) {
  const reasons = new Map(
    parseRows(await Deno.readTextFile(PAGE)).map((row) => [row[0], row[4]]),
  );
  const rows = (await listBundledPackages()).map(packageCells)
    .map((cells) => [...cells, reasons.get(cells[0]) ?? ""]);
  const text = [HEADER, HEADER.map(() => "---"), ...rows]
    .map((row) => `| ${row.join(" | ")} |\n`).join("");
  await new Blob([text]).stream().pipeTo(Deno.stdout.writable);
}
