import { decode, readWhole } from "./files.ts";
import { IS_WINDOWS } from "./path.ts";

/**
 * Returns the reason why a directory is not safe for secrets; `undefined` if it is safe.
 * A safe directory is not a symbolic link, belongs to the user, and is not writable for
 * any other user.
 */
export function whyNotPrivate(path: string): string | undefined {
  const { isDirectory, isSymlink, uid, mode } = Deno.lstatSync(path);
  if (isSymlink) return "the path is a symbolic link";
  if (!isDirectory) return "the path is not a directory";
  if (IS_WINDOWS) return undefined;
  if (uid !== Deno.uid()) return `the directory belongs to user ${uid}`;
  if (((mode ?? 0) & 0o022) !== 0) {
    return "other users can write to the directory";
  }
  return undefined;
}

/**
 * Reads the text of a private file. Returns `undefined` if the file is missing,
 * unreadable or a symbolic link, belongs to another user, or can be accessed by other
 * users.
 */
export function readPrivate(path: string): string | undefined {
  try {
    if (!Deno.lstatSync(path).isFile) return undefined;
    // The directory is private, so no other user can replace the file by a pipe or a link.
    using file = Deno.openSync(path);
    const { uid, mode } = file.statSync();
    if (!IS_WINDOWS) {
      if (uid !== Deno.uid() || ((mode ?? 0) & 0o077) !== 0) return undefined;
    }
    return decode(readWhole(file));
  } catch {
    return undefined;
  }
}
