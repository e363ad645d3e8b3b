import { reasonOf } from "./os_error.ts";
import { withAncestors } from "./path.ts";

/** A file counts as completely written if its last change is at least this long ago. */
export const QUIET_MS = 200;
/** As `QUIET_MS`, but for a file that is empty or whose last line has no line end. */
const QUIET_IF_TORN_MS = 1000;
/**
 * The time for which a missing file is awaited after the last change of its directory.
 * The time is short, because few programs remove a file before they write the new file.
 */
const QUIET_IF_MISSING_MS = 20;
/**
 * The time for which an empty file that was last changed long ago is awaited. When a
 * program truncates a file, Linux can show the new size before the new time.
 */
const QUIET_IF_EMPTY_MS = 20;
/**
 * The greatest lead of a file system's clock over this machine's clock. A modification
 * time that is further in the future does not count as a recent change.
 */
const MAX_CLOCK_LEAD_MS = 1000;

/** The version of a file that was read. */
export interface FileVersion {
  readonly path: string;
  /**
   * The limit of the wait for another version, in milliseconds; absent if only
   * `unsettledMs` limits the wait.
   */
  readonly maxWaitMs?: number;
  /** The length of the content that was read; 0 if there was no file. */
  readonly length: number;
  /** A text that is different for each version of the file, or of a missing file's directory. */
  readonly stamp: string;
  /**
   * The time from the read until the version counts as completely written, in
   * milliseconds; 0 if the version already counted so at the time of the read.
   */
  readonly unsettledMs: number;
}

/**
 * Finds the version of a file that was just read. After a recent change of the file, the
 * version does not yet count as completely written, because a program may be rewriting
 * the file in place.
 *
 * @param content the content; `undefined` if the file is missing
 * @param readAt the time before the file was read
 */
export function versionOf(
  path: string,
  content: string | Uint8Array | undefined,
  readAt: number,
): FileVersion {
  const last = content?.at(-1);
  const isWhole = last === "\n" || last === 10;
  const quietMs = content === undefined
    ? QUIET_IF_MISSING_MS
    : isWhole
    ? QUIET_MS
    : QUIET_IF_TORN_MS;
  const { stamp, changedAt } = content !== undefined && attributesOf(path) ||
    attributesOf(withAncestors(path)[1] ?? path) ||
    { stamp: "", changedAt: -Infinity };
  const leftMs = changedAt + quietMs - readAt;
  const isFuture = leftMs > QUIET_IF_TORN_MS + MAX_CLOCK_LEAD_MS;
  const unsettledMs = isFuture ? 0 : Math.max(0, leftMs);
  const isEmptyAndOld = content?.length === 0 && unsettledMs === 0 &&
    changedAt !== -Infinity;
  return {
    path,
    length: content?.length ?? 0,
    stamp,
    unsettledMs: isEmptyAndOld ? QUIET_IF_EMPTY_MS : unsettledMs,
    ...(content === undefined && { maxWaitMs: QUIET_IF_MISSING_MS }),
    ...(isEmptyAndOld && { maxWaitMs: QUIET_IF_EMPTY_MS }),
  };
}

function attributesOf(
  path: string,
): { readonly stamp: string; readonly changedAt: number } | undefined {
  try {
    const { ino, size, mtime, isFile, isDirectory } = Deno.statSync(path);
    const isDevice = !isFile && !isDirectory;
    const changedAt = isDevice ? -Infinity : mtime?.getTime() ?? -Infinity;
    return { stamp: `${ino} ${size} ${changedAt}`, changedAt };
  } catch {
    return undefined;
  }
}

/**
 * Refuses a pipe or a socket, because its content can be read only once.
 *
 * @throws {Error} If a pipe or a socket is at the path.
 */
export function refusePipe(path: string): void {
  let info: Deno.FileInfo;
  try {
    info = Deno.statSync(path);
  } catch {
    return; // The read that follows reports the error.
  }
  if (info.isFifo || info.isSocket) {
    throw new Error("it is a pipe, not a regular file");
  }
}

/**
 * Reads the text of a file.
 *
 * @throws {Error} If the file cannot be read; the message is only the reason.
 */
export async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
}

/** Reads the text of a file; `undefined` if there is no file. */
export function readTextIfPresent(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/**
 * Reads the rest of an open file. The read is synchronous because waiting for an
 * asynchronous read takes longer than reading a small file.
 */
export function readWhole(file: Deno.FsFile): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = new Uint8Array(4096);
    const count = file.readSync(chunk);
    if (count === null) return concat(chunks);
    chunks.push(chunk.subarray(0, count));
  }
}

/** Joins byte arrays. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((n, { length }) => n + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Reads the bytes of a file; `undefined` if there is no file. */
export async function readBytesIfPresent(
  path: string,
): Promise<Uint8Array | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Finds the kind of the file at a path, which decides whether assume-role writes to the path. */
export async function kindOf(
  path: string,
): Promise<"nothing" | "file" | "directory" | "device" | "other"> {
  const info = await statIfPresent(path);
  if (info === undefined) return "nothing";
  const { isFile, isDirectory, isCharDevice } = info;
  if (isFile) return "file";
  return isDirectory ? "directory" : isCharDevice ? "device" : "other";
}

/** Returns the attributes of the file at a path; `undefined` if there is no file. */
export async function statIfPresent(
  path: string,
): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Whether a file of any kind is at a path. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Whether a regular file is at a path. */
export function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Whether an error means that a file, or a directory of its path, is missing. */
export function isAbsence(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound;
}

/** Whether two paths are equal, or lead to the same existing file. */
export function isSameFile(a: string, b: string): boolean {
  try {
    return a === b || Deno.realPathSync(a) === Deno.realPathSync(b);
  } catch {
    return false; // one of the files is missing
  }
}
