import type { PlanMemory } from "./credentials/entries.ts";
import { Store } from "./credentials/store.ts";
import { cacheKey } from "./plan/cache_key.ts";
import type { Plan } from "./plan/plan.ts";
import type { Past } from "./recall.ts";

/**
 * Keeps what this run came to for those like it.
 *
 * @throws where it cannot be kept
 */
export async function remember(
  { directory, key }: Past,
  plan: Plan,
): Promise<void> {
  const { role, region, preserveEnv, refreshBeforeExpiry } = plan;
  const memory: PlanMemory = {
    session: await cacheKey(plan),
    role: { arn: role.arn },
    ...(region !== undefined && { region }),
    preserveEnv,
    refreshBeforeExpiry,
  };
  await new Store(directory).savePlan(key, memory);
}
