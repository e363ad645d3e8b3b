// Pure: no I/O.
import type { Format } from "./values.ts";
import { parseDuration } from "./duration.ts";
import * as values from "./values.ts";

/** Every setting with the type of its value. */
export interface SettingValues {
  role: string;
  roleSessionName: string;
  forceRefresh: boolean;
  duration: number;
  profile: string;
  region: string;
  mfaSerial: string;
  mfaToken: string;
  mfaCommand: string;
  noInput: boolean;
  preserveEnv: readonly string[];
  format: Format;
  server: boolean;
  config: string;
  clearCache: boolean;
  verbose: boolean;
  quiet: boolean;
  version: boolean;
  help: boolean;
  roleArn: string;
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
  /** Whether several values add up. */
  readonly list?: true;
  /** Whether the value must never be shown, not even in an error. */
  readonly secret?: true;
}

/**
 * The one table of settings: the parser, `--help`, the reading of
 * `ASSUME_ROLE_*` and of `assume-role.yaml`, and the README's reference all
 * come from it. Its order is that of `--help`.
 */
export const SETTINGS: {
  readonly [K in SettingName]: Setting<SettingValues[K]>;
} = {
  role: {
    parse: values.parseText,
    option: {
      short: "r",
      placeholder: "NAME|ARN",
      group: "role",
      help: "the role: an entry of 'roles', an ARN, or a name for role_prefix",
    },
  },
  roleSessionName: {
    parse: values.parseSessionName,
    option: {
      placeholder: "NAME",
      group: "role",
      help: "session name (default: the caller's user name)",
    },
    key: { in: "both" },
  },
  duration: {
    parse: values.parseSessionDuration,
    option: {
      placeholder: "1h",
      group: "role",
      help: "session duration, 15m to 12h (default: AWS's, 1h)",
    },
    key: { in: "both" },
  },
  forceRefresh: {
    parse: values.parseBoolean,
    option: {
      short: "f",
      group: "role",
      help: "get fresh credentials even if the cached ones are good",
    },
  },
  profile: {
    parse: values.parseText,
    option: {
      placeholder: "NAME",
      group: "base",
      help: "AWS profile that supplies the base credentials",
    },
    key: { in: "both" },
  },
  region: {
    parse: values.parseRegion,
    option: {
      placeholder: "NAME",
      group: "base",
      help: "region for STS and for the command",
    },
    key: { in: "both" },
  },
  mfaSerial: {
    parse: values.parseMfaSerial,
    option: { placeholder: "ARN", group: "mfa", help: "MFA device" },
    key: { in: "both" },
  },
  mfaToken: {
    parse: values.parseMfaToken,
    secret: true,
    option: { placeholder: "CODE", group: "mfa", help: "one-time code" },
  },
  mfaCommand: {
    parse: values.parseText,
    option: {
      placeholder: "CMD",
      group: "mfa",
      help: "program that prints a one-time code",
    },
    key: { in: "both", userFileOnly: true },
  },
  noInput: {
    parse: values.parseBoolean,
    option: {
      group: "mfa",
      help: "never ask; fail at once and say what was needed",
    },
  },
  preserveEnv: {
    parse: values.parsePatterns,
    list: true,
    option: {
      short: "E",
      placeholder: "PATTERN,...",
      alone: "*",
      group: "run",
      help: "let these variables through to the command; alone, all of them",
    },
  },
  format: {
    parse: values.parseFormat,
    option: {
      placeholder: "F",
      group: "run",
      help: `print as ${values.FORMATS.join("|")}`,
    },
  },
  server: {
    parse: values.parseBoolean,
    option: {
      group: "run",
      help: "serve the command credentials that are always fresh",
    },
  },
  config: {
    parse: values.parseText,
    option: {
      placeholder: "FILE",
      group: "other",
      help: "this configuration file instead of the search",
    },
  },
  clearCache: {
    parse: values.parseBoolean,
    option: {
      group: "other",
      help: "forget sessions and profiles, all or those of --role",
    },
  },
  verbose: {
    parse: values.parseBoolean,
    option: { short: "v", group: "other", help: "say what is done, and why" },
  },
  quiet: {
    parse: values.parseBoolean,
    option: { short: "q", group: "other", help: "no warnings" },
  },
  version: {
    parse: values.parseBoolean,
    option: { group: "other", help: "print the version" },
  },
  help: {
    parse: values.parseBoolean,
    option: { short: "h", group: "other", help: "print this help" },
  },
  roleArn: { parse: values.parseRoleArn, key: { in: "role" } },
  rolePrefix: { parse: values.parsePrefix, key: { in: "file" } },
  profileNamePrefix: {
    parse: values.parseProfileNamePrefix,
    key: { in: "both" },
  },
  refreshBeforeExpiry: { parse: parseDuration, key: { in: "both" } },
  writeProfile: { parse: values.parseBoolean, key: { in: "both" } },
  envKeep: { parse: values.parsePatterns, list: true, key: { in: "both" } },
};

/** All names of {@linkcode SETTINGS}, in its order. */
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** `roleSessionName` as an option: `--role-session-name`. */
export function optionName(name: SettingName): string {
  return "--" + name.replace(/[A-Z]/g, (c) => "-" + c.toLowerCase());
}

/** `roleSessionName` as a key of `assume-role.yaml`: `role_session_name`. */
export function keyName(name: SettingName): string {
  return name.replace(/[A-Z]/g, (c) => "_" + c.toLowerCase());
}

/** `roleSessionName` as a variable: `ASSUME_ROLE_ROLE_SESSION_NAME`. */
export function variableName(name: SettingName): string {
  return "ASSUME_ROLE_" + keyName(name).toUpperCase();
}
