// Pure: no I/O.
import type { OptionFace, SettingName } from "./setting.ts";

/** The output formats of print mode, named as by `aws configure export-credentials`. */
export const FORMATS = [
  "env-no-export",
  "env",
  "fish",
  "powershell",
  "windows-cmd",
  "process",
] as const;

/** The shells that there are completions for. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/**
 * How settings are written on the command line: enough to tell our options from
 * the command, for a run that needs to know no more.
 */
export const OPTIONS: { readonly [K in SettingName]?: OptionFace } = {
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
    help: "external id that the trust policy wants",
  },
  sourceIdentity: {
    placeholder: "NAME",
    group: "role",
    help: "source identity, kept through a chain of roles",
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
    help: "tag for the next role too; may be repeated",
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
    help: "managed policy for it; may be repeated",
  },
  forceRefresh: {
    short: "f",
    group: "role",
    help: "get fresh credentials; do not use the cache",
  },
  profile: {
    placeholder: "NAME",
    group: "base",
    help: "AWS profile to start from; alone: to use",
    completes: "profiles",
  },
  region: {
    placeholder: "NAME",
    group: "base",
    help: "region for STS and for the command",
  },
  mfaSerial: { placeholder: "ARN", group: "mfa", help: "MFA device" },
  mfaToken: { placeholder: "CODE", group: "mfa", help: "one-time code" },
  mfaCommand: {
    placeholder: "CMD",
    group: "mfa",
    help: "program that prints a one-time code",
  },
  noInput: {
    group: "mfa",
    help: "never ask; fail at once where it is needed",
  },
  preserveEnv: {
    short: "E",
    placeholder: "NAME,...",
    alone: "*",
    group: "run",
    help: "let variables through; alone, all of them",
  },
  format: {
    placeholder: "F",
    group: "run",
    help: "print for env, fish, powershell, process, ...",
    completes: FORMATS,
  },
  server: {
    group: "run",
    help: "serve credentials that stay fresh, on loopback",
  },
  config: {
    placeholder: "FILE",
    group: "other",
    help: "read this file instead of ./assume-role.yaml",
    completes: "files",
  },
  console: { group: "modes", help: "sign in to AWS's console in the browser" },
  whoami: { group: "modes", help: "tell who you are, and who as the role" },
  init: { group: "modes", help: "write an assume-role.yaml to start with" },
  completions: {
    placeholder: "SHELL",
    group: "modes",
    help: "print completions for bash, zsh, fish, ...",
    completes: SHELLS,
  },
  list: {
    group: "modes",
    help: "list the known roles, and their sessions",
  },
  explain: { group: "modes", help: "tell what would be done, and why" },
  doctor: { group: "modes", help: "find what is wrong, and what to do" },
  clearCache: {
    group: "modes",
    help: "forget sessions: all, or those of --role",
  },
  verbose: { short: "v", group: "other", help: "say what is done, and why" },
  quiet: { short: "q", group: "other", help: "no warnings" },
  version: { group: "other", help: "print the version" },
  help: { short: "h", group: "other", help: "print this help" },
};
