import { COPY_NAME } from "../aws/paths.ts";
import { isTemporary } from "../system/atomic_write.ts";
import { removeAbandoned } from "../system/held_file.ts";
import { removePage, removeTemporaries } from "../system/leftovers.ts";
import { IS_WINDOWS, within } from "../system/path.ts";
import { listPrivate } from "../system/list_private.ts";
import { removeOlder } from "../system/private_directory.ts";
import { removeAbandonedCopies } from "./abandoned_copies.ts";
import {
  COPY_LOCK_NAME,
  LOCK_NAME,
  ORIGIN_NAME,
  PAGE_RECORD_NAME,
  PLAN_NAME,
  SESSION_NAME,
  TOKEN_NAME,
} from "./file_names.ts";

/**
 * The age after which a session, a plan or a leftover file is removed: the longest
 * life of a session, which GetSessionToken allows.
 */
const MAX_AGE_MS = 36 * 3600_000;
/**
 * The age after which the origin of sessions is removed. Until then, a shell whose session
 * has expired can find the base credentials that the session was obtained from.
 */
const MAX_ORIGIN_AGE_MS = 30 * 24 * 3600_000;

/**
 * Tidies the cache directory: removes the sessions and plans that were saved more than 36
 * hours ago, and origins after 30 days. Removes everything that killed processes left
 * behind: temporary files, locks, tokens of endpoints, copies of AWS's files and the pages
 * of `--console`. Whether a process has ended shows by the lock that the process held;
 * without locks of the file system, leftovers are removed after 36 hours.
 */
export async function tidyDirectory(
  directory: string,
  now: number,
): Promise<void> {
  await removeOlder(
    directory,
    now,
    (name) =>
      ORIGIN_NAME.test(name)
        ? MAX_ORIGIN_AGE_MS
        : SESSION_NAME.test(name) || PLAN_NAME.test(name) || isLeftover(name)
        ? MAX_AGE_MS
        : undefined,
  );
  const names = listPrivate(directory);
  await Promise.all([
    removeTemporaries(directory, now),
    ...names.map((name) => removeLeftover(directory, name)),
  ]);
}

async function removeLeftover(directory: string, name: string): Promise<void> {
  const path = within(directory, name);
  if (COPY_LOCK_NAME.test(name)) await removeAbandonedCopies(directory, name);
  else if (PAGE_RECORD_NAME.test(name)) await removeAbandoned(path, removePage);
  else if (TOKEN_NAME.test(name)) await removeAbandoned(path);
  // On Windows, a process that waits for a lock does not notice that the file was removed.
  else if (LOCK_NAME.test(name) && !IS_WINDOWS) await removeAbandoned(path);
}

/**
 * Whether this is the name of a file that is removed when the process of the file ends. If
 * such a file is old, a killed process left the file behind.
 */
function isLeftover(name: string): boolean {
  return isTemporary(name) || COPY_NAME.test(name) ||
    [LOCK_NAME, TOKEN_NAME, COPY_LOCK_NAME, PAGE_RECORD_NAME]
      .some((pattern) => pattern.test(name));
}
