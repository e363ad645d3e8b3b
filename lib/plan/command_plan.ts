// Pure: no I/O.
import { type Credentials, roleOf } from "../aws/credentials.ts";
import type { CommandPlan, RunPlan } from "./plan.ts";

/** Selects the values that are needed to run a command. */
export function toCommandPlan(
  { preserveEnv, region }: RunPlan,
  credentials: Credentials,
): CommandPlan {
  const role = roleOf(credentials);
  return {
    preserveEnv,
    ...(region !== undefined && { region }),
    ...(role !== undefined && { role }),
  };
}
