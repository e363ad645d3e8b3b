import { removeIfPresent } from "../system/atomic_write.ts";
import { isHeld } from "../system/lock.ts";
import { within } from "../system/path.ts";
import { listPrivate, removeOlder } from "../system/private_directory.ts";
import {
  isLeftover,
  ORIGIN_NAME,
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
 * hours ago, the files of that age that killed processes left behind, and origins after 30
 * days. Removes the token of a credentials endpoint as soon as the endpoint's process has
 * ended.
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
  const tokens = listPrivate(directory).filter((name) => TOKEN_NAME.test(name));
  await Promise.all(
    tokens.map((name) => removeUnlessHeld(within(directory, name))),
  );
}

async function removeUnlessHeld(path: string): Promise<void> {
  if (!await isHeld(path)) await removeIfPresent(path);
}
