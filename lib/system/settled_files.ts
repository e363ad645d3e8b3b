import { ConfigError } from "../errors.ts";
import { type FileVersion, versionOf } from "./files.ts";

/**
 * Maximum number of reads of files that other programs keep changing. The pause between
 * two reads is up to two seconds.
 */
const MAX_LOOKS = 50;

/** Files that were read, and the version of each. */
export interface ReadFiles {
  readonly versions: readonly FileVersion[];
}

/**
 * Reads files that other programs may be rewriting in place: such a program truncates a
 * file and writes it in pieces. With half of a file, a run could use the wrong identity.
 * Therefore the files are read again until the last change is so old that the program has
 * probably finished.
 *
 * For a missing file, the last change of its directory counts, and other programs may
 * change the directory often. Therefore a file that is missing in two consecutive reads
 * counts as missing.
 *
 * @param first the files, if they were read already
 * @throws {ConfigError} If another program still changes a file after `MAX_LOOKS` reads
 */
export async function readSettled<T extends ReadFiles | undefined>(
  read: () => T | Promise<T>,
  first?: T,
): Promise<T> {
  let files = first ?? await read();
  let missing: readonly string[] = [];
  for (let look = 1;; look++) {
    const { versions } = files ?? { versions: [] };
    const changing = versions.filter(({ path, isMissing, unsettledMs }) =>
      unsettledMs > 0 && !(isMissing && missing.includes(path))
    );
    if (changing.length === 0) return files;
    if (look === MAX_LOOKS) throw keepsChanging(changing[0]!.path);
    await delay(Math.max(...changing.map(({ unsettledMs }) => unsettledMs)));
    missing = versions.filter(({ isMissing }) => isMissing)
      .map(({ path }) => path);
    files = await read();
  }
}

/**
 * Reads a file as {@linkcode readSettled} does.
 *
 * @param read reads the file; returns `undefined` if the file is missing
 */
export async function readSettledFile<
  T extends string | Uint8Array | undefined,
>(
  path: string,
  read: (path: string) => Promise<T>,
  now: () => number,
): Promise<T> {
  const { content } = await readSettled(async () => {
    const readAt = now();
    const content = await read(path);
    return { content, versions: [versionOf(path, content, readAt)] };
  });
  return content;
}

function keepsChanging(path: string): ConfigError {
  return new ConfigError(
    `Cannot read ${path}: another program keeps changing the file`,
    { hint: "stop the program, or run assume-role again later" },
  );
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
