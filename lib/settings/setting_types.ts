// Pure: no I/O.
import type { PolicySource, Tag } from "./session_parsers.ts";
import type { Completions, Format, Shell } from "./parsers.ts";

/** Settings and the types of their values. */
export interface SettingValues {
  /** Role to assume: an entry of `roles`, an AWS profile, an ARN, or a name for `role_prefix`. */
  role: string;
  /** RoleSessionName of AssumeRole. */
  roleSessionName: string;
  /** Whether to get fresh credentials even if cached credentials are valid. */
  forceRefresh: boolean;
  /** Session duration in seconds. */
  duration: number;
  /** External ID that the role's trust policy requires. */
  externalId: string;
  /** SourceIdentity of AssumeRole. */
  sourceIdentity: string;
  /** Session tags. */
  tags: readonly Tag[];
  /** Keys of session tags that the next roles of a role chain inherit. */
  transitiveTags: readonly string[];
  /** Session policy that narrows the role's permissions. */
  policy: PolicySource;
  /** ARNs of managed policies that narrow the role's permissions. */
  policyArns: readonly string[];
  /** AWS profile that supplies the base credentials or, if no role is named, the session. */
  profile: string;
  /** Region for STS and for the command. */
  region: string;
  /** ARN or hardware serial number of the MFA device. */
  mfaSerial: string;
  /** One-time MFA code. */
  mfaToken: string;
  /** Command line of a program that prints an MFA code. */
  mfaCommand: string;
  /** Place of the question for a code: the terminal or, if there is no terminal, a window. */
  mfaPrompt: "terminal" | "graphical";
  /** Duration in seconds of the MFA session of GetSessionToken, with which the role is assumed. */
  mfaSession: number;
  /** Whether a web identity token that variables name may be used. */
  webIdentity: "auto" | "never";
  /** Command line of the browser that opens the AWS console. */
  browser: string;
  /** Whether to fail instead of prompting. */
  noInput: boolean;
  /** Names or patterns of variables to pass to the command in this run. */
  preserveEnv: readonly string[];
  /** Output format of printed credentials. */
  format: Format;
  /** Whether to serve auto-refreshed credentials to the command. */
  server: boolean;
  /** Path of the configuration file; if unset, `assume-role.yaml` is searched for. */
  config: string;
  /** Page of the AWS console to sign in to: a service, a path or, if empty, the first page. */
  console: string;
  /** Whether to show the identities of the base credentials and of the role's session. */
  whoami: boolean;
  /** Whether to list the known roles. */
  list: boolean;
  /** Whether to show the settings and the planned calls instead of running. */
  explain: boolean;
  /** Whether to check the user's setup for problems. */
  doctor: boolean;
  /** Whether to print a JSON document instead of text for people. */
  json: boolean;
  /** Whether to write a first `assume-role.yaml`. */
  init: boolean;
  /** Shell to print a completion script for, or kind of names to print. */
  completions: Completions;
  /** Shell to print the function `use-role` for. */
  shellInit: Shell;
  /** Whether to print lines that remove a session from a shell. */
  unset: boolean;
  /** Whether to delete cached sessions. */
  clearCache: boolean;
  /** Whether to report each step and its reason. */
  verbose: boolean;
  /** Whether to hide warnings. */
  quiet: boolean;
  /** Whether to print the version. */
  version: boolean;
  /** Whether to print the help. */
  help: boolean;
  /** ARN of the role, in an entry of `roles` in `assume-role.yaml`. */
  roleArn: string;
  /** Name of the role whose session assumes this role, in a role chain. */
  via: string;
  /** Start of a role ARN, to which assume-role appends a role's name. */
  rolePrefix: string;
  /** Start of the names of the profiles that `writeProfile` saves; default: the account ID. */
  profileNamePrefix: string;
  /** Seconds before expiry at which credentials are refreshed. */
  refreshBeforeExpiry: number;
  /** Whether to save the credentials as an AWS profile. */
  writeProfile: boolean;
  /** Names or patterns of variables to pass to the command in every run. */
  envKeep: readonly string[];
}

/** Name of a setting, in camel case. */
export type SettingName = keyof SettingValues;

/** Groups of options in `--help`, with their titles, in the order of the help. */
export const GROUPS = {
  role: "Role and session",
  base: "Base credentials",
  mfa: "Multi-factor authentication",
  run: "Command and output",
  commands: "Instead of running a command",
  other: "Other",
} as const;

/** Command-line syntax of a setting. */
export interface OptionSpec {
  /** Name of the option if it differs from the setting, such as `tag` for `tags`. */
  readonly name?: string;
  readonly short?: string;
  /** Name of the option's value in `--help`; absent for a switch, which has no value. */
  readonly placeholder?: string;
  /** Value that counts if the user writes the option without a value. */
  readonly alone?: string;
  readonly group: keyof typeof GROUPS;
  readonly help: string;
  /** Values that a shell offers after the option, or the kind of these values. */
  readonly completes?: readonly string[] | "roles" | "profiles" | "files";
}

/** Place of a setting in `assume-role.yaml`. */
export interface KeySpec {
  /** `file` is the top level of the file, `role` is an entry of `roles`. */
  readonly in: "file" | "role" | "both";
  /**
   * Whether only `~/.aws/assume-role.yaml` may set the key, because assume-role runs the
   * key's value as a program.
   */
  readonly userFileOnly?: true;
  /** Default for the documents, if the key has a default. */
  readonly default?: string;
  /** Meaning of the key for the documents and the man page, in Markdown. */
  readonly meaning: string;
}

/** Entry of the table `SETTINGS`. */
export interface Setting<T> {
  /** Parses a value; throws an `InvalidValueError` with the reason if the value is invalid. */
  readonly parse: (text: string) => T;
  readonly key?: KeySpec;
  /**
   * Values that a shell offers after the option. A long list is here and not in `OPTIONS`,
   * which every run loads.
   */
  readonly completes?: readonly string[];
  /**
   * Rule for a setting with several values: `add` combines the values of all sources,
   * `replace` takes only the values of the source with the highest precedence.
   */
  readonly list?: "add" | "replace";
  /** Parses the value from a YAML mapping; absent if the value cannot be a mapping. */
  readonly parseMapping?: (mapping: Readonly<Record<string, unknown>>) => T;
  /** Whether the value must never be shown, not even in an error message. */
  readonly secret?: true;
  /** Whether `--explain` does not show the value, because the value can contain a secret. */
  readonly hidden?: true;
}
