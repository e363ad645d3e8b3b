// Pure: no I/O.
import { UsageError } from "../errors.ts";
import { OPTIONS } from "./options.ts";
import type { SettingName } from "./setting_types.ts";

/** Returns the option of a setting, for example `--mfa-serial` for `mfaSerial`. */
export function optionName(name: SettingName): string {
  return "--" + (OPTIONS[name]?.name ??
    name.replace(/[A-Z]/g, (c) => "-" + c.toLowerCase()));
}

/**
 * Returns the key of a setting in `assume-role.yaml`, for example `role_session_name`
 * for `roleSessionName`.
 */
export function keyName(name: SettingName): string {
  return name.replace(/[A-Z]/g, (c) => "_" + c.toLowerCase());
}

/** Returns the variable of a setting, for example `ASSUME_ROLE_REGION` for `region`. */
export function variableName(name: SettingName): string {
  return "ASSUME_ROLE_" +
    optionName(name).slice(2).replaceAll("-", "_").toUpperCase();
}

/**
 * Variable that the printed credentials set in a shell, for example with `--format env`.
 * Its value is the name of the session's cache entry, which reveals no secret. A later
 * run recognizes the session by this variable. A command never gets this variable.
 */
export const SESSION_VARIABLE = "ASSUME_ROLE_SESSION";

/**
 * Variable that the function `use-role` of `--shell-init` sets for assume-role, because the
 * function evaluates the output, and runs no command under the role.
 */
export const USE_ROLE_VARIABLE = "__use_role";

/**
 * Variable that assume-role sets for a `credential_process` or an `mfa_command`. The
 * value lists the chain of programs that led to this program. From the list, an
 * assume-role later in the chain sees that it would start one of these programs again.
 * The variable affects no plan, and a command never gets the variable.
 */
export const STARTED_BY = "ASSUME_ROLE_STARTED_BY";

/**
 * Variables that determine which identity, files and endpoints a run uses. A run must
 * not ignore any of these variables. The names are written out and not taken from
 * `OPTIONS`, so that every run starts fast.
 */
export const DECISIVE_VARIABLES: readonly string[] = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN",
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_CONFIG_FILE",
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_CREDENTIAL_FILE",
  "BOTO_CONFIG",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  "AWS_EC2_METADATA_DISABLED",
  "AWS_EC2_METADATA_SERVICE_ENDPOINT",
  "AWS_LOGIN_CACHE_DIRECTORY",
  "ACTIONS_ID_TOKEN_REQUEST_URL",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  "AWS_REGION",
  "AWS_DEFAULT_REGION",
  "AWS_CA_BUNDLE",
  "REQUESTS_CA_BUNDLE",
  "SSL_CERT_FILE",
  "AWS_ENDPOINT_URL",
  "AWS_ENDPOINT_URL_STS",
  "AWS_ENDPOINT_URL_IAM",
  "AWS_ENDPOINT_URL_SIGNIN",
  "AWS_ENDPOINT_URL_SSO",
  "AWS_ENDPOINT_URL_SSO_OIDC",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  "AWS_USE_FIPS_ENDPOINT",
  "AWS_USE_DUALSTACK_ENDPOINT",
  "PATH",
  ...(
    "CACHE_DIR ROLE ROLE_SESSION_NAME DURATION EXTERNAL_ID SOURCE_IDENTITY TAG TRANSITIVE_TAG POLICY POLICY_ARN PROFILE REGION MFA_SERIAL MFA_TOKEN MFA_COMMAND PRESERVE_ENV FORMAT CONFIG FORCE_REFRESH NO_INPUT SERVER VERBOSE QUIET"
  ).split(" ").map((name) => "ASSUME_ROLE_" + name),
  SESSION_VARIABLE,
];

/** Part of `Host` that is needed to find variables whose values are not UTF-8. */
export interface UnreadableVariables {
  readonly findUnreadable: (names: readonly string[]) => readonly string[];
  readonly isWindows: boolean;
}

/**
 * Refuses to run if the variable of the home directory, or a variable of
 * `DECISIVE_VARIABLES`, is not valid UTF-8. If the run ignored the variable, the run
 * could use the wrong identity or the wrong file.
 *
 * @throws {UsageError} If the value of such a variable is not valid UTF-8.
 */
export function refuseUnreadable(
  { findUnreadable, isWindows }: UnreadableVariables,
): void {
  const home = isWindows ? "USERPROFILE" : "HOME";
  const names = findUnreadable([...DECISIVE_VARIABLES, home]);
  if (names.length === 0) return;
  const list = names.join(", ");
  const [values, pronoun] = names.length === 1
    ? ["the value is", "it"]
    : ["the values are", "them"];
  throw new UsageError(`Cannot use ${list}: ${values} not valid UTF-8`, {
    hint: `unset ${list}, or set ${pronoun} to valid UTF-8`,
  });
}

/** Formats a note about variables that the command does not get because of their encoding. */
export function unreadableText(names: readonly string[]): string {
  return `cannot pass on variables that are not valid UTF-8: ${
    names.join(" ")
  }`;
}

/** Tests whether a list has a name, or a prefix of the name. */
export interface NameList {
  readonly hasName: (name: string) => boolean;
  readonly hasPrefix: (name: string) => boolean;
}

/**
 * Creates a list from the names of variables, and from prefixes such as `GIT_*`, which end in
 * an underscore. Every run creates long lists, so no code runs for each item of a list.
 *
 * @param text The names and prefixes, separated by spaces
 * @param ignoreCase Whether upper and lower case count as equal
 */
export function createNameList(text: string, ignoreCase: boolean): NameList {
  const fold = (name: string) => ignoreCase ? name.toUpperCase() : name;
  const items = new Set(fold(text).split(" "));
  return {
    hasName: (name) => items.has(fold(name)),
    hasPrefix: (name) => {
      const folded = fold(name);
      for (let at = 0; (at = folded.indexOf("_", at) + 1) > 0;) {
        if (items.has(folded.slice(0, at) + "*")) return true;
      }
      return false;
    },
  };
}

/** Whether the name of a variable matches a pattern, in which `*` stands for any characters. */
export function matchesPattern(name: string, pattern: string): boolean {
  const [first = "", ...parts] = pattern.split("*");
  const last = parts.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}
