import type { OptionTexts } from "../cli/argv.ts";
import { listPrivate } from "../system/list_private.ts";
import { LOCK_NAME, SESSION_NAME } from "./file_names.ts";
import type { RunInputs } from "./plan_cache.ts";
import { loadFresh, loadPlan } from "./read.ts";

/**
 * Whether a run without a usable stored plan needs a session of AWS, as far as this can be
 * known without a new plan: the session of the stored plan must be refreshed, or there is no
 * session at all. If another run holds a lock, that run is probably obtaining the session.
 */
export function needsAws(
  { directory, key }: RunInputs,
  { forceRefresh }: OptionTexts,
  now: number,
): boolean {
  if (forceRefresh !== undefined) return true;
  const names = listNames(directory);
  if (names.some((name) => LOCK_NAME.test(name))) return false;
  const plan = loadPlan(directory, key);
  if (plan === undefined) return !names.some((name) => SESSION_NAME.test(name));
  const { session, role, refreshBeforeExpiry } = plan;
  const policy = { roleArn: role?.arn, refreshBeforeExpiry };
  return loadFresh(directory, session, policy, now) === undefined;
}

function listNames(directory: string): readonly string[] {
  try {
    return listPrivate(directory);
  } catch {
    return []; // a run uses no session of a directory that is not safe
  }
}
