import type { Host, Reporter } from "./host.ts";
import type { RunPlan } from "./plan/plan.ts";
import type { SettingLayers } from "./plan/setting_resolver.ts";
import { unreadableText } from "./settings/names.ts";

/** Reports the source of each setting, with `--verbose` only. */
export async function reportSettings(
  plan: RunPlan,
  { options, configs }: SettingLayers,
  reporter: Reporter,
): Promise<void> {
  if (!options.verbose) return;
  const { formatSources } = await import("./output/setting_source.ts");
  reporter.explain(`settings: ${formatSources(plan, configs)}`);
}

/** Reports the variables that the command does not get because their values are not UTF-8. */
export async function reportUnreadable(
  host: Host,
  { preserveEnv }: RunPlan,
  reporter: Reporter,
): Promise<void> {
  const { unreadableVariables } = await import(
    "./command/find_unreadable_variables.ts"
  );
  const names = await unreadableVariables(host, preserveEnv);
  if (names.length > 0) reporter.explain(unreadableText(names));
}
