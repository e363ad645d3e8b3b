import { IS_WINDOWS, isAbsolute, withAncestors } from "./path.ts";

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

/**
 * The greatest size of a file that is read as a whole. A file with 10,000 profiles, each
 * with a session, has 15 MB.
 */
const MAX_FILE_BYTES = 64 * 2 ** 20;

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

/** A file that is open for reading. */
export type OpenFile =
  & Pick<Deno.FsFile, "statSync" | "readSync" | "seekSync" | "close">
  & Disposable;

/**
 * Opens a regular file for reading. The system opens a pipe only when a program writes to
 * the pipe. If another user could replace the file by a pipe after the check, the file is
 * opened in a way that never waits, which takes longer.
 *
 * @throws {Error} If the file is missing, cannot be opened, or is not a regular file.
 */
export async function openRegular(path: string): Promise<OpenFile> {
  if (!Deno.statSync(path).isFile || mayOthersReplace(path)) {
    return (await import("./open_without_wait.ts")).openWithoutWait(path);
  }
  const file = Deno.openSync(path);
  if (file.statSync().isFile) return file;
  file.close();
  throw new Error("not a regular file");
}

/** Whether other users may be able to replace a file, or a directory of its path. */
export function mayOthersReplace(path: string): boolean {
  if (IS_WINDOWS) return false;
  try {
    if (!isAbsolute(path) || Deno.lstatSync(path).isSymlink) return true;
    const [own, group] = [Deno.uid(), Deno.gid()];
    return withAncestors(path).slice(1).some((directory, height) => {
      const info = Deno.statSync(directory);
      const isSticky = height > 0 && info.mode! & 0o1000;
      return info.uid !== own && info.uid !== 0 ||
        !isSticky && mayOthersWrite(info, group);
    });
  } catch {
    return false; // Deno does not give access to the directories
  }
}

/**
 * Whether users other than the owner and root can write to a file. Write permission
 * for the group does not count if the group has the user's ID, as the private groups of Linux
 * systems with the umask 002; `checkAcl()` finds out whether the group has other members.
 *
 * @param ownGroup the group of this process
 */
export function mayOthersWrite(
  { mode, uid, gid }: Pick<Deno.FileInfo, "mode" | "uid" | "gid">,
  ownGroup: number | null,
): boolean {
  if (mode === null) return false;
  const isPrivate = gid === uid && gid === ownGroup;
  return (mode & (isPrivate ? 0o002 : 0o022)) !== 0;
}

/**
 * Reads the content of a regular file. The null device counts as an empty file.
 *
 * @throws {Error} If the file is missing, cannot be read, is not a regular file, or is
 * larger than `maxBytes`.
 */
export async function readRegular(
  path: string,
  maxBytes?: number,
): Promise<Uint8Array> {
  const { isCharDevice, rdev } = Deno.statSync(path);
  if (isCharDevice && rdev === Deno.statSync("/dev/null").rdev) {
    return new Uint8Array();
  }
  using file = await openRegular(path);
  return readWhole(file, maxBytes);
}

/**
 * Reads the text of a regular file, as {@linkcode readRegular} does; `undefined` if there
 * is no file.
 */
export async function readTextIfPresent(
  path: string,
): Promise<string | undefined> {
  try {
    return decode(await readRegular(path));
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Decodes UTF-8; keeps a byte order mark. */
export function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/**
 * Reads the rest of an open file. The read is synchronous because waiting for an
 * asynchronous read takes longer than reading a small file.
 *
 * @throws {Error} If more than `maxBytes` are left
 */
export function readWhole(
  file: OpenFile,
  maxBytes: number = MAX_FILE_BYTES,
): Uint8Array {
  // A file that grows meanwhile, or has no true size, needs more.
  const size = Math.min(file.statSync().size, maxBytes);
  let bytes = new Uint8Array(size + 4096);
  let length = 0;
  for (;;) {
    const count = file.readSync(bytes.subarray(length));
    if (count === null) return bytes.subarray(0, length);
    length += count;
    if (length > maxBytes) {
      throw new Error(`larger than ${maxBytes / 2 ** 20} MiB`);
    }
    if (length < bytes.length) continue;
    const longer = new Uint8Array(2 * length);
    longer.set(bytes);
    bytes = longer;
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
