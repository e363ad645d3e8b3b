// Pure: no I/O.
import type { HomeAccess } from "../../system/home_access.ts";
import type { FileFacts } from "../../system/inspect_system.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/**
 * Kind of a file's content. No other user may change a file of either kind. No other user
 * may read a file with secrets.
 */
export type Content = "secrets" | "settings";

/** Text about the access of other users on Windows. */
const UNCHECKED = "the access of other users is not checked on Windows";

/** Checks that other users cannot change a file, and cannot read a file that has secrets. */
export function checkFile(facts: FileFacts, content: Content): Finding {
  const { path, kind, distrust, mayOthersRead, isUnchecked } = facts;
  if (kind === "nothing") return ok(`${path}: does not exist`);
  if (isUnchecked) return ok(`${path}: found; ${UNCHECKED}`);
  if (distrust !== undefined) {
    const { reason, remedy } = distrust;
    return problem(`${path}: ${reason}`, `check the contents, then ${remedy}`);
  }
  if (content === "secrets" && mayOthersRead) {
    return warning(
      `${path}: other users can read the credentials`,
      `run: chmod go-rwx '${path}'`,
    );
  }
  return ok(`${path}: other users cannot change the contents`);
}

/** Reports a file at a default path that cannot be read. */
export function checkUnread(path: string, reason: string): Finding {
  return warning(
    `${path}: ${reason}; runs go on without this file`,
    "make the file readable, or set HOME to your own home directory",
  );
}

/** Checks that assume-role may save files in `~/.aws`. */
export function checkHome(
  home: string,
  access: HomeAccess,
): readonly Finding[] {
  switch (access.kind) {
    case "own":
      return [];
    case "closed":
      return [warning(
        `home: ${home}/.aws cannot be searched, so nothing is saved there`,
        "set HOME to your own home directory, or set ASSUME_ROLE_CACHE_DIR",
      )];
    case "foreign": {
      const { owner } = access;
      return [warning(
        `home: ${home} belongs to user ${owner} and assume-role runs as root, so nothing is saved there`,
        `use 'sudo -H', run assume-role as user ${owner}, or set ASSUME_ROLE_CACHE_DIR`,
      )];
    }
  }
}

/**
 * Reports a cache directory in which no file can be created.
 *
 * @param isNamed Whether the user named the directory, so that runs fail
 */
export function reportUnwritableCache(
  path: string,
  reason: string,
  isNamed: boolean,
): Finding {
  return (isNamed ? problem : warning)(
    `cache: cannot write to ${path}: ${reason}`,
    "set ASSUME_ROLE_CACHE_DIR to a directory that you can write to: without a cache, every run calls AWS and may need an MFA code",
  );
}

/**
 * Checks that sessions can be cached.
 *
 * @param reason The reason why the directory is not safe for secrets; `undefined` if it
 * is safe.
 * @param isUnchecked Whether nothing is known about other users, as on Windows.
 */
export function checkCache(
  path: string | undefined,
  reason: string | undefined,
  isUnchecked = false,
): Finding {
  if (path === undefined) {
    return warning(
      "cache: there is no home directory",
      "set HOME or ASSUME_ROLE_CACHE_DIR",
    );
  }
  return reason === undefined
    ? ok(
      `cache: ${path} ${
        isUnchecked ? `is used; ${UNCHECKED}` : "is safe for secrets"
      }`,
    )
    : problem(
      `cache: ${path} is not used: ${reason}`,
      "remove the directory (with sudo if the directory belongs to root), or set ASSUME_ROLE_CACHE_DIR to a directory of your own: without a cache, every run calls AWS and may need an MFA code",
    );
}
