// Pure: no I/O.
import type { Config } from "../config/config.ts";
import type { RunSettings } from "../plan/plan.ts";
import type { Source } from "../plan/source.ts";
import { keyName } from "../settings/names.ts";
import type { SettingName } from "../settings/setting_types.ts";

/** Source of a setting, with the position in its file. */
export type SourceFacts =
  | Exclude<Source, { readonly kind: "file" }>
  | {
    readonly kind: "file";
    readonly path: string;
    /** Absent if the file has no position for the setting. */
    readonly line?: number;
    readonly column?: number;
  };

/** Finds the position of a source that is a file. */
export function locateSource(
  source: Source,
  configs: readonly Config[],
): SourceFacts {
  if (source.kind !== "file") return source;
  const { path, keys } = source;
  const config = configs.find((config) => config.path === path);
  return { kind: "file", path, ...config?.locate(keys) };
}

/** Formats the source of a setting: an option, a variable, or a place in a file. */
export function formatSource(
  source: Source,
  configs: readonly Config[],
): string {
  return formatSourceFacts(locateSource(source, configs));
}

/** Formats the source of a setting after {@linkcode locateSource}. */
export function formatSourceFacts(source: SourceFacts): string {
  switch (source.kind) {
    case "option":
      return `option ${source.name}`;
    case "variable":
      return `variable ${source.name}`;
    case "profile":
      return `${source.key} of the profile '${source.profile}'`;
    case "default":
      return "default";
    case "file":
      return [source.path, source.line, source.column]
        .filter((part) => part !== undefined).join(":");
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
