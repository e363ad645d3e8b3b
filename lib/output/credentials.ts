// Pure: no I/O.
import { type Credentials, formatExpiration } from "../aws/credentials.ts";
import { AssumeRoleError } from "../errors.ts";
import { formatLines, type SafeText } from "../settings/terminal_text.ts";
import { SESSION_VARIABLE } from "../settings/names.ts";
import type { Format } from "../settings/parsers.ts";
import { formatJson } from "./json.ts";

/** A session to print. */
export interface PrintedSession {
  readonly credentials: Credentials;
  /** The ARN of the role; absent if the role is not known. */
  readonly roleArn?: string;
  /** The region; absent if no region is known. */
  readonly region?: string;
  /** The name of the session's cache entry; absent if there is no cache. */
  readonly marker?: string;
}

/** Changes to the environment by which other programs use a session. */
export interface VariableChanges {
  readonly set: Readonly<Record<string, string>>;
  /** The names of the variables to remove. */
  readonly removed: readonly string[];
}

/** All variables that {@linkcode changeVariables} can set. */
export const SET_VARIABLES = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
  "AWS_REGION",
  "AWS_DEFAULT_REGION",
  "ASSUME_ROLE_ARN",
  SESSION_VARIABLE,
];

/**
 * Formats the credentials of a session like `aws configure export-credentials`.
 *
 * @throws {AssumeRoleError} If the format cannot represent a value.
 */
export function formatCredentials(
  credentials: Credentials,
  format: Extract<Format, "env-no-export" | "process">,
): SafeText {
  if (format === "env-no-export") {
    return formatLines(
      ...Object.entries(keyVariables(credentials))
        .map(([name, value]) => assignPosix(name, value)),
    );
  }
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const output = {
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: formatExpiration(credentials),
  };
  return formatJson(output);
}

/**
 * Returns the changes to an environment by which other programs use a session, and no
 * other identity. If no region is known, the region of the environment stays.
 *
 * @param identityVariables variables by which an SDK takes another identity
 */
export function changeVariables(
  { credentials, roleArn, region, marker }: PrintedSession,
  identityVariables: readonly string[],
): VariableChanges {
  const set = {
    ...keyVariables(credentials),
    AWS_CREDENTIAL_EXPIRATION: formatExpiration(credentials),
    ...(region !== undefined &&
      { AWS_REGION: region, AWS_DEFAULT_REGION: region }),
    ...(roleArn !== undefined && { ASSUME_ROLE_ARN: roleArn }),
    ...(marker !== undefined && { [SESSION_VARIABLE]: marker }),
  };
  // An earlier session in the same shell may have set these variables.
  const earlier = ["ASSUME_ROLE_ARN", SESSION_VARIABLE];
  const removed = [...identityVariables, ...earlier]
    .filter((name) => !Object.hasOwn(set, name));
  return { set, removed };
}

function keyVariables(
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}

/** Formats an assignment for POSIX shells, without `export`. */
export function assignPosix(name: string, value: string): string {
  return `${name}=${posixWord(requirePrintable(name, value))}`;
}

/**
 * Returns the value of a variable unchanged.
 *
 * @throws {AssumeRoleError} If the value has another character than printable ASCII: a
 * line break could start a further command, and some shells take other characters, such
 * as curly quotes, for characters with a meaning.
 */
export function requirePrintable(name: string, value: string): string {
  if (/^[ -~]*$/.test(value)) return value;
  throw new AssumeRoleError(
    `Cannot print the credentials: ${name} contains ${
      /\p{Cc}/u.test(value)
        ? "a control character"
        : "a character that is not ASCII"
    }`,
  );
}

/** Quotes a value, if necessary, for POSIX shells and for zsh, which expands a leading `=`. */
export function posixWord(value: string): string {
  const isPlain = /^[\w%+,./:=@-]+$/.test(value) && !/(?:^|:)=/.test(value);
  return isPlain ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
