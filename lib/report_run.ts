import type { Host, Reporter } from "./host.ts";
import type { RunPlan } from "./plan/plan.ts";
import type { SettingLayers } from "./plan/setting_resolver.ts";
import { unreadableText } from "./settings/names.ts";
import {
  findUnknownVariables,
  formatUnknownVariable,
  isOn,
} from "./settings/variables.ts";

/** Reports the source of each setting, with `--verbose` only. */
export async function reportSettings(
  plan: RunPlan,
  layers: SettingLayers,
  reporter: Reporter,
): Promise<void> {
  if (!isOn("verbose", layers)) return;
  const { formatSources } = await import("./output/setting_source.ts");
  reporter.explain(`settings: ${formatSources(plan, layers.configs)}`);
}

/**
 * Warns of variables whose names are probably mistakes, such as `ASSUME_ROLE_DURTION`.
 *
 * @returns whether there is such a variable
 */
export function warnOfMisspelled(
  env: Host["env"],
  reporter: Reporter,
): boolean {
  const misspelled = findUnknownVariables(env)
    .filter(({ remedy }) => remedy !== undefined);
  misspelled.forEach((it) => reporter.warn(formatUnknownVariable(it)));
  return misspelled.length > 0;
}

/**
 * Reports the variables that the command does not get because their values are not UTF-8,
 * with `--verbose` only.
 */
export async function reportUnreadable(
  host: Host,
  { preserveEnv }: RunPlan,
  layers: SettingLayers,
  reporter: Reporter,
): Promise<void> {
  if (!isOn("verbose", layers)) return;
  const { unreadableVariables } = await import(
    "./command/find_unreadable_variables.ts"
  );
  const names = await unreadableVariables(host, preserveEnv);
  if (names.length > 0) reporter.explain(unreadableText(names));
}
