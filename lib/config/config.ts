// Pure: no I/O.
import type { SettingName, SettingValues } from "../settings/setting_types.ts";

/** Settings of a configuration file, or of an entry of `roles`. */
export type ConfigValues = {
  readonly [K in SettingName]?: SettingValues[K];
};

/** Position in a file. */
export interface Position {
  /** Line number; the first line is 1. */
  readonly line: number;
  /** Column number; the first column is 1. */
  readonly column: number;
}

/** Owner of a configuration file: the user (`~/.aws`) or a project. */
export type ConfigOwner = "user" | "project";

/** Validated content of an `assume-role.yaml`. */
export interface Config {
  /** The owner of the file. */
  readonly owner: ConfigOwner;
  /** The path of the file. */
  readonly path: string;
  /** The settings at the top level of the file. */
  readonly values: ConfigValues;
  /** The entries of `roles`, by name. */
  readonly roles: ReadonlyMap<string, ConfigValues>;
  /**
   * Finds the position of a key, for messages.
   *
   * @param keys The key after its parent keys, such as `["roles", "admin"]`.
   */
  readonly locate: (keys: readonly string[]) => Position;
}
