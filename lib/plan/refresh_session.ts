// Pure: no I/O.
import { SESSION_VARIABLE } from "../settings/names.ts";
import { cacheKey } from "./cache_key.ts";
import {
  firstBaseOf,
  hideSession,
  sessionFingerprint,
  undefinedIfRefused,
} from "./own_session.ts";
import type { RolePlan } from "./plan.ts";
import { type PlanInput, resolveRolePlan } from "./resolve_hop.ts";
import { resolveTarget, type RoleTarget } from "./resolve_target.ts";

type PlanWithRegion = RolePlan & { readonly region?: string };

/**
 * Plans to assume a role. If the environment has an unmarked session that was obtained
 * by the same plan, the plan is made without the session's variables, so that the
 * session can be refreshed.
 */
export async function resolveRefreshablePlan(
  target: RoleTarget,
  input: PlanInput,
): Promise<PlanWithRegion> {
  const plan = await resolveRolePlan(target, input, []);
  const { env, loadOrigin } = input;
  if (loadOrigin === undefined || isInsideCommand(env)) return plan;
  const { fingerprint, ownSession } = firstBaseOf(plan);
  const session = await sessionFingerprint(env);
  if (fingerprint !== session || ownSession !== undefined) return plan;
  const hidden = { ...input, ...hideSession(env) };
  const first = await undefinedIfRefused(async () => {
    // A target of its own, so that a rejected plan leaves no sources of settings.
    const again = resolveTarget(input);
    return again?.kind === "role"
      ? await resolveRolePlan(again, hidden, [])
      : undefined;
  });
  const origin = first && loadOrigin(await cacheKey(first));
  return origin?.sessions.includes(session)
    ? await resolveRolePlan(target, hidden, [])
    : plan;
}

/** Whether assume-role runs in a command that another assume-role runs. */
function isInsideCommand(env: PlanInput["env"]): boolean {
  return !!env.ASSUME_ROLE_ARN && !env[SESSION_VARIABLE];
}
