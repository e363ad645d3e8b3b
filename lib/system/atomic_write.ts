import { dirname } from "./dirname.ts";
import { IS_WINDOWS, withAncestors, within } from "./path.ts";
import { isAbsence, QUIET_MS } from "./files.ts";
import { isPresent } from "./unreadable.ts";
import { keepAttributes, type SetAttributes } from "./keep_attributes.ts";

/** Whether {@linkcode temporaryPath} returns names of this form. */
export function isTemporary(name: string): boolean {
  return /^\.assume-role-[0-9a-f]{8}\.tmp$/.test(name);
}

/** Returns a new path for a temporary file in the directory of `path`. */
export function temporaryPath(path: string): string {
  const suffix = crypto.randomUUID().slice(0, 8);
  return within(dirname(path), `.assume-role-${suffix}.tmp`);
}

/**
 * Creates a file that every user may read; returns `false` if the path exists. After a kill
 * or a failed write, the file is either complete or missing.
 */
export function createFile(path: string, text: string): boolean {
  const temporary = temporaryPath(path);
  try {
    Deno.writeTextFileSync(temporary, text, { createNew: true, mode: 0o644 });
    moveToNew(temporary, path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  } finally {
    try {
      removeIfPresentSync(temporary);
    } catch {
      // The next run removes the file.
    }
  }
}

/**
 * Gives a file another name, at which no file may be. A link, unlike a rename, never
 * replaces a file.
 *
 * @throws {Error} If a file is at the new path.
 */
function moveToNew(from: string, to: string): void {
  try {
    Deno.linkSync(from, to);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists || isPresent(to)) {
      throw new Deno.errors.AlreadyExists();
    }
    // Some file systems, such as FAT, have no links.
    Deno.renameSync(from, to);
  }
}

/** Creates a directory that only the user can enter, and its missing parents. */
export function makePrivateDirectory(path: string): void {
  const missing = withAncestors(path).filter((directory) =>
    !isPresent(directory)
  );
  for (const directory of missing.reverse()) {
    Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
    // The umask can take the user's own permissions away.
    const mode = IS_WINDOWS ? null : Deno.lstatSync(directory).mode;
    if (mode !== null && (mode & 0o700) !== 0o700) {
      Deno.chmodSync(directory, 0o700);
    }
  }
  Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** Options of a replacement. */
export interface ReplaceOptions {
  /** Whether the content must survive a crash of the system; default: true. */
  readonly isDurable?: boolean;
}

/**
 * New content of a file, in a temporary file of the same directory. Until `commit()` or
 * `discard()`, this process holds a lock on the temporary file, so that no other process
 * removes the file as the leftover of a killed process.
 */
export interface Replacement {
  /** Replaces the file atomically. */
  readonly commit: () => void;
  /** Removes the temporary file, if `commit()` has not renamed the file. */
  readonly discard: () => Promise<void>;
  /** Whether the old file of a shared file was changed less than `QUIET_MS` before. */
  readonly isOldRecent: boolean;
}

/**
 * Writes the new content of a file to a temporary file and, if `isDurable`, syncs the
 * temporary file to the disk. The temporary file is private, unless `setAttributes` changes
 * the mode.
 *
 * The new content is useless if another program changes the file meanwhile. Therefore the
 * function is synchronous: on a busy machine, one `await` can take longer than the whole
 * function.
 */
export function stageReplacement(
  path: string,
  content: Uint8Array,
  { old, setAttributes, isDurable = true, isShared = false }: ReplaceOptions & {
    old?: Deno.FileInfo | undefined;
    setAttributes?: SetAttributes | undefined;
    isShared?: boolean;
  } = {},
): Replacement {
  const temporary = temporaryPath(path);
  let isOldRecent = false;
  const file = Deno.openSync(temporary, {
    write: true,
    createNew: true,
    mode: 0o600,
  });
  try {
    lockTemporary(file);
    setAttributes?.(temporary, file);
    writeAll(file, content);
    if (isShared) isOldRecent = backdate(file, old);
    if (isDurable) file.syncSync();
  } catch (error) {
    file.close();
    removeIfPresentSync(temporary);
    throw error;
  }
  let isOpen = true;
  const close = () => {
    if (isOpen) file.close();
    isOpen = false;
  };
  if (IS_WINDOWS) close();
  return {
    commit: () => {
      Deno.renameSync(temporary, path);
      close();
    },
    discard: async () => {
      close();
      await removeIfPresent(temporary);
    },
    isOldRecent,
  };
}

/** Locks a temporary file. On Windows, a lock would keep other processes from reading. */
function lockTemporary(file: Deno.FsFile): void {
  if (IS_WINDOWS) return;
  try {
    file.lockSync(true);
  } catch {
    // The file system has no locks: no process then removes the file.
  }
}

/**
 * Replaces one of assume-role's own files atomically, so that other processes read either
 * the whole old content or the whole new content. The new file is private.
 */
export async function replacePrivate(
  path: string,
  content: Uint8Array,
  { keepsOwner = false, ...options }: ReplaceOptions & {
    /**
     * Whether the new file belongs to the owner of the old file or, without an old file, of
     * the directory; default: false.
     */
    readonly keepsOwner?: boolean;
  } = {},
): Promise<void> {
  const old = keepsOwner ? statPrivate(path) : undefined;
  const setAttributes = await keepAttributes(path, old);
  const staged = stageReplacement(path, content, { ...options, setAttributes });
  try {
    staged.commit();
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

/**
 * Returns the attributes of a file, with the mode of a private file. For a new file in the
 * directory of another user, returns that user as the owner.
 */
function statPrivate(path: string): Deno.FileInfo | undefined {
  try {
    return { ...Deno.statSync(path), mode: 0o600 };
  } catch (error) {
    if (!isAbsence(error)) throw error;
    const directory = Deno.statSync(dirname(path));
    const isOwn = IS_WINDOWS || directory.uid === Deno.uid();
    return isOwn ? undefined : { ...directory, mode: 0o600 };
  }
}

/** Renames a file of any kind. */
export async function moveFile(from: string, to: string): Promise<void> {
  await Deno.rename(from, to);
}

/** Removes a file; does nothing if the file is missing. */
export async function removeIfPresent(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!isAbsence(error)) throw error;
  }
}

/** As {@linkcode removeIfPresent}, but synchronous. */
export function removeIfPresentSync(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!isAbsence(error)) throw error;
  }
}

/**
 * Sets the modification time of the new file `QUIET_MS` back, so that another assume-role
 * counts the file as completely written and does not wait. The time stays later than the
 * modification time of the old file.
 *
 * @returns Whether the old file was changed less than `QUIET_MS` before.
 */
function backdate(
  file: Deno.FsFile,
  old: Deno.FileInfo | undefined,
): boolean {
  const { mtime } = file.statSync();
  if (mtime === null) return false;
  const quietMs = mtime.getTime() - QUIET_MS;
  const oldMs = old?.mtime?.getTime() ?? -Infinity;
  const time = new Date(Math.max(quietMs, oldMs + 1));
  file.utimeSync(time, time);
  return oldMs + 1 >= quietMs;
}

/** Writes the whole content into a file, in as many calls as the system needs. */
export function writeAll(file: Deno.FsFile, content: Uint8Array): void {
  for (let at = 0; at < content.length;) {
    at += file.writeSync(content.subarray(at));
  }
}
