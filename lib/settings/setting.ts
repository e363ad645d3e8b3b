// Pure: no I/O.
import type { PolicySource, Tag } from "./request_values.ts";
import type { Format } from "./values.ts";

/** Every setting with the type of its value. */
export interface SettingValues {
  role: string;
  roleSessionName: string;
  forceRefresh: boolean;
  duration: number;
  externalId: string;
  sourceIdentity: string;
  tags: readonly Tag[];
  transitiveTags: readonly string[];
  policy: PolicySource;
  policyArns: readonly string[];
  profile: string;
  region: string;
  mfaSerial: string;
  mfaToken: string;
  mfaCommand: string;
  mfaSession: number;
  noInput: boolean;
  preserveEnv: readonly string[];
  format: Format;
  server: boolean;
  config: string;
  console: boolean;
  whoami: boolean;
  list: boolean;
  explain: boolean;
  doctor: boolean;
  clearCache: boolean;
  verbose: boolean;
  quiet: boolean;
  version: boolean;
  help: boolean;
  roleArn: string;
  via: string;
  rolePrefix: string;
  profileNamePrefix: string;
  refreshBeforeExpiry: number;
  writeProfile: boolean;
  envKeep: readonly string[];
}

/** The name of a setting, in the spelling of the code. */
export type SettingName = keyof SettingValues;

/** The groups of `--help`, in its order. */
export const GROUPS = {
  role: "The role and its session",
  base: "Where the base credentials come from",
  mfa: "Multi-factor authentication",
  run: "The command and the output",
  other: "Other",
} as const;

/** How a setting looks on the command line. */
export interface OptionFace {
  /** Its name, where it is not the setting's: one of many is called by the singular. */
  readonly name?: string;
  readonly short?: string;
  /** What the option's value is called; an option without one is a flag. */
  readonly placeholder?: string;
  /** The value that the option has when it is given alone. */
  readonly alone?: string;
  readonly group: keyof typeof GROUPS;
  readonly help: string;
}

/** Where a setting may stand in `assume-role.yaml`. */
export interface KeyFace {
  /** Where: at the top of the file, in an entry of `roles`, or in both. */
  readonly in: "file" | "role" | "both";
  /** Whether only the user's own `~/.aws/assume-role.yaml` may set it: it runs programs. */
  readonly userFileOnly?: true;
}

/** One row of {@linkcode SETTINGS}. */
export interface Setting<T> {
  /** Reads a value, or throws an `InvalidValueError` with the reason. */
  readonly parse: (text: string) => T;
  readonly option?: OptionFace;
  readonly key?: KeyFace;
  /**
   * Whether there are several values: those of all places add up, or those of
   * the first place that has any replace the others.
   */
  readonly list?: "add" | "replace";
  /** How a mapping of the file is written as text, where it may be one. */
  readonly fromMapping?: (mapping: Readonly<Record<string, unknown>>) => string;
  /** Whether the value must never be shown, not even in an error. */
  readonly secret?: true;
}
