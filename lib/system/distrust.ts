import { ConfigError } from "../errors.ts";
import { mayOthersWrite } from "./files.ts";
import { UntrustedError } from "./trusted_file.ts";

/** Adds the reason and a hint to an `UntrustedError`; returns any other error unchanged. */
export function explainDistrust(error: unknown): unknown {
  if (!(error instanceof UntrustedError)) return error;
  const { path, link, file } = error;
  const distrust = findDistrust(path, link, file, currentUser());
  if (distrust === undefined) return error;
  const { reason, remedy } = distrust;
  return new ConfigError(`Cannot use ${path}: ${reason}`, {
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

/** The reason why a file cannot be trusted, and the remedy. */
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

/** Quotes a path for a shell. */
export function quote(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
