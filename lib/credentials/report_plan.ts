import { loadState } from "../cache/session_state.ts";
import type { Reporter } from "../host.ts";
import { sessionKey } from "../plan/cache_key.ts";
import {
  findRoleName,
  listCachedNames,
  listRoleNames,
  lookUpIfUsable,
} from "../plan/look_up_role.ts";
import { reportOwnSession } from "./report_own_session.ts";
import type { RunPlan } from "../plan/plan.ts";
import type { PlanInput } from "../plan/resolve_hop.ts";
import { explainForeignVerb } from "../settings/foreign_verbs.ts";
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
 * code. The name is one that only `role_prefix` makes a role, it is similar to a known name or
 * to a role of the cache, and the cache has no session of it.
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
  const key = await sessionKey(plan);
  if (loadState(plan, key, plan.role.arn, now).kind !== "none") return;
  const remedy = findRemedy(name, {
    configured: listRoleNames(input).map(({ name }) => name),
    cached: listCachedNames(input),
  });
  if (remedy === undefined) return;
  const { note = reporter.explain } = reporter;
  note(`'${name}' is not a known role; ${remedy}`);
}

/**
 * Finds a cached name that differs in one letter, or only in the order of its letters. Names
 * with other digits, such as `team-1` and `team-2`, are names of different roles.
 */
function suggestCached(
  name: string,
  cached: readonly string[],
): string | undefined {
  if (cached.includes(name)) return undefined;
  const sorted = (text: string) => [...text].sort().join("");
  const digits = (text: string) => text.replace(/\D/g, "");
  const similar = cached.filter((other) => digits(other) === digits(name));
  return suggest(name, similar, 1) ??
    suggest(
      name,
      similar.filter((other) => sorted(other) === sorted(name)),
      2,
    );
}

function findRemedy(
  name: string,
  { configured, cached }: {
    readonly configured: readonly string[];
    readonly cached: readonly string[];
  },
): string | undefined {
  if (name.split(",").length > 1) {
    return "a run assumes one role, and role_prefix makes this text one name";
  }
  if (/^\d{12}$/.test(name)) {
    return "an account ID is not enough to name a role";
  }
  const [, option] = /'assume-role (--[\w-]+)'/.exec(
    explainForeignVerb(name) ?? "",
  ) ?? [];
  if (option !== undefined) return `did you mean '${option}'?`;
  const short = name.replace(/^role\//, "");
  // The cache knows only the roles that were used before, so that a new role is often
  // similar to a cached one, such as 'prod-ops' to 'dev-ops'.
  const near = suggest(short, configured) ?? suggestCached(short, cached);
  return near === undefined ? undefined : `did you mean '${near}'?`;
}
