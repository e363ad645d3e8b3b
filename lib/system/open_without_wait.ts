import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  type Stats,
} from "node:fs";
import type { OpenFile } from "./files.ts";

/** Classes of Deno's errors, by the codes of Node's errors. */
const ERRORS: Readonly<Record<string, new (message: string) => Error>> = {
  ENOENT: Deno.errors.NotFound,
  EACCES: Deno.errors.PermissionDenied,
  EPERM: Deno.errors.PermissionDenied,
  ENOTDIR: Deno.errors.NotADirectory,
  ELOOP: Deno.errors.FilesystemLoop,
};

/**
 * Opens a regular file for reading. If a pipe is at the path, the function does not wait for a
 * writer. Only Node's API can open a file so; loading that API takes a few milliseconds.
 *
 * @throws {Error} If the file cannot be opened, or is not a regular file
 */
export function openWithoutWait(path: string): OpenFile {
  // Opening a device can have an effect, for example on a tape.
  requireRegular(Deno.statSync(path));
  const file = open(path);
  try {
    requireRegular(file.statSync());
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

function requireRegular(
  { isFile, isDirectory, isFifo, isSocket }: Deno.FileInfo,
): void {
  if (isFile) return;
  if (isDirectory) throw new Deno.errors.IsADirectory();
  const kind = isFifo ? "pipe" : isSocket ? "socket" : "device";
  throw new Error(`not a regular file, but a ${kind}`);
}

function open(path: string): OpenFile {
  const { O_RDONLY, O_NONBLOCK } = constants;
  const fd = callNode(() => openSync(path, O_RDONLY | O_NONBLOCK));
  let position = 0;
  const close = () => closeSync(fd);
  return {
    statSync: () => toFileInfo(fstatSync(fd)),
    readSync: (buffer) => {
      const count = readSync(fd, buffer, 0, buffer.length, position);
      position += count;
      return count === 0 ? null : count;
    },
    seekSync: (offset) => position = Number(offset),
    close,
    [Symbol.dispose]: close,
  };
}

function callNode<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code = "", message } = error as { code?: string; message: string };
    const Class = ERRORS[code];
    throw Class === undefined ? error : new Class(message);
  }
}

function toFileInfo(stats: Stats): Deno.FileInfo {
  return {
    isFile: stats.isFile(),
    isDirectory: stats.isDirectory(),
    isSymlink: false,
    isFifo: stats.isFIFO(),
    isSocket: stats.isSocket(),
    isCharDevice: stats.isCharacterDevice(),
    isBlockDevice: stats.isBlockDevice(),
    size: stats.size,
    mtime: stats.mtime,
    atime: stats.atime,
    birthtime: stats.birthtime,
    ctime: stats.ctime,
    dev: stats.dev,
    ino: stats.ino,
    mode: stats.mode,
    nlink: stats.nlink,
    uid: stats.uid,
    gid: stats.gid,
    rdev: stats.rdev,
    blksize: stats.blksize,
    blocks: stats.blocks,
  };
}
