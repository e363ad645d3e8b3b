// Pure: no I/O.
import { isIdentityKey, type Profiles } from "../../aws/profiles.ts";
import { type Finding, problem, warning } from "./finding.ts";

type Env = Readonly<Record<string, string>>;

const KEYS = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const;

/** The variables that hold a session token, the one that counts first. */
const TOKENS = ["AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"] as const;

/** What the variables and profiles around us say. */
export interface Scene {
  readonly env: Env;
  readonly profiles: Profiles;
  /** The profile that is asked for, by any option, variable or file. */
  readonly profile: string | undefined;
  /** Whether AWS's variables name the profile, and no setting of ours. */
  readonly isByVariable: boolean;
}

/** Half of a pair of keys, in the environment or in a profile. */
export function checkHalfKeys({ env, profiles }: Scene): readonly Finding[] {
  const findings: Finding[] = [];
  const [set, unset] = halfOf(env, KEYS) ?? [];
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
      `unset ${token}: without keys, no tool uses a token`,
    ));
  }
  for (const name of profiles.names()) {
    const [has, lacks] = halfOf(
      profiles.get(name)!,
      KEYS.map((key) => key.toLowerCase()),
    ) ?? [];
    if (has === undefined) continue;
    findings.push(warning(
      `profile '${name}': it has ${has}, but no ${lacks}`,
      "give it both, or neither",
    ));
  }
  return findings;
}

/** Credentials that are there and not used, because others come first. */
export function checkShadowing(
  { env, profiles, profile, isByVariable }: Scene,
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
      "unset one of them",
    );
  } else if (hasKeys && isProfileUsed) {
    found(
      `AWS_ACCESS_KEY_ID is set, so the credentials of the profile '${name}' are not used`,
      `unset it, or name the profile with '--profile ${name}'`,
    );
  }
  const winner = isOwn
    ? `the profile '${profile}' is used`
    : hasKeys
    ? "AWS_ACCESS_KEY_ID comes first"
    : isProfileUsed
    ? `the profile '${name}' comes first`
    : undefined;
  const isTokenUsed = token === "AWS_WEB_IDENTITY_TOKEN_FILE" && !isOwn &&
    !hasKeys && !hasRole;
  if (isTokenUsed) {
    if (isProfileUsed) {
      found(
        `${token} is set, so the credentials of the profile '${name}' are not used`,
        `unset it, or name the profile with '--profile ${name}'`,
      );
    }
  } else if (token !== undefined && winner !== undefined) {
    found(`${token} is set, but ${winner}`, "remove what is not to be used");
  }
  return findings;
}

/**
 * A `credential_process` that is assume-role itself, and starts from its own
 * profile, or may do so.
 */
export function checkLoops({ profiles }: Scene): readonly Finding[] {
  return profiles.names().flatMap((name): readonly Finding[] => {
    const ours = ourWords(profiles.get(name)?.credential_process);
    if (ours === undefined) return [];
    const what = `profile '${name}': its credential_process`;
    const advice = "name the profile to start from with '--profile' in it";
    const seen = new Set<string>();
    let next = chainStartOf(ours);
    if (next === undefined) {
      return [warning(`${what} names no profile to start from`, advice)];
    }
    while (next !== undefined && !seen.has(next)) {
      if (next === name) return [problem(`${what} starts from itself`, advice)];
      seen.add(next);
      const section = profiles.get(next);
      const words = ourWords(section?.credential_process);
      next = words === undefined
        ? section?.source_profile
        : chainStartOf(words);
    }
    return [];
  });
}

/** The one of a pair that is there, and the other, where only one is. */
function halfOf(
  values: Readonly<Record<string, string>>,
  names: readonly string[],
): readonly [set: string, unset: string] | undefined {
  const [set, ...more] = names.filter((name) => values[name]);
  if (set === undefined || more.length > 0) return undefined;
  return [set, names.find((name) => name !== set)!];
}

/** The words of a command line that starts us. */
function ourWords(commandLine = ""): readonly string[] | undefined {
  const words = commandLine.replace(/["']/g, "").trim().split(/\s+/);
  return /(?:^|[\\/])assume-role(?:\.exe)?$/.test(words[0]!)
    ? words
    : undefined;
}

function chainStartOf(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => /^--profile(?:=|$)/.test(word));
  const word = words[at];
  return word?.startsWith("--profile=")
    ? word.slice("--profile=".length)
    : words[at + 1 || words.length];
}
