// Pure: no I/O.
import { formatOption } from "../settings/option_text.ts";
import { escapeUnsafe } from "./json.ts";
import type { Account, InitDefaults } from "../plan/init_defaults.ts";
import type {
  InitProfile,
  InitProfiles,
  InitRole,
} from "../plan/init_profiles.ts";

const EXAMPLE: Account = { partition: "aws", id: "111111111111" };

/** Values of a first `assume-role.yaml`. */
export interface InitTemplate extends InitProfiles {
  readonly defaults: InitDefaults;
  /** Value of `role_prefix`; absent if the key is to be a comment. */
  readonly rolePrefix?: string;
  /** Keys that `~/.aws/assume-role.yaml` sets, with their values. */
  readonly userValues: {
    readonly rolePrefix?: string;
    readonly profile?: string;
    readonly region?: string;
  };
}

/**
 * Formats a first `assume-role.yaml`; a setting without a value becomes a comment, and each
 * setting has a comment that explains it.
 */
export function formatInitTemplate(template: InitTemplate): string {
  const { defaults, roles, profiles, userValues } = template;
  const { profile, region, account = EXAMPLE } = defaults;
  const start = `arn:${account.partition}:iam::${account.id}`;
  return `# Settings of assume-role for this directory and its subdirectories.
# Options and ASSUME_ROLE_* variables override these settings, and
# ~/.aws/assume-role.yaml supplies the settings that are missing here.

# The prefix that completes a role name to an ARN, so that '-r admin' means
# '${start}:role/admin'.
${formatPrefix(template, `${start}:role/`)}
# The role to use if no option and no variable names a role.
${formatLine("role", undefined, "admin")}
# The AWS profile that supplies the base credentials.
${
    formatUserLine("profile", userValues.profile) ??
      formatLine("profile", profile, "default")
  }
# The region for STS and for the command.
${
    formatUserLine("region", userValues.region) ??
      formatLine("region", region, "eu-west-1")
  }
# The session duration, from 15m to 12h (default: 1h).
${formatLine("duration", undefined, "1h")}
# The MFA device (default: found automatically if a role needs MFA).
${formatLine("mfa_serial", undefined, `${start}:mfa/alice`)}
# One MFA code for half a day, for all roles.
${formatLine("mfa_session", undefined, "12h")}
# Variables that are passed to the command in addition to the standard list.
${formatLine("env_keep", undefined, "[MY_SETTING, MY_TOOL_*]")}
${
    formatProfiles(profiles)
  }# Named roles, each with a role_arn and settings of its own, such as duration,
# external_id or via (a role to assume this role from).
${
    roles.length > 0
      ? `# These names are also names of AWS profiles. Without these entries, the names
# could mean other roles, because of role_prefix.
roles:
${roles.map(formatEntry).join("")}`
      : `# roles:
#   deploy:
#     role_arn: ${start}:role/ci/deploy
#     duration: 4h
`
  }`;
}

/** Formats the command that runs a program with the session of an AWS profile. */
export function formatProfileCommand(
  { option, name }: InitProfile,
  command: string,
): string {
  return `assume-role ${formatOption(option, name)} -- ${command}`;
}

function formatPrefix(
  { defaults: { account }, rolePrefix, userValues }: InitTemplate,
  example: string,
): string {
  const userLine = formatUserLine("role_prefix", userValues.rolePrefix);
  if (userLine !== undefined) return userLine;
  if (rolePrefix !== undefined || account !== undefined) {
    const reason = rolePrefix === undefined
      ? `# Not set, because '-r' would then refuse the name of the profile that you sign
# in with: the name could mean two roles.
`
      : "";
    return reason + formatLine("role_prefix", rolePrefix, example);
  }
  return `# Fill in the ID of your account, and remove the '#':
${formatLine("role_prefix", undefined, example)}`;
}

function formatProfiles(profiles: readonly InitProfile[]): string {
  if (profiles.length === 0) return "";
  const lines = profiles.map((profile) =>
    `#   ${toComment(formatProfileCommand(profile, "COMMAND"))}
#       ${toComment(profile.content)}
`
  );
  return `# These AWS profiles work by their names, and need no entry here:
${lines.join("")}
`;
}

/** Escapes a text for one line of a comment. */
function toComment(text: string): string {
  return escapeUnsafe(text.replaceAll(/[\r\n]+/g, " "));
}

/** Formats a key that `~/.aws/assume-role.yaml` sets; `undefined` if it has no value. */
function formatUserLine(
  key: string,
  value: string | undefined,
): string | undefined {
  return value && `# From ~/.aws/assume-role.yaml:
# ${key}: ${formatScalar(value)}
`;
}

function formatLine(
  key: string,
  value: string | undefined,
  example: string,
): string {
  return value === undefined
    ? `# ${key}: ${example}\n`
    : `${key}: ${formatScalar(value)}\n`;
}

function formatEntry({ name, keys }: InitRole): string {
  const lines = keys.map(([key, value]) =>
    `    ${key}: ${formatScalar(value)}\n`
  );
  return `  ${formatScalar(name)}:\n${lines.join("")}`;
}

/** Formats a text as a YAML scalar, in quotes unless YAML reads the text without quotes. */
function formatScalar(text: string): string {
  return /^\w[\w+=.@/-]*(?::[\w+=.@/:-]*[\w/])?$/.test(text)
    ? text
    : escapeUnsafe(JSON.stringify(text));
}
