import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  openSync,
} from "node:fs";

/** The owner, the group and the permissions of a file. */
export interface OwnerAndMode {
  readonly uid: number | null;
  readonly gid: number | null;
  readonly mode: number;
}

/**
 * Sets the owner and the mode of an open file. Another user may be able to put a link at the
 * path meanwhile. Therefore the function changes only a file descriptor that leads to the
 * open file. Only Node's API has such functions; loading that API takes a few milliseconds.
 *
 * @throws {Error} If the path no longer leads to the open file
 */
export function setOwnerAndMode(
  path: string,
  file: Deno.FsFile,
  { uid, gid, mode }: OwnerAndMode,
): void {
  const created = file.statSync();
  const fd = openAgain(path, created);
  try {
    const isKept = created.uid === uid && created.gid === gid ||
      tryToChown(fd, uid ?? -1, gid ?? -1);
    // Only root may change the owner. The group may differ too, so remove the permissions
    // of the group and of other users.
    fchmodSync(fd, isKept ? mode : mode & 0o700);
  } finally {
    closeSync(fd);
  }
}

/** Opens a second file descriptor of an open file. */
function openAgain(path: string, { dev, ino }: Deno.FileInfo): number {
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  const fd = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  const there = fstatSync(fd);
  if (there.ino === ino && there.dev === dev) return fd;
  closeSync(fd);
  throw new Error("another program replaced the temporary file");
}

function tryToChown(fd: number, uid: number, gid: number): boolean {
  try {
    fchownSync(fd, uid, gid);
    return true;
  } catch (error) {
    const isRefused = error instanceof Deno.errors.PermissionDenied ||
      (error as { code?: string }).code === "EPERM";
    if (!isRefused) throw error;
    return false;
  }
}
