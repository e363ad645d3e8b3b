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
    completes: "roles",
  },
  roleSessionName: { placeholder: "NAME", group: "role" },
  duration: { placeholder: "1h", group: "role" },
  externalId: { placeholder: "ID", group: "role" },
  sourceIdentity: { placeholder: "NAME", group: "role" },
  tags: { name: "tag", placeholder: "KEY=VALUE", group: "role" },
  transitiveTags: { name: "transitive-tag", placeholder: "KEY", group: "role" },
  policy: { placeholder: "FILE|JSON", group: "role", completes: "files" },
  policyArns: { name: "policy-arn", placeholder: "ARN", group: "role" },
  forceRefresh: { short: "f", group: "role" },
  profile: { placeholder: "NAME", group: "base", completes: "profiles" },
  region: { placeholder: "NAME", group: "base" },
  mfaSerial: { placeholder: "ARN", group: "mfa" },
  mfaToken: { placeholder: "CODE", group: "mfa" },
  mfaCommand: { placeholder: "CMD", group: "mfa" },
  noInput: { group: "mfa" },
  preserveEnv: {
    short: "E",
    placeholder: "NAME,...",
    alone: "*",
    group: "run",
  },
  format: { placeholder: "F", group: "run", completes: FORMATS },
  server: { group: "run" },
  config: { placeholder: "FILE", group: "other", completes: "files" },
  console: { placeholder: "SERVICE", alone: "", group: "commands" },
  whoami: { group: "commands" },
  init: { group: "commands" },
  completions: { placeholder: "SHELL", group: "commands", completes: SHELLS },
  shellInit: { placeholder: "SHELL", group: "commands", completes: SHELLS },
  unset: { group: "commands" },
  list: { group: "commands" },
  explain: { group: "commands" },
  doctor: { group: "commands" },
  json: { group: "commands" },
  clearCache: { group: "commands" },
  verbose: { short: "v", group: "other" },
  quiet: { short: "q", group: "other" },
  version: { group: "other" },
  help: { short: "h", group: "other" },
};
