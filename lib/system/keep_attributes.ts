import { findAcl } from "./acl.ts";
import { dirname } from "./dirname.ts";
import { IS_WINDOWS } from "./path.ts";

/**
 * Sets the owner and the mode of a new file.
 *
 * @param path the path of the new file
 * @param file the same file, open
 */
export type SetAttributes = (path: string, file: Deno.FsFile) => void;

/**
 * Prepares to give a new file the owner and the mode of the file that it replaces. The new
 * file has no ACL of its own. If the old file or the directory has an ACL, or if that is
 * not known, the mode gives the group and other users no permissions.
 */
export async function keepAttributes(
  path: string,
  old: Deno.FileInfo | undefined,
): Promise<SetAttributes | undefined> {
  if (IS_WINDOWS || old === undefined || old.mode === null) return undefined;
  const { uid, gid } = old;
  const [mode, { setOwnerAndMode }] = await Promise.all([
    findMode(path, old),
    import("./set_owner.ts"),
  ]);
  return (path, file) => setOwnerAndMode(path, file, { uid, gid, mode });
}

/**
 * Finds the mode for the new file. In the mode of a file with an ACL, the group's bits are
 * the limit of all permissions in the ACL, and not the group's permissions.
 */
async function findMode(path: string, old: Deno.FileInfo): Promise<number> {
  const mode = old.mode! & 0o777;
  if (Deno.build.os !== "linux" || (mode & 0o077) === 0) return mode;
  const directory = dirname(path);
  // A new file can inherit the ACL of the directory.
  const found = await Promise.all([
    findAcl(path, `${old.ino}`),
    findAcl(directory, `${Deno.statSync(directory).ino}`),
  ]);
  return found.every((acl) => acl === "none") ? mode : mode & 0o700;
}
