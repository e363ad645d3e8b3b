// Pure: no I/O.
import type { SettingName, SettingValues } from "../settings/setting.ts";

/** The settings of a file, or of one entry of its `roles`. */
export type ConfigValues = {
  readonly [K in SettingName]?: SettingValues[K];
};

/** A line and a column of a file, both counted from 1. */
export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** One `assume-role.yaml`, read and validated. */
export interface Config {
  /** The file. */
  readonly path: string;
  /** Its settings. */
  readonly values: ConfigValues;
  /** The entries of `roles`, by name. */
  readonly roles: ReadonlyMap<string, ConfigValues>;
  /** Where the key that these keys lead to stands, such as `["roles", "admin"]`. */
  readonly locate: (keys: readonly string[]) => Position;
}
