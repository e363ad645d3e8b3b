import type { StoredPlan } from "./entry.ts";
import { CacheDirectory } from "./directory.ts";
import { sessionKey } from "../plan/cache_key.ts";
import type { CommandPlan, RunPlan } from "../plan/plan.ts";
import type { RunInputs } from "./plan_cache.ts";

/**
 * Keeps what this run came to for those like it.
 *
 * @throws where it cannot be kept
 */
export async function saveRun(
  { directory, key }: RunInputs,
  plan: RunPlan,
  { role, region, preserveEnv }: CommandPlan,
): Promise<void> {
  const memory: StoredPlan = {
    session: await sessionKey(plan),
    ...(role !== undefined && { role: { arn: role.arn } }),
    ...(region !== undefined && { region }),
    preserveEnv,
    refreshBeforeExpiry: plan.refreshBeforeExpiry,
  };
  await new CacheDirectory(directory).savePlan(key, memory);
}
