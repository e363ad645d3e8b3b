import { loadState } from "../cache/session_state.ts";
import type { Reporter } from "../host.ts";
import { sessionKey } from "../plan/cache_key.ts";
import {
  findRoleName,
  listRoleNames,
  lookUpIfUsable,
} from "../plan/look_up_role.ts";
import { reportOwnSession } from "./report_own_session.ts";
import type { RunPlan } from "../plan/plan.ts";
import type { PlanInput } from "../plan/resolve_hop.ts";
import { suggest } from "../settings/suggest.ts";

/** Reports what the user may not expect of a plan, before anything is requested. */
export async function reportPlan(
  plan: RunPlan,
  input: PlanInput,
  { reporter, now }: {
    readonly reporter: Reporter;
    readonly now: () => number;
  },
): Promise<void> {
  reportOwnSession(plan, reporter);
  await reportLikelyTypo(plan, input, reporter, now());
}

/**
 * Notes that the name of a role is probably mistyped, before the user is asked for an MFA
 * code. The name is one that only `role_prefix` makes a role, it is similar to a known name,
 * and the cache has no session of it.
 */
async function reportLikelyTypo(
  plan: RunPlan,
  input: PlanInput,
  reporter: Reporter,
  now: number,
): Promise<void> {
  const name = findRoleName(input);
  if (name === undefined || !("role" in plan)) return;
  const meaning = lookUpIfUsable(name, input);
  if (meaning?.kind !== "role" || meaning.by !== "prefix") return;
  const remedy = findRemedy(
    name,
    listRoleNames(input).map(({ name }) => name),
  );
  if (remedy === undefined) return;
  const key = await sessionKey(plan);
  if (loadState(plan, key, plan.role.arn, now).kind !== "none") return;
  const { note = reporter.explain } = reporter;
  note(`'${name}' is not a known role; ${remedy}`);
}

function findRemedy(
  name: string,
  known: readonly string[],
): string | undefined {
  if (name.split(",").length > 1) {
    return "a run assumes one role, and role_prefix makes this text one name";
  }
  if (/^\d{12}$/.test(name)) {
    return "an account ID is not enough to name a role";
  }
  const near = suggest(name.replace(/^role\//, ""), known);
  return near === undefined ? undefined : `did you mean '${near}'?`;
}
