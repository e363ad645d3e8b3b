// Pure: no I/O.
import type { PolicySource, Tag } from "./session_parsers.ts";
import type { Completions, Format } from "./parsers.ts";

/** Every setting with the type of its value. */
export interface SettingValues {
  /** An entry of `roles`, an AWS profile, an ARN, or a name for `role_prefix`. */
  role: string;
  /** The session's name. */
  roleSessionName: string;
  /** Whether cached credentials will not do. */
  forceRefresh: boolean;
  /** How long the session lasts, in seconds. */
  duration: number;
  /** The external id that the role's trust policy wants. */
  externalId: string;
  /** Who is behind the session. */
  sourceIdentity: string;
  /** Session tags. */
  tags: readonly Tag[];
  /** The keys of tags that the next role of a chain gets too. */
  transitiveTags: readonly string[];
  /** A session policy that narrows the role. */
  policy: PolicySource;
  /** ARNs of managed policies that narrow the role. */
  policyArns: readonly string[];
  /** The AWS profile that supplies the base credentials or, without a role, the session. */
  profile: string;
  /** The region for STS and the command. */
  region: string;
  /** The MFA device. */
  mfaSerial: string;
  /** A one-time code. */
  mfaToken: string;
  /** A command line that prints a one-time code. */
  mfaCommand: string;
  /** How long a session lasts that one code is given for, in seconds. */
  mfaSession: number;
  /** Whether nobody may be asked. */
  noInput: boolean;
  /** Variables that the command gets too: names or patterns. */
  preserveEnv: readonly string[];
  /** How credentials are printed. */
  format: Format;
  /** Whether the command is served credentials that are always fresh. */
  server: boolean;
  /** The configuration file to use instead of the search. */
  config: string;
  /** Whether to sign in to AWS's console. */
  console: boolean;
  /** Whether to tell who the caller and the role's session are. */
  whoami: boolean;
  /** Whether to list the known roles. */
  list: boolean;
  /** Whether to tell what a run would do, and why. */
  explain: boolean;
  /** Whether to look for what is wrong. */
  doctor: boolean;
  /** Whether to write a first configuration. */
  init: boolean;
  /** What the shell is to complete with. */
  completions: Completions;
  /** Whether to forget sessions. */
  clearCache: boolean;
  /** Whether to say what is done, and why. */
  verbose: boolean;
  /** Whether to leave warnings out. */
  quiet: boolean;
  /** Whether to print the version. */
  version: boolean;
  /** Whether to print the help. */
  help: boolean;
  /** The ARN of an entry of `roles`. */
  roleArn: string;
  /** The entry of `roles` that the role is assumed from. */
  via: string;
  /** Completes a role's name to its ARN. */
  rolePrefix: string;
  /** What the names of saved profiles begin with. */
  profileNamePrefix: string;
  /** How long before they expire credentials are refreshed, in seconds. */
  refreshBeforeExpiry: number;
  /** Whether to save the credentials as a profile. */
  writeProfile: boolean;
  /** Variables that the command gets for good: names or patterns. */
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
  modes: "Instead of a command",
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
  /** What a shell offers for the option's value. */
  readonly completes?: readonly string[] | "roles" | "profiles" | "files";
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
  readonly key?: KeyFace;
  /**
   * Whether there are several values: those of all places add up, or those of
   * the first place that has any replace the others.
   */
  readonly list?: "add" | "replace";
  /** Reads a mapping of the file, where it may be one. */
  readonly parseMapping?: (mapping: Readonly<Record<string, unknown>>) => T;
  /** Whether the value must never be shown, not even in an error. */
  readonly secret?: true;
}
