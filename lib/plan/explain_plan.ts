// Pure: no I/O.
import type { SettingName, SettingValues } from "../settings/setting_types.ts";
import { SETTING_NAMES } from "../settings/settings.ts";
import { FORMATS } from "../settings/options.ts";
import type { ChainStart, RolePlan, RunPlan } from "./plan.ts";
import type { Source } from "./source.ts";
import { DEFAULT_DURATION_SECONDS } from "./resolve_request.ts";
import { resolveTargetPlan } from "./resolve_plan.ts";
import { findRoleName } from "./look_up_role.ts";
import { resolveTarget } from "./resolve_target.ts";
import {
  DEFAULT_REFRESH_BEFORE_EXPIRY_SECONDS,
  type PlanInput,
} from "./resolve_hop.ts";
import { SettingResolver } from "./setting_resolver.ts";
import { resolveChainStart } from "./plan_without_role.ts";

/** Value of a setting, and the source of the value. */
export interface ExplainedSetting {
  readonly name: SettingName;
  /** Absent if the setting has no value. */
  readonly value?: SettingValues[SettingName];
  readonly source: Source;
}

/** Settings of a run, and the run's plan. If planning failed, `problem` replaces `plan`. */
export interface Explanation {
  readonly settings: readonly ExplainedSetting[];
  readonly plan?: ChainStart | RolePlan | RunPlan;
  /** Error of planning; absent if planning succeeded. */
  readonly problem?: unknown;
}

/** Default values of settings that no option, variable, file or profile sets. */
const DEFAULTS: Partial<SettingValues> = {
  duration: DEFAULT_DURATION_SECONDS,
  refreshBeforeExpiry: DEFAULT_REFRESH_BEFORE_EXPIRY_SECONDS,
  forceRefresh: false,
  noInput: false,
  format: FORMATS[0],
  server: false,
  writeProfile: true,
  verbose: false,
  quiet: false,
};

/**
 * Resolves the named settings of a run, and the run's plan. If planning fails, returns
 * the error and does not throw it.
 */
export async function explainPlan(
  input: PlanInput,
  names: readonly SettingName[] = SETTING_NAMES,
): Promise<Explanation> {
  let resolver = new SettingResolver(input, findRoleName(input));
  let outcome: Pick<Explanation, "plan" | "problem">;
  try {
    const target = resolveTarget(input);
    if (target !== undefined) resolver = target.resolver;
    const plan = target === undefined
      ? await resolveChainStart(input, resolver)
      : await resolveTargetPlan(target, input);
    outcome = { plan };
  } catch (problem) {
    outcome = { problem };
  }
  const settings = names.map((name) => explainSetting(name, resolver));
  return { settings, ...outcome };
}

function explainSetting(
  name: SettingName,
  resolver: SettingResolver,
): ExplainedSetting {
  if (resolver.sources[name] === undefined) resolver.resolve(name);
  const value = resolver.values[name] ?? DEFAULTS[name];
  const source = resolver.sources[name] ?? { kind: "default" };
  return { name, source, ...(value !== undefined && { value }) };
}
