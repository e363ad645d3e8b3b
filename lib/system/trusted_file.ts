import { ConfigError } from "../errors.ts";
import { readWhole } from "./files.ts";
import { reasonOf } from "./os_error.ts";

/**
 * Reads a file that determines which program runs under which identity. The file, and a
 * symbolic link to the file, must belong to the user or to root, and no other user may be
 * able to write to the file. Returns `undefined` if there is no file.
 *
 * @throws {ConfigError} If the file cannot be read or trusted.
 */
export function readTrusted(path: string): string | undefined {
  try {
    const link = Deno.lstatSync(path);
    const { isFile, isDirectory } = Deno.statSync(path);
    if (isDirectory) throw new Deno.errors.IsADirectory();
    if (!isFile) throw new Error("not a regular file");
    // Check and read the same open file, because the path may soon lead to another file.
    using file = Deno.openSync(path);
    if (Deno.build.os !== "windows") checkOwner(path, link, file.statSync());
    return decode(path, readWhole(file));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`Cannot read ${path}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    if (bytes.includes(0)) throw new TypeError("not text");
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ConfigError(`Cannot read ${path}: the file is not UTF-8 text`, {
      hint: "save the file as UTF-8",
      cause: error,
    });
  }
}

function checkOwner(
  path: string,
  link: Deno.FileInfo,
  file: Deno.FileInfo,
): void {
  const distrust = findDistrust(path, link, file, currentUser());
  if (distrust === undefined) return;
  const { reason, remedy } = distrust;
  throw new ConfigError(`Cannot use ${path}: ${reason}`, {
    hint: `check the contents of the file, then ${remedy}`,
  });
}

/** The user whose files assume-role trusts, besides those of root. */
export interface User {
  readonly uid: number | null;
  readonly gid: number | null;
  /** Whether this is Linux on Windows, where files of a Windows drive may have no modes. */
  readonly isWsl: boolean;
}

/** Returns the user of this process; `isWsl` is read only if a message needs it. */
export function currentUser(): User {
  return {
    uid: Deno.uid(),
    gid: Deno.gid(),
    get isWsl() {
      return Deno.build.os === "linux" && /microsoft/i.test(Deno.osRelease());
    },
  };
}

/** The reason why a file cannot be trusted, and what the user can do about it. */
export interface Distrust {
  readonly reason: string;
  /** The end of the sentence "check the contents, then …". */
  readonly remedy: string;
}

type Owned = Pick<Deno.FileInfo, "uid" | "gid" | "mode">;

/**
 * Finds the reason why a file cannot be trusted: another user owns the file or the
 * symbolic link at its path, or can write to the file.
 *
 * @param link the attributes of the path itself, without following a symbolic link
 * @param file the attributes of the file
 */
export function findDistrust(
  path: string,
  link: Pick<Deno.FileInfo, "uid" | "isSymlink">,
  file: Owned & Pick<Deno.FileInfo, "isDirectory">,
  user: User,
): Distrust | undefined {
  const noun = file.isDirectory ? "directory" : "file";
  if (link.isSymlink && isForeign(link.uid, user)) {
    return foreign("the symbolic link at this path", "chown -h", link.uid);
  }
  if (isForeign(file.uid, user)) {
    const which = link.isSymlink ? ", to which the symbolic link leads," : "";
    return foreign(`the ${noun}${which}`, "chown", file.uid);
  }
  if (!mayOthersWrite(file, user.gid)) return undefined;
  return {
    reason: `other users can write to the ${noun}`,
    remedy: user.isWsl && ((file.mode ?? 0) & 0o777) === 0o777
      ? `add the lines '[automount]' and 'options = "metadata"' to /etc/wsl.conf, run 'wsl --shutdown' in Windows, and run: chmod go-w ${
        quote(path)
      }`
      : `run: ${sudoUnless(user, file.uid)}chmod go-w ${quote(path)}`,
  };

  function foreign(
    subject: string,
    chown: string,
    owner: number | null,
  ): Distrust {
    return {
      reason: `${subject} belongs to user ${owner}`,
      // Root must not take a user's file away: the user's own runs would refuse the file.
      remedy: user.uid === 0
        ? `run assume-role as user ${owner}, for example with 'sudo -u "#${owner}"' or 'docker run --user ${owner}'`
        : `run: sudo ${chown} ${user.uid} ${quote(path)}`,
    };
  }
}

function isForeign(owner: number | null, { uid }: User): boolean {
  return owner !== uid && owner !== 0;
}

function sudoUnless({ uid }: User, owner: number | null): string {
  return uid === 0 || uid === owner ? "" : "sudo ";
}

function quote(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}

/**
 * Whether users other than the owner and root can write to a file. Write permission
 * for the group does not count if the group is the user's private group. Systems with
 * the default umask 002 give each user a private group with the user's ID.
 *
 * @param ownGroup the group of this process
 */
export function mayOthersWrite(
  { mode, uid, gid }: Owned,
  ownGroup: number | null = Deno.gid(),
): boolean {
  if (mode === null) return false;
  const isPrivate = gid === uid && gid === ownGroup;
  return (mode & (isPrivate ? 0o002 : 0o022)) !== 0;
}
