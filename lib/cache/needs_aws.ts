import type { OptionTexts } from "../cli/argv.ts";
import { exists } from "../system/files.ts";
import { listPrivate } from "../system/list_private.ts";
import { within } from "../system/path.ts";
import { LOCK_NAME, lockName, SESSION_NAME } from "./file_names.ts";
import type { RunInputs } from "./plan_cache.ts";
import { loadFresh, loadPlan } from "./read.ts";

/**
 * Whether a run without a usable stored plan needs a session of AWS, as far as this can be
 * known without a new plan: the session of the stored plan must be refreshed, or there is no
 * session at all. If another run holds the lock, that run is obtaining the session.
 */
export function needsAws(
  { directory, key }: RunInputs,
  { forceRefresh }: OptionTexts,
  now: number,
): boolean {
  if (forceRefresh !== undefined) return true;
  const plan = loadPlan(directory, key);
  if (plan === undefined) return !hasSessionsOrLocks(directory);
  const { session, role, refreshBeforeExpiry } = plan;
  const policy = { roleArn: role?.arn, refreshBeforeExpiry };
  return loadFresh(directory, session, policy, now) === undefined &&
    !exists(within(directory, lockName(session)));
}

function hasSessionsOrLocks(directory: string): boolean {
  try {
    return listPrivate(directory).some((name) =>
      SESSION_NAME.test(name) || LOCK_NAME.test(name)
    );
  } catch {
    return false; // a run uses no session of a directory that is not safe
  }
}
