import { findAclSync } from "./acl.ts";
import { IS_WINDOWS } from "./path.ts";

/**
 * Sets the owner and the mode of a new file.
 *
 * @param path the path of the new file
 * @param file the same file, open
 */
export type SetAttributes = (path: string, file: Deno.FsFile) => void;

/**
 * Prepares to give a new file the owner and the mode of the file that it replaces. If the old
 * or the new file has an ACL, or if that is not known, the mode gives the group and other
 * users no permissions.
 */
export async function keepAttributes(
  path: string,
  old: Deno.FileInfo | undefined,
): Promise<SetAttributes | undefined> {
  if (IS_WINDOWS || old === undefined || old.mode === null) return undefined;
  const { uid, gid } = old;
  const { setOwnerAndMode } = await import("./set_owner.ts");
  // In the mode of a file with an ACL, the group's bits are the limit of all permissions in
  // the ACL, and not the group's permissions.
  const mode = limitMode(old.mode & 0o777, path, old);
  return (path, file) => {
    // A new file can inherit the ACL of its directory, which another user may be changing. Only
    // the owner of the new file can add an ACL later.
    const limited = limitMode(mode, path, file.statSync());
    setOwnerAndMode(path, file, { uid, gid, mode: limited });
  };
}

/** Removes the permissions of the group and of other users if a file may have an ACL. */
function limitMode(
  mode: number,
  path: string,
  { ino }: Deno.FileInfo,
): number {
  if (Deno.build.os !== "linux" || (mode & 0o077) === 0) return mode;
  return findAclSync(path, `${ino}`) === "none" ? mode : mode & 0o700;
}
