// Pure: no I/O.
import type { Credentials } from "../aws/credentials.ts";
import { AssumeRoleError } from "../errors.ts";
import { SESSION_VARIABLE } from "../settings/names.ts";
import type { Format } from "../settings/parsers.ts";

/** Function that formats the assignment of a shell variable. */
type Assign = (name: string, value: string) => string;

const assign: Assign = (name, value) => `${name}=${posixWord(value)}`;
const assignExported: Assign = (name, value) => `export ${assign(name, value)}`;
// fish and PowerShell interpret some characters even within double quotes: escape them.
const assignInFish: Assign = (name, value) =>
  `set -gx ${name} "${value.replace(/[\\"$]/g, "\\$&")}"`;
const assignInPowerShell: Assign = (name, value) =>
  `$Env:${name}="${value.replace(/[`"$]/g, "`$&")}"`;

/**
 * Formats credentials like `aws configure export-credentials`. The text equals the output
 * of `aws configure export-credentials`, with two exceptions. A value is quoted if a
 * shell would interpret one of the value's characters. A format that exports variables
 * also sets {@linkcode SESSION_VARIABLE} to `marker`.
 *
 * @param marker the name of the session's cache entry; absent if there is no cache
 * @throws {AssumeRoleError} If the format cannot represent a value.
 */
export function formatCredentials(
  credentials: Credentials,
  format: Format,
  marker?: string,
): string {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const variables = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
  const expiration = formatExpiration(credentials);
  const expiring = {
    ...variables,
    AWS_CREDENTIAL_EXPIRATION: expiration,
    ...(marker !== undefined && { [SESSION_VARIABLE]: marker }),
  };
  switch (format) {
    case "env-no-export":
      return lines(variables, assign);
    case "env":
      return lines(expiring, assignExported);
    case "fish":
      return lines(expiring, assignInFish);
    case "powershell":
      return lines(expiring, assignInPowerShell);
    case "windows-cmd":
      return lines(expiring, assignInCmd);
    case "process": {
      const output = {
        Version: 1,
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        SessionToken: sessionToken,
        Expiration: expiration,
      };
      return `${JSON.stringify(output, null, 2)}\n`;
    }
  }
}

/**
 * Formats the expiration like the AWS CLI. The time is converted from AWS's clock to
 * this machine's clock, because AWS tools compare the time with this machine's clock.
 */
function formatExpiration({ expiration, clockOffset }: Credentials): string {
  const time = new Date(expiration - clockOffset).toISOString();
  return `${time.slice(0, "2026-01-01T00:00:00".length)}+00:00`;
}

function lines(
  variables: Readonly<Record<string, string>>,
  assignment: Assign,
): string {
  return Object.entries(variables)
    .map(([name, value]) => `${assignment(name, value)}\n`)
    .join("");
}

/** Quotes a value, if necessary, for POSIX shells and for zsh, which expands a leading `=`. */
function posixWord(value: string): string {
  const isPlain = /^[\w%+,./:=@-]+$/.test(value) && !/(?:^|:)=/.test(value);
  return isPlain ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/**
 * Formats an assignment for cmd. Throws if the assignment would have different meanings
 * in a batch file, at the prompt of cmd and in a `for` command.
 */
function assignInCmd(name: string, value: string): string {
  if (/["%!]/.test(value)) {
    throw new AssumeRoleError(
      `Cannot print the credentials for cmd: ${name} contains a character that cmd may change`,
      { hint: "use another format, such as '--format powershell'" },
    );
  }
  const assignment = `${name}=${value}`;
  return /[&|<>^()]/.test(value) ? `set "${assignment}"` : `set ${assignment}`;
}
