import {
  removeIfPresentSync,
  temporaryPath,
  writeAll,
} from "./atomic_write.ts";
import { CHECK_MS, readText } from "./lock.ts";
import { settlesWithin } from "./timeout.ts";
import { hasOtherNames, isAt, isOwn, openLock } from "./open_lock.ts";

/**
 * Creates a private file with a text. The returned file holds a lock, so that
 * {@linkcode removeAbandoned} does not remove the file; other processes can read the file.
 * The system releases the lock when the process ends, also after `kill -9`.
 */
export function createLocked(path: string, text: string): Deno.FsFile {
  const temporary = temporaryPath(path);
  const file = Deno.openSync(temporary, {
    createNew: true,
    read: true,
    write: true,
    mode: 0o600,
  });
  try {
    writeAll(file, new TextEncoder().encode(text));
    lockShared(file);
    // Rename the file only now, because another process may remove a file without a lock.
    Deno.renameSync(temporary, path);
    return file;
  } catch (error) {
    file.close();
    removeIfPresentSync(temporary);
    throw error;
  }
}

/**
 * Locks a file so that, also on Windows, other processes can read the file. A failure can
 * pass, for example if there are too many locks: then another process could lock the file,
 * and would remove it. Therefore a failed attempt is repeated once.
 */
function lockShared(file: Deno.FsFile): void {
  for (let attempt = 1; attempt <= 2; attempt++) {
    try {
      return file.lockSync(false);
    } catch {
      // The file system has no locks: then no process can remove the file.
    }
  }
}

/**
 * Removes a file that its process has locked, if the process has ended. Does nothing if a
 * process holds the lock, if the file belongs to another user or is a symbolic link, or if
 * the file system has no locks.
 *
 * @param before cleans up by the text of the file, before the file is removed; if it fails,
 * the file stays
 */
export async function removeAbandoned(
  path: string,
  before: (text: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  try {
    using file = await openLock(path);
    const info = await file.stat();
    if (!isOwn(info)) return;
    if (!await settlesWithin(file.lock(true), CHECK_MS)) return;
    if (!await isAt(path, file)) return;
    await before(await readText(file));
    // A process that waits for the lock takes a text for the failure of this process. A file
    // with another name is no lock: for example, the name of a killed `createFile()`.
    if (!hasOtherNames(info)) await file.truncate();
    await Deno.remove(path);
  } catch {
    // Another process removed the file, or the file cannot be opened, locked or removed.
  }
}
