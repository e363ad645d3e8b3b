// Pure: no I/O.
import type { Profiles, Section } from "../aws/profiles.ts";
import { ConfigError, InvalidValueError } from "../errors.ts";
import type { SettingName, SettingValues } from "../settings/setting_types.ts";
import { SETTINGS } from "../settings/settings.ts";
import { profileKeySource, variableCandidates } from "./region.ts";
import type { Candidate, OwnSettings } from "./setting_resolver.ts";

/** Keys of an AWS profile, each with the name of the corresponding setting. */
export const PROFILE_KEYS: readonly (readonly [
  key: string,
  name: SettingName,
])[] = [
  ["role_arn", "roleArn"],
  ["source_profile", "profile"],
  ["region", "region"],
  ["mfa_serial", "mfaSerial"],
  ["external_id", "externalId"],
  ["role_session_name", "roleSessionName"],
  ["duration_seconds", "duration"],
  // Only aws-vault reads the following keys; see `withIncludedProfiles()`.
  ["source_identity", "sourceIdentity"],
  ["session_tags", "tags"],
  ["transitive_session_tags", "transitiveTags"],
  ["mfa_process", "mfaCommand"],
];

/** Settings that only AssumeRole can apply, and AssumeRoleWithWebIdentity cannot. */
const ASSUME_ROLE_ONLY: readonly SettingName[] = [
  "externalId",
  "sourceIdentity",
  "tags",
  "transitiveTags",
  "mfaSerial",
  "mfaCommand",
];

/**
 * Selects the settings of a profile whose role is assumed with a web identity token. The
 * AWS CLI and aws-vault ignore the other keys of such a profile, too.
 */
export function forWebIdentity(settings: OwnSettings): OwnSettings {
  return Object.fromEntries(
    Object.entries(settings).filter(([name]) =>
      !ASSUME_ROLE_ONLY.includes(name as SettingName)
    ),
  );
}

/**
 * Parses settings from the keys of an AWS profile, such as `mfa_serial`. Options,
 * `ASSUME_ROLE_*` variables and the role's entry in `roles` take precedence over these
 * keys. The keys of the profile take precedence over the top-level keys of
 * `assume-role.yaml`. `AWS_REGION` and `AWS_DEFAULT_REGION` take precedence over the
 * profile's region, as in the AWS CLI.
 *
 * @throws {ConfigError} If a key of the profile has a value that AWS would reject.
 */
export function parseProfileSettings(
  profile: string,
  section: Section,
  env: Readonly<Record<string, string>>,
  profiles: Profiles,
): OwnSettings {
  const read = <K extends SettingName>(
    name: K,
  ): Candidate<SettingValues[K]>[] => {
    const [key] = PROFILE_KEYS.find(([, known]) => known === name)!;
    const text = section[key];
    if (text === undefined) return [];
    const value = parseKey(
      profile,
      key,
      key === "transitive_session_tags" ? withoutEmptyItems(text) : text,
      SETTINGS[name].parse,
      profiles,
    );
    return [[value, profileKeySource(profile, key, profiles)]];
  };
  const region = read("region");
  return {
    duration: read("duration"),
    externalId: read("externalId"),
    mfaSerial: read("mfaSerial"),
    roleSessionName: read("roleSessionName"),
    sourceIdentity: read("sourceIdentity"),
    tags: read("tags"),
    transitiveTags: read("transitiveTags"),
    mfaCommand: read("mfaCommand"),
    region: region.length === 0 ? [] : [
      ...variableCandidates(env, "AWS_REGION", "AWS_DEFAULT_REGION"),
      ...region,
    ],
  };
}

/**
 * Parses the value of a profile's key.
 *
 * @throws {ConfigError} If AWS would reject the value.
 */
export function parseKey<T>(
  profile: string,
  key: string,
  text: string,
  parse: (text: string) => T,
  profiles: Profiles,
): T {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    const owner = profiles.ownerOf(profile, key);
    throw new ConfigError(
      `Cannot use ${key} of the AWS profile '${owner}': ${error.message}`,
    );
  }
}

/** Removes the empty items of a list with commas, as aws-vault does. */
function withoutEmptyItems(text: string): string {
  return text.split(",").filter((item) => item.trim() !== "").join(",");
}
