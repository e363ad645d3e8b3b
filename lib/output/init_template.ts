// Pure: no I/O.
import type { Account, InitDefaults, InitRole } from "../plan/init_defaults.ts";

const EXAMPLE: Account = { partition: "aws", id: "111111111111" };

/** The text of an `assume-role.yaml` to start with; what is not known is a comment. */
export function formatInitTemplate(defaults: InitDefaults): string {
  const { profile, region, account, roles } = defaults;
  const prefixOf = ({ partition, id }: Account) =>
    `arn:${partition}:iam::${id}`;
  const prefix = account && `${prefixOf(account)}:role/`;
  return `# Settings of assume-role, for this directory and those below it.
# Options and ASSUME_ROLE_* variables come before them; what is left out here
# is taken from ~/.aws/assume-role.yaml.

# What completes a role's name to its ARN, so that '-r admin' is enough.
${line("role_prefix", prefix, `${prefixOf(EXAMPLE)}:role/`)}
# The AWS profile that supplies the base credentials.
${line("profile", profile, "default")}
# The region for STS and for the command.
${line("region", region, "eu-west-1")}
# How long a session lasts, from 15m to 12h; an hour unless it is given.
${line("duration", undefined, "1h")}
# The MFA device; without it, it is looked for when a role wants a code.
${line("mfa_serial", undefined, `${prefixOf(account ?? EXAMPLE)}:mfa/alice`)}
# Variables that reach the command beside the usual ones.
${line("env_keep", undefined, "[EDITOR, MY_*]")}
# Names for roles, each with any of the keys above.
${
    roles.length > 0 ? `roles:\n${roles.map(entry).join("")}` : `# roles:
#   deploy:
#     role_arn: ${prefixOf(account ?? EXAMPLE)}:role/ci/deploy
#     duration: 4h
`
  }`;
}

/**
 * The policy that those need who assume roles: with it, their user name and
 * their MFA devices are found.
 */
export function formatPolicy(account: Account | undefined): string {
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
  return `${JSON.stringify(policy, null, 2)}\n`;
}

function line(key: string, value: string | undefined, example: string): string {
  return value === undefined
    ? `# ${key}: ${example}\n`
    : `${key}: ${scalar(value)}\n`;
}

function entry({ name, keys }: InitRole): string {
  const lines = keys.map(([key, value]) => `    ${key}: ${scalar(value)}\n`);
  return `  ${scalar(name)}:\n${lines.join("")}`;
}

/** A text as YAML has it: as it is where nothing in it has a meaning there. */
function scalar(text: string): string {
  return /^\w[\w+=.@/-]*(?::[\w+=.@/:-]*[\w/])?$/.test(text)
    ? text
    : JSON.stringify(text);
}
