// Pure: no I/O.
import type { SettingName, SettingValues } from "../settings/setting.ts";
import { SETTING_NAMES } from "../settings/settings.ts";
import { FORMATS } from "../settings/options.ts";
import type { ChainStart, RolePlan, RunPlan, Source } from "./plan.ts";
import { DEFAULT_DURATION } from "./request.ts";
import { resolveTargetPlan } from "./resolve_plan.ts";
import { resolveTarget } from "./resolve_role.ts";
import {
  DEFAULT_REFRESH_BEFORE_EXPIRY,
  type PlanInput,
} from "./resolve_hop.ts";
import { SettingResolver } from "./setting_resolver.ts";
import { resolveChainStart } from "./chain_start.ts";

/** A setting, and how it came to its value. */
export interface ExplainedSetting {
  readonly name: SettingName;
  /** Absent where there is none. */
  readonly value?: SettingValues[SettingName];
  readonly source: Source;
}

/** What would be done, and why; as far as it can be told. */
export interface Explanation {
  readonly settings: readonly ExplainedSetting[];
  readonly plan?: ChainStart | RolePlan | RunPlan;
  /** What keeps it from being told to the end. */
  readonly problem?: unknown;
}

/** What is decided where nobody says anything, whether there is a role or not. */
const DEFAULTS: Partial<SettingValues> = {
  duration: DEFAULT_DURATION,
  refreshBeforeExpiry: DEFAULT_REFRESH_BEFORE_EXPIRY,
  forceRefresh: false,
  noInput: false,
  format: FORMATS[0],
  server: false,
  writeProfile: true,
  verbose: false,
  quiet: false,
};

/** Tells what the settings are, and what follows from them. */
export async function explainPlan(
  input: PlanInput,
  names: readonly SettingName[] = SETTING_NAMES,
): Promise<Explanation> {
  let resolver = new SettingResolver(
    input,
    input.options.role ?? input.variables.role,
  );
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
