import {
  isOutdated,
  separateSavedProfiles,
} from "../aws/separate_saved_profiles.ts";
import type { Credentials } from "../aws/credentials.ts";
import { sessionKey } from "../plan/cache_key.ts";
import type { ObservedReads } from "../plan/observe_reads.ts";
import type { CommandPlan, RolePlan, RunPlan } from "../plan/plan.ts";
import { readTextIfPresent, versionOf } from "../system/files.ts";
import { kindOf } from "../system/read_file.ts";
import { CacheDirectory } from "./cache_directory.ts";
import { findSaved, readsSavedProfile, type RunInputs } from "./plan_cache.ts";

/** The result of a plan, which is stored with the plan. */
interface PlanResult {
  readonly plan: RunPlan;
  readonly credentials: Credentials;
  readonly commandPlan: CommandPlan;
}

/**
 * Stores a plan for later runs with the same inputs. A plan is not stored if it was made
 * from a profile that assume-role saved, or if its session could not be saved as a
 * profile: the next run then tries to save the session again.
 *
 * @param reads the profiles that the plan was made from, and the files that were missing
 * @throws If the plan cannot be written
 */
export async function storePlan(
  { directory, key, savedProfiles, versions }: RunInputs,
  { plan, credentials, commandPlan }: PlanResult,
  reads: Pick<ObservedReads, "profiles" | "missing">,
  now: number,
): Promise<void> {
  const profiles = [...reads.profiles];
  if (readsSavedProfile(profiles, savedProfiles)) return;
  const target = "role" in plan ? await findTarget(plan) : undefined;
  if (target !== undefined && await isMissing(target, credentials, now)) {
    return;
  }
  const { role, region, preserveEnv } = commandPlan;
  await new CacheDirectory(directory).savePlan(key, {
    session: await sessionKey(plan),
    ...(role !== undefined && { role: { arn: role.arn } }),
    ...(region !== undefined && { region }),
    preserveEnv,
    refreshBeforeExpiry: plan.refreshBeforeExpiry,
    profiles,
    missing: [...reads.missing],
    ...(target !== undefined && { savedProfile: target.name }),
    stamps: versions.map(({ path }) => versionOf(path, "", 0).stamp),
  });
}

type Target = NonNullable<RolePlan["savedProfile"]>;

/** Returns the profile that must hold the session; `undefined` if none can or must. */
async function findTarget(
  { savedProfile }: RolePlan,
): Promise<Target | undefined> {
  if (savedProfile === undefined) return undefined;
  if (savedProfile.isTaken || savedProfile.refusal) return undefined;
  // The user chose a device such as /dev/null, which keeps no profile.
  const isDevice = await kindOf(savedProfile.file) === "device";
  return isDevice ? undefined : savedProfile;
}

async function isMissing(
  { file, name }: Target,
  credentials: Credentials,
  now: number,
): Promise<boolean> {
  const text = await readTextIfPresent(file) ?? "";
  const { savedProfiles } = separateSavedProfiles(text);
  return isOutdated(findSaved(savedProfiles, name), credentials, now);
}
