// Pure: no I/O.
// Lets a shell refresh a session that assume-role printed without `ASSUME_ROLE_SESSION`, as
// with `--format env-no-export`. Without this module, assume-role would use the session to
// assume the same role again.
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
 * Plans to assume a role. The environment can have a session that an earlier run obtained
 * for the same role and settings, but that was printed without `ASSUME_ROLE_SESSION`. If
 * so, the plan ignores the variables of this session, so that the session can be
 * refreshed.
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
    // Use a new target for this attempt, because planning records the sources of settings
    // in the target. If the plan of this attempt is not used, the old target must not be
    // changed.
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

/** Whether this process runs inside a command that another process of assume-role started. */
function isInsideCommand(env: PlanInput["env"]): boolean {
  return !!env.ASSUME_ROLE_ARN && !env[SESSION_VARIABLE];
}
