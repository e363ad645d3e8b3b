import type { PlanMemory } from "./entry.ts";
import { Store } from "./directory.ts";
import { sessionKey } from "../plan/cache_key.ts";
import type { CommandPlan, RunPlan } from "../plan/plan.ts";
import type { Past } from "./plan_cache.ts";

/**
 * Keeps what this run came to for those like it.
 *
 * @throws where it cannot be kept
 */
export async function remember(
  { directory, key }: Past,
  plan: RunPlan,
  { role, region, preserveEnv }: CommandPlan,
): Promise<void> {
  const memory: PlanMemory = {
    session: await sessionKey(plan),
    ...(role !== undefined && { role: { arn: role.arn } }),
    ...(region !== undefined && { region }),
    preserveEnv,
    refreshBeforeExpiry: plan.refreshBeforeExpiry,
  };
  await new Store(directory).savePlan(key, memory);
}
