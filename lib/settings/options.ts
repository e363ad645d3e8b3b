// Pure: no I/O.
import type { OptionSpec, SettingName } from "./setting_types.ts";

/**
 * Output formats of printed credentials, named as in `aws configure export-credentials`,
 * and the formats `nushell` and `github`.
 */
export const FORMATS = [
  "env-no-export",
  "env",
  "fish",
  "powershell",
  "windows-cmd",
  "nushell",
  "process",
  "github",
] as const;

/** Shells with a completion script. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/**
 * Command-line syntax of the settings. The table is separate from `SETTINGS`, so that a
 * run that uses the plan cache can parse argv and need not load the parsers of values.
 */
export const OPTIONS: { readonly [K in SettingName]?: OptionSpec } = {
  role: {
    short: "r",
    placeholder: "NAME|ARN",
    group: "role",
    help: "entry of 'roles', AWS profile, name, or ARN",
    completes: "roles",
  },
  roleSessionName: {
    placeholder: "NAME",
    group: "role",
    help: "session name (default: your user name)",
  },
  duration: {
    placeholder: "1h",
    group: "role",
    help: "session duration, 15m to 12h (default: 1h)",
  },
  externalId: {
    placeholder: "ID",
    group: "role",
    help: "external ID that the trust policy requires",
  },
  sourceIdentity: {
    placeholder: "NAME",
    group: "role",
    help: "source identity; kept along a role chain",
  },
  tags: {
    name: "tag",
    placeholder: "KEY=VALUE",
    group: "role",
    help: "session tag; may be repeated",
  },
  transitiveTags: {
    name: "transitive-tag",
    placeholder: "KEY",
    group: "role",
    help: "tag to pass on in a chain; may be repeated",
  },
  policy: {
    placeholder: "FILE|JSON",
    group: "role",
    help: "session policy that narrows the role",
    completes: "files",
  },
  policyArns: {
    name: "policy-arn",
    placeholder: "ARN",
    group: "role",
    help: "managed session policy; may be repeated",
  },
  forceRefresh: {
    short: "f",
    group: "role",
    help: "get fresh credentials; ignore the cache",
  },
  profile: {
    placeholder: "NAME",
    group: "base",
    help: "AWS profile to use; with --role: as its base",
    completes: "profiles",
  },
  region: {
    placeholder: "NAME",
    group: "base",
    help: "region for STS and for the command",
  },
  mfaSerial: {
    placeholder: "ARN",
    group: "mfa",
    help: "MFA device (default: found automatically)",
  },
  mfaToken: { placeholder: "CODE", group: "mfa", help: "MFA code" },
  mfaCommand: {
    placeholder: "CMD",
    group: "mfa",
    help: "program that prints an MFA code",
  },
  noInput: {
    group: "mfa",
    help: "never prompt; fail instead",
  },
  preserveEnv: {
    short: "E",
    placeholder: "NAME,...",
    alone: "*",
    group: "run",
    help: "pass these variables on (alone: all)",
  },
  format: {
    placeholder: "F",
    group: "run",
    help: "output format: env, fish, powershell, ...",
    completes: FORMATS,
  },
  server: {
    group: "run",
    help: "serve auto-refreshed credentials on loopback",
  },
  config: {
    placeholder: "FILE",
    group: "other",
    help: "use this configuration file; do not search",
    completes: "files",
  },
  console: {
    placeholder: "SERVICE",
    alone: "",
    group: "commands",
    help: "sign in to the AWS console in the browser",
  },
  whoami: {
    group: "commands",
    help: "show your identity and the role's",
  },
  init: { group: "commands", help: "write a first assume-role.yaml" },
  completions: {
    placeholder: "SHELL",
    group: "commands",
    help: "print completions for bash, zsh, fish, ...",
    completes: SHELLS,
  },
  shellInit: {
    placeholder: "SHELL",
    group: "commands",
    help: "print the function use-role for a shell",
    completes: SHELLS,
  },
  unset: {
    group: "commands",
    help: "print lines that remove a session from a shell",
  },
  list: {
    group: "commands",
    help: "list known roles and cached sessions",
  },
  explain: {
    group: "commands",
    help: "dry run: show settings and planned calls",
  },
  doctor: { group: "commands", help: "find problems and solutions" },
  json: { group: "commands", help: "JSON of list, whoami, explain or doctor" },
  clearCache: {
    group: "commands",
    help: "delete cached sessions: all, or of --role",
  },
  verbose: {
    short: "v",
    group: "other",
    help: "report each step and its reason",
  },
  quiet: { short: "q", group: "other", help: "hide warnings" },
  version: { group: "other", help: "print the version" },
  help: { short: "h", group: "other", help: "print help; -h is shorter" },
};
