// Pure: no I/O.
import type { SafeText } from "../settings/terminal_text.ts";
import { escapeUnsafe, formatJson } from "./json.ts";
import type { Account, InitDefaults, InitRole } from "../plan/init_defaults.ts";

const EXAMPLE: Account = { partition: "aws", id: "111111111111" };

/** Formats a first `assume-role.yaml`; a setting without a value becomes a comment. */
export function formatInitTemplate(defaults: InitDefaults): string {
  const { profile, region, account, roles } = defaults;
  const formatArnPrefix = ({ partition, id }: Account) =>
    `arn:${partition}:iam::${id}`;
  const prefix = account && `${formatArnPrefix(account)}:role/`;
  return `# Settings of assume-role for this directory and its subdirectories.
# Options and ASSUME_ROLE_* variables override these settings, and
# ~/.aws/assume-role.yaml supplies the settings that are missing here.

# The prefix that completes a role name to an ARN, for example in '-r admin'.
${formatLine("role_prefix", prefix, `${formatArnPrefix(EXAMPLE)}:role/`)}
# The AWS profile that supplies the base credentials.
${formatLine("profile", profile, "default")}
# The region for STS and for the command.
${formatLine("region", region, "eu-west-1")}
# The session duration, from 15m to 12h (default: 1h).
${formatLine("duration", undefined, "1h")}
# The MFA device (default: found automatically if a role needs MFA).
${
    formatLine(
      "mfa_serial",
      undefined,
      `${formatArnPrefix(account ?? EXAMPLE)}:mfa/alice`,
    )
  }
# Variables that are passed to the command in addition to the standard list.
${formatLine("env_keep", undefined, "[MY_SETTING, MY_TOOL_*]")}
# Named roles, each with any of the keys above.
${
    roles.length > 0 ? `roles:\n${roles.map(formatEntry).join("")}` : `# roles:
#   deploy:
#     role_arn: ${formatArnPrefix(account ?? EXAMPLE)}:role/ci/deploy
#     duration: 4h
`
  }`;
}

/**
 * Formats the IAM policy that lets assume-role find a user's name and MFA devices.
 */
export function formatPolicy(account: Account | undefined): SafeText {
  const { partition, id } = account ?? { partition: "aws", id: "<account-ID>" };
  const user = `arn:${partition}:iam::${id}:user`;
  const policy = {
    Version: "2012-10-17",
    Statement: [{
      Effect: "Allow",
      Action: ["iam:GetUser", "iam:ListMFADevices"],
      Resource: [`${user}/\${aws:username}`, `${user}/*/\${aws:username}`],
    }],
  };
  return formatJson(policy);
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
