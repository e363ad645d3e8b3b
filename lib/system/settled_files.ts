import { type FileVersion, versionOf } from "./files.ts";

/** Limit of the wait for files that other programs keep changing. */
const MAX_WAIT_MS = 2000;
/** Time between two reads of files that are not settled. */
const POLL_MS = 20;

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
 * For a missing file, the time of the last change of its directory counts. Because other
 * programs may change the directory often, the function waits at most `maxWaitMs` for a
 * file that stays missing. The same limit holds for a file that stays empty.
 *
 * If other programs change the files without a pause, the function returns the longest
 * content that it reads within `MAX_WAIT_MS`, because a half-written file is shorter than
 * the whole file.
 *
 * @param first the files, if they were read already
 */
export async function readSettled<T extends ReadFiles | undefined>(
  read: () => T | Promise<T>,
  first?: T,
): Promise<T> {
  let files = first ?? await read();
  let longest = files;
  let limited: ReadonlyMap<string, number> = new Map();
  for (let waitedMs = 0;;) {
    const { versions } = files ?? { versions: [] };
    const since = limited;
    limited = new Map(
      versions.filter(({ maxWaitMs }) => maxWaitMs !== undefined)
        .map(({ path }) => [path, since.get(path) ?? waitedMs]),
    );
    const isUnsettled = ({ path, maxWaitMs = Infinity }: FileVersion) =>
      waitedMs - (limited.get(path) ?? waitedMs) < maxWaitMs;
    const leftMs = Math.max(
      0,
      ...versions.filter(isUnsettled).map(({ unsettledMs }) => unsettledMs),
    );
    if (leftMs === 0) return files;
    if (lengthOf(files) >= lengthOf(longest)) longest = files;
    if (waitedMs >= MAX_WAIT_MS) return longest;
    const pauseMs = Math.min(leftMs, POLL_MS);
    await delay(pauseMs);
    waitedMs += pauseMs;
    files = await read();
  }
}

function lengthOf(files: ReadFiles | undefined): number {
  const { versions } = files ?? { versions: [] };
  return versions.reduce((sum, { length }) => sum + length, 0);
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

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
