// Pure: no I/O.
import type { Options } from "../cli/invocation.ts";
import type { Config } from "../config/config.ts";
import { keyName, optionName, variableName } from "../settings/names.ts";
import type { SettingName, SettingValues } from "../settings/setting.ts";
import { SETTINGS } from "../settings/settings.ts";
import type { Source } from "./plan.ts";

/** What options, variables and files say, in the order of their precedence. */
export interface Layers {
  /** What the options say. */
  readonly options: Options;
  /** What `ASSUME_ROLE_*` variables say. */
  readonly variables: Options;
  /** The project's file before the user's. */
  readonly configs: readonly Config[];
}

/** What a role says of itself beside its entry of `roles`: see `profileSettings()`. */
export type OwnSettings = {
  readonly [K in SettingName]?: readonly (readonly [
    SettingValues[K] | undefined,
    Source,
  ])[];
};

/** Decides the settings one by one and remembers where each came from. */
export class SettingResolver {
  readonly sources: { [K in SettingName]?: Source } = {};
  /** What was decided so far. */
  readonly values: { [K in SettingName]?: SettingValues[K] } = {};
  readonly #layers: Layers;
  readonly #role: string | undefined;
  readonly #own: OwnSettings;

  constructor(
    layers: Layers,
    role: string | undefined,
    own: OwnSettings = {},
  ) {
    this.#layers = layers;
    this.#role = role;
    this.#own = own;
  }

  /**
   * The value of a setting: option, variable, the role's entry, what the role
   * says of itself, project file, user file, then what is given here. Some lists
   * add up over all of them.
   */
  resolve<K extends SettingName>(
    name: K,
    ...fallbacks: readonly (readonly [SettingValues[K] | undefined, Source])[]
  ): SettingValues[K] | undefined {
    const given = [...this.#layered(name), ...fallbacks]
      .filter(([value]) => value !== undefined);
    const first = given[0];
    if (first === undefined) return undefined;
    this.sources[name] = first[1];
    this.values[name] = first[0]!;
    if (SETTINGS[name].list !== "add") return first[0];
    // Only the settings that are lists get here.
    const all: unknown = given.flatMap(([value]) => value as readonly string[]);
    return this.values[name] = all as SettingValues[K];
  }

  #layered<K extends SettingName>(
    name: K,
  ): (readonly [SettingValues[K] | undefined, Source])[] {
    const { options, variables, configs } = this.#layers;
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
