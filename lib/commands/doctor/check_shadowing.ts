// Pure: no I/O.
import { isIdentityKey, type Profiles } from "../../aws/profiles.ts";
import { type Finding, problem, warning } from "./finding.ts";

type Env = Readonly<Record<string, string>>;

const KEYS = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const;

/** Variables that hold a session token, in the AWS CLI's order of precedence. */
const TOKENS = ["AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"] as const;

/** Variables and profiles that determine the base credentials. */
export interface BaseSettings {
  readonly env: Env;
  readonly profiles: Profiles;
  /** The profile that an option, a variable or a configuration file names. */
  readonly profile: string | undefined;
  /** Whether the profile is named by `AWS_PROFILE` or `AWS_DEFAULT_PROFILE`. */
  readonly isByVariable: boolean;
}

/**
 * Finds an access key ID that is set without a secret access key, or the reverse, and a
 * session token that is set without an access key.
 */
export function checkHalfKeys(
  { env, profiles }: BaseSettings,
): readonly Finding[] {
  const findings: Finding[] = [];
  const [set, unset] = findHalf(env, KEYS) ?? [];
  if (set !== undefined) {
    findings.push(problem(
      `variables: ${set} is set, but ${unset} is not`,
      `unset ${set}, or set both`,
    ));
  }
  const token = TOKENS.find((name) => env[name]);
  if (token !== undefined && !KEYS.some((name) => env[name])) {
    findings.push(warning(
      `variables: ${token} is set without keys`,
      `unset ${token}: a session token has no effect without keys`,
    ));
  }
  for (const name of profiles.names()) {
    const { config, credentials } = profiles.files(name);
    for (const file of [config, credentials]) {
      const [has, lacks] = findHalf(
        file?.section ?? {},
        KEYS.map((key) => key.toLowerCase()),
      ) ?? [];
      if (has === undefined) continue;
      findings.push(warning(
        `profile '${name}': ${has} is set in ${
          file!.path
        }, but ${lacks} is not`,
        "set both keys in one file, or remove both",
      ));
    }
  }
  return findings;
}

/** Finds credentials that are not used because other credentials take precedence. */
export function checkShadowing(
  { env, profiles, profile, isByVariable }: BaseSettings,
): readonly Finding[] {
  const findings: Finding[] = [];
  const hasKeys = KEYS.every((name) => env[name]);
  const isOwn = profile !== undefined && !isByVariable;
  const token = [
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  ].find((name) => env[name]);
  const name = profile ?? "default";
  const section = profiles.get(name) ?? {};
  const isProfileUsed = Object.keys(section).some(isIdentityKey);
  const hasRole = section.role_arn && !section.web_identity_token_file;
  const found = (text: string, advice: string) =>
    findings.push(warning(`variables: ${text}`, advice));
  if (hasKeys && isOwn) {
    found(
      `AWS_ACCESS_KEY_ID is set, but the profile '${profile}' is used`,
      "unset the keys, or do not name the profile",
    );
  } else if (hasKeys && isProfileUsed) {
    found(
      `AWS_ACCESS_KEY_ID is set, so the credentials of the profile '${name}' are not used`,
      `unset AWS_ACCESS_KEY_ID, or name the profile with '--profile ${name}'`,
    );
  }
  const winner = isOwn
    ? `the profile '${profile}' is used`
    : hasKeys
    ? "AWS_ACCESS_KEY_ID takes precedence"
    : isProfileUsed
    ? `the profile '${name}' takes precedence`
    : undefined;
  const isTokenUsed = token === "AWS_WEB_IDENTITY_TOKEN_FILE" && !isOwn &&
    !hasKeys && !hasRole;
  if (isTokenUsed) {
    if (isProfileUsed) {
      found(
        `${token} is set, so the credentials of the profile '${name}' are not used`,
        `unset ${token}, or name the profile with '--profile ${name}'`,
      );
    }
  } else if (token !== undefined && winner !== undefined) {
    found(
      `${token} is set, but ${winner}`,
      `unset ${token}, or remove the credentials that are used instead`,
    );
  }
  return findings;
}

/** Finds sections of AWS's files that the AWS CLI ignores because their headers are wrong. */
export function checkHeaders({ profiles }: BaseSettings): readonly Finding[] {
  return profiles.misnamed().map(({ name, reason, hint }) =>
    warning(`profile '${name}': ${reason}`, hint)
  );
}

/**
 * Finds each profile whose `credential_process` runs assume-role with base credentials
 * of that same profile, directly or through other profiles. Warns if such a
 * `credential_process` has no `--profile`, because its base credentials are not known.
 */
export function checkLoops({ profiles }: BaseSettings): readonly Finding[] {
  return profiles.names().flatMap((name): readonly Finding[] => {
    const ownWords = parseOwnCommandLine(
      profiles.get(name)?.credential_process,
    );
    if (ownWords === undefined) return [];
    const subject = `profile '${name}': its credential_process`;
    const advice =
      "add '--profile NAME' to the credential_process, with the profile of the base credentials";
    const seen = new Set<string>();
    let next = findProfileOption(ownWords);
    if (next === undefined) {
      return [warning(`${subject} runs assume-role without --profile`, advice)];
    }
    while (next !== undefined && !seen.has(next)) {
      if (next === name) {
        return [problem(`${subject} needs the profile itself`, advice)];
      }
      seen.add(next);
      const section = profiles.get(next);
      const words = parseOwnCommandLine(section?.credential_process);
      next = words === undefined
        ? section?.source_profile
        : findProfileOption(words);
    }
    return [];
  });
}

/** Returns the name that has a value and the name that has none, if only one of two has a value. */
function findHalf(
  values: Readonly<Record<string, string>>,
  names: readonly string[],
): readonly [set: string, unset: string] | undefined {
  const [set, ...more] = names.filter((name) => values[name]);
  if (set === undefined || more.length > 0) return undefined;
  return [set, names.find((name) => name !== set)!];
}

/** Splits a command line into words, if it runs assume-role. */
function parseOwnCommandLine(
  commandLine = "",
): readonly string[] | undefined {
  const words = commandLine.replace(/["']/g, "").trim().split(/\s+/);
  return /(?:^|[\\/])assume-role(?:\.exe)?$/.test(words[0]!)
    ? words
    : undefined;
}

/** Finds the value of `--profile` in the words of a command line. */
function findProfileOption(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => /^--profile(?:=|$)/.test(word));
  const word = words[at];
  return word?.startsWith("--profile=")
    ? word.slice("--profile=".length)
    : words[at + 1 || words.length];
}
