// Pure: no I/O.
import type { Credentials } from "../aws/credentials.ts";
import { AssumeRoleError } from "../errors.ts";
import type { Format } from "../settings/parsers.ts";

/** Sets a variable in a shell. */
type Assign = (name: string, value: string) => string;

const assign: Assign = (name, value) => `${name}=${posixWord(value)}`;
const assignExported: Assign = (name, value) => `export ${assign(name, value)}`;
// Within quotes, fish and PowerShell have a meaning for a few characters still.
const assignInFish: Assign = (name, value) =>
  `set -gx ${name} "${value.replace(/[\\"$]/g, "\\$&")}"`;
const assignInPowerShell: Assign = (name, value) =>
  `$Env:${name}="${value.replace(/[`"$]/g, "`$&")}"`;

/**
 * Credentials as text, in one of the formats of `aws configure
 * export-credentials`. It is that command's text to the byte, unless a shell
 * would give a meaning to a character of a value: then the value is quoted, so
 * that it arrives as it is and runs nothing.
 *
 * @throws {AssumeRoleError} where the format cannot hold a value
 */
export function formatCredentials(
  credentials: Credentials,
  format: Format,
): string {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const variables = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
  const expiration = expirationOf(credentials);
  const expiring = { ...variables, AWS_CREDENTIAL_EXPIRATION: expiration };
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
 * When credentials expire, as the AWS CLI writes it. The reader compares it
 * with this machine's clock, so it is told by that.
 */
function expirationOf({ expiration, clockOffset }: Credentials): string {
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

/** A value as a word of any POSIX shell; zsh has a meaning for a `=` in front too. */
function posixWord(value: string): string {
  const isPlain = /^[\w%+,./:=@-]+$/.test(value) && !/(?:^|:)=/.test(value);
  return isPlain ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/**
 * cmd reads the same line by different rules in a batch file, at its prompt and
 * in `for`: what cannot be written so that all agree is refused.
 */
function assignInCmd(name: string, value: string): string {
  if (/["%!]/.test(value)) {
    throw new AssumeRoleError(
      `Cannot print the credentials for cmd: ${name} has a character that cmd would not leave as it is`,
      { hint: "choose another format: '--format powershell'" },
    );
  }
  const assignment = `${name}=${value}`;
  return /[&|<>^()]/.test(value) ? `set "${assignment}"` : `set ${assignment}`;
}
