// Pure: no I/O.
import type { Options } from "../cli/invocation.ts";
import type { Config } from "../config/config.ts";
import { keyName, optionName, variableName } from "../settings/names.ts";
import type { SettingName, SettingValues } from "../settings/setting_types.ts";
import { SETTINGS } from "../settings/settings.ts";
import type { Source } from "./source.ts";

/** Settings from each kind of source, highest precedence first. */
export interface SettingLayers {
  /** Settings from options. */
  readonly options: Options;
  /** Settings from `ASSUME_ROLE_*` variables. */
  readonly variables: Options;
  /** Settings from configuration files: the project file, then the user file. */
  readonly configs: readonly Config[];
  /** Source of the role in `options`, if the role is not that of the command line. */
  readonly roleSource?: Source | undefined;
}

/** Value that a source has for a setting, and the source; the value may be `undefined`. */
export type Candidate<T> = readonly [value: T | undefined, source: Source];

/** Settings of one role from the keys of its AWS profile; see `parseProfileSettings()`. */
export type OwnSettings = {
  readonly [K in SettingName]?: readonly Candidate<SettingValues[K]>[];
};

/** Whether a setting was given for one role, instead of as a default for all roles. */
export function isForThisRole(source: Source | undefined): boolean {
  return source?.kind === "option" ||
    source?.kind === "variable" && source.name.startsWith("ASSUME_ROLE_") ||
    source?.kind === "file" && source.keys[0] === "roles";
}

/** Whether a project's `assume-role.yaml` gave a setting. */
export function isFromProject(
  source: Source | undefined,
  { configs }: Pick<SettingLayers, "configs">,
): boolean {
  return source?.kind === "file" &&
    configs.some(({ path, owner }) =>
      path === source.path && owner === "project"
    );
}

/** Resolves settings by precedence and records their sources. */
export class SettingResolver {
  /** Sources of the settings that are resolved so far. */
  readonly sources: { [K in SettingName]?: Source } = {};
  /** Values of the settings that are resolved so far. */
  readonly values: { [K in SettingName]?: SettingValues[K] } = {};
  readonly #layers: SettingLayers;
  readonly #role: string | undefined;
  readonly #own: OwnSettings;

  constructor(
    layers: SettingLayers,
    role: string | undefined,
    own: OwnSettings = {},
  ) {
    this.#layers = layers;
    this.#role = role;
    this.#own = own;
  }

  /**
   * Resolves a setting. The precedence is: option, variable, the role's entry of `roles`,
   * the keys of the role's AWS profile, top-level key of the project file, top-level key
   * of the user file, the parameter `fallbacks`. If the setting has `list: "add"`, the
   * values of all sources are combined.
   */
  resolve<K extends SettingName>(
    name: K,
    ...fallbacks: readonly Candidate<SettingValues[K]>[]
  ): SettingValues[K] | undefined {
    return this.#choose(name, [...this.#layerCandidates(name), ...fallbacks]);
  }

  /** As `resolve()`, but the user's file comes before the project's file. */
  resolveUserFirst(name: "rolePrefix"): string | undefined {
    const configs = this.#layers.configs.toReversed();
    return this.#choose(name, this.#layerCandidates(name, configs));
  }

  #choose<K extends SettingName>(
    name: K,
    all: readonly Candidate<SettingValues[K]>[],
  ): SettingValues[K] | undefined {
    const candidates = all.filter(([value]) => value !== undefined);
    const first = candidates[0];
    if (first === undefined) return undefined;
    this.sources[name] = first[1];
    this.values[name] = first[0]!;
    if (SETTINGS[name].list !== "add") return first[0];
    // The value of a setting with `list` is an array. The types do not show this fact.
    const combined: unknown = candidates.flatMap(([value]) =>
      value as readonly string[]
    );
    return this.values[name] = combined as SettingValues[K];
  }

  /**
   * Combines the lists that the configuration files of one owner have for a setting with
   * `list: "add"`, from the role's entry of `roles` and from the top-level key.
   */
  combineFromFiles(
    name: "envKeep",
    owner: Config["owner"],
  ): readonly string[] {
    const role = this.#role;
    return this.#layers.configs.filter((config) => config.owner === owner)
      .flatMap(({ roles, values }) => [
        ...(role === undefined ? [] : roles.get(role)?.[name] ?? []),
        ...(values[name] ?? []),
      ]);
  }

  #layerCandidates<K extends SettingName>(
    name: K,
    configs: readonly Config[] = this.#layers.configs,
  ): Candidate<SettingValues[K]>[] {
    const { options, variables } = this.#layers;
    const role = this.#role;
    const key = keyName(name);
    return [
      [options[name], { kind: "option", name: optionName(name) }],
      [variables[name], { kind: "variable", name: variableName(name) }],
      ...configs.map(({ path, roles }) =>
        [
          role === undefined ? undefined : roles.get(role)?.[name],
          { kind: "file", path, keys: ["roles", role ?? "", key] },
        ] as const
      ),
      ...this.#own[name] ?? [],
      ...configs.map(({ path, values }) =>
        [values[name], { kind: "file", path, keys: [key] }] as const
      ),
    ];
  }
}
