// Pure: no I/O.
import type { Config } from "../config/config.ts";
import type { RunSettings } from "../plan/plan.ts";
import type { Source } from "../plan/source.ts";
import { keyName } from "../settings/names.ts";
import type { SettingName } from "../settings/setting_types.ts";

/** Formats the source of a setting: an option, a variable, or a place in a file. */
export function formatSource(
  source: Source,
  configs: readonly Config[],
): string {
  switch (source.kind) {
    case "option":
      return `option ${source.name}`;
    case "variable":
      return `variable ${source.name}`;
    case "profile":
      return `${source.key} of the profile '${source.profile}'`;
    case "default":
      return "default";
    case "file": {
      const config = configs.find(({ path }) => path === source.path);
      const place = config?.locate(source.keys);
      return place
        ? `${source.path}:${place.line}:${place.column}`
        : source.path;
    }
  }
}

/** Formats the sources of a plan's settings, except defaults. */
export function formatSources(
  plan: Pick<RunSettings, "sources">,
  configs: readonly Config[],
): string {
  return Object.entries(plan.sources)
    .filter(([, source]) => source.kind !== "default")
    .map(([name, source]) =>
      `${keyName(name as SettingName)} from ${formatSource(source, configs)}`
    )
    .join(", ");
}
