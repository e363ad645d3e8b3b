// Pure: no I/O.
import type { FileFacts } from "../../system/inspect.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** What is in a file: what others must not read, or only must not change. */
export type Content = "secrets" | "settings";

/** Whether only the user, and root, gets at a file. */
export function checkFile(facts: FileFacts, content: Content): Finding {
  const { path, kind, owner, mayOthersRead, mayOthersWrite } = facts;
  if (kind === "nothing") return ok(`${path}: there is none`);
  if (owner === "another user") {
    return problem(
      `${path}: it belongs to another user`,
      `chown "$(id -u)" '${path}'`,
    );
  }
  if (mayOthersWrite) {
    return problem(`${path}: others may write to it`, `chmod go-w '${path}'`);
  }
  if (content === "secrets" && mayOthersRead) {
    return warning(
      `${path}: others may read the keys in it`,
      `chmod go-rwx '${path}'`,
    );
  }
  return ok(`${path}: it is yours alone to change`);
}

/**
 * Whether sessions can be kept.
 *
 * @param reason why the directory is no place for secrets, where it is none
 */
export function checkCache(
  path: string | undefined,
  reason: string | undefined,
): Finding {
  if (path === undefined) {
    return warning(
      "cache: there is no home directory for it",
      "set HOME, or ASSUME_ROLE_CACHE_DIR",
    );
  }
  return reason === undefined
    ? ok(`cache: ${path} is a place for secrets`)
    : problem(
      `cache: ${path} is not used: ${reason}`,
      "remove it or make it yours: every run asks AWS, and you for a code",
    );
}
