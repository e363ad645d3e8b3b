// Pure: no I/O.
import type { SettingName } from "./setting_types.ts";

/**
 * Text of each option in `--help`, completions and the documents. The table is separate from
 * `OPTIONS`, because a run with a command needs no texts.
 */
export const OPTION_HELP: { readonly [K in SettingName]?: string } = {
  role: "entry of 'roles', AWS profile, name, or ARN",
  roleSessionName: "session name (default: your user name)",
  duration: "session duration, 15m to 12h (default: 1h)",
  externalId: "external ID that the trust policy requires",
  sourceIdentity: "source identity; kept along a role chain",
  tags: "session tag; may be repeated",
  transitiveTags: "tag to pass on in a chain; may be repeated",
  policy: "session policy that narrows the role",
  policyArns: "managed session policy; may be repeated",
  forceRefresh: "get fresh credentials; ignore the cache",
  profile: "AWS profile to use; with --role: as its base",
  region: "region for STS and for the command",
  mfaSerial: "MFA device (default: found automatically)",
  mfaToken: "MFA code",
  mfaCommand: "program that prints an MFA code",
  noInput: "never prompt; fail instead",
  preserveEnv: "pass these variables on (alone: all)",
  format: "output format: env, fish, powershell, ...",
  server: "serve auto-refreshed credentials on loopback",
  config: "use this configuration file; do not search",
  console: "sign in to the AWS console in the browser",
  whoami: "show your identity and the role's",
  init: "write a first assume-role.yaml",
  completions: "print completions for bash, zsh, fish, ...",
  shellInit: "print the function use-role for a shell",
  unset: "print lines that remove a session from a shell",
  list: "list known roles and cached sessions",
  explain: "dry run: show settings and planned calls",
  doctor: "find problems and solutions",
  json: "JSON of list, whoami, explain or doctor",
  clearCache: "delete cached sessions: all, or of --role",
  verbose: "report each step and its reason",
  quiet: "hide warnings",
  version: "print the version",
  help: "print help; -h is shorter",
};
