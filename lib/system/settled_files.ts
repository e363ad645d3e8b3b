import { ConfigError } from "../errors.ts";
import { type FileVersion, versionOf } from "./files.ts";

/** Limit of looks at files that other programs keep changing; each takes up to a second. */
const MAX_LOOKS = 50;

/** Files as they were read. */
export interface ReadFiles {
  readonly versions: readonly FileVersion[];
}

/**
 * Reads files that other programs rewrite in place: truncated, then written in
 * pieces. The files are read again until the last change is so old that no program
 * is expected to write on. Half a file could lead to another identity. A file that
 * is missing twice counts as missing, because others may use its directory.
 *
 * @param first the files, if they were read already
 * @throws {ConfigError} If a file does not come to rest
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
 * @param read reads the file; `undefined` if the file is missing
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
