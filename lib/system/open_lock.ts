import { isAbsence } from "./files.ts";
import { IS_WINDOWS } from "./path.ts";

/** Limit of attempts to open a file that other processes keep replacing. */
const MAX_ATTEMPTS = 1000;

/**
 * Opens the file of a lock for reading and writing. The function follows no symbolic link,
 * because in a directory of several users, another user can create the link. The file can
 * belong to another user; see {@linkcode isOwn}.
 *
 * @throws {Error} If the path leads to a symbolic link or to anything but a regular file, or
 * if the file is missing and `create` is not set.
 */
export async function openLock(
  path: string,
  { create = false } = {},
): Promise<Deno.FsFile> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const file = await tryToOpen(path, create);
    if (file !== undefined) return file;
  }
  throw new Error(`other processes keep replacing ${path}`);
}

/** Opens the file of a lock; `undefined` if another process replaced the file meanwhile. */
async function tryToOpen(
  path: string,
  create: boolean,
): Promise<Deno.FsFile | undefined> {
  const there = await lstatIfPresent(path);
  if (there === undefined && !create) throw new Deno.errors.NotFound();
  try {
    if (there === undefined) return await createLock(path);
    requireLock(path, there);
    // Between the check and the opening, another user can replace the file.
    const file = await openAsLock(path, there);
    if (isSame(await file.stat(), there)) return file;
    file.close();
  } catch (error) {
    const isReplaced = error instanceof Deno.errors.AlreadyExists ||
      isAbsence(error) && there !== undefined;
    if (!isReplaced) throw error;
  }
  return undefined;
}

/** @throws {Error} If the system refuses access to the file of another user */
async function openAsLock(
  path: string,
  there: Deno.FileInfo,
): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { read: true, write: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied) || isOwn(there)) {
      throw error;
    }
    throw new Error(`the lock file ${path} belongs to another user`);
  }
}

/** Creates a file. The system follows no symbolic link when it creates a new file. */
async function createLock(path: string): Promise<Deno.FsFile> {
  return await Deno.open(path, {
    createNew: true,
    read: true,
    write: true,
    mode: 0o600,
  });
}

function requireLock(path: string, info: Deno.FileInfo): void {
  const problem = info.isSymlink
    ? "a symbolic link"
    : !info.isFile
    ? "not a regular file"
    : undefined;
  if (problem === undefined) return;
  throw new Error(`the lock file ${path} is ${problem}`);
}

/** Whether a file has more than one name (hard link). */
export function hasOtherNames({ nlink }: Deno.FileInfo): boolean {
  return !IS_WINDOWS && (nlink ?? 1) > 1;
}

/** Whether a file belongs to the user of this process. */
export function isOwn({ uid }: Deno.FileInfo): boolean {
  return IS_WINDOWS || uid === Deno.uid();
}

/** Whether a path leads to an open file, and not by a symbolic link. */
export async function isAt(path: string, file: Deno.FsFile): Promise<boolean> {
  const [held, there] = await Promise.all([file.stat(), lstatIfPresent(path)]);
  // On Windows, a file number can be greater than the numbers that JavaScript has, so that two
  // files can seem to be one. A removed file has no link.
  return there !== undefined && isSame(held, there) && held.nlink !== 0;
}

function isSame(a: Deno.FileInfo, b: Deno.FileInfo): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}

async function lstatIfPresent(
  path: string,
): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}
