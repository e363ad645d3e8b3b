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
 * Warns of names that are probably mistakes: variables such as `ASSUME_ROLE_DURTION`, and
 * the file `assume-role.yml`.
 *
 * @returns whether there is such a name
 */
export function warnOfMisspelled(
  { env, misnamed }: {
    readonly env: Host["env"];
    readonly misnamed?: string;
  },
  reporter: Reporter,
): boolean {
  const misspelled = findUnknownVariables(env)
    .filter(({ remedy }) => remedy !== undefined)
    .map(formatUnknownVariable);
  if (misnamed !== undefined) {
    misspelled.push(`Ignoring ${misnamed}: the name must end in '.yaml'`);
  }
  misspelled.forEach(reporter.warn);
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
