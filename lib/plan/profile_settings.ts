// Pure: no I/O.
import type { Section } from "../aws/profiles.ts";
import { ConfigError, InvalidValueError } from "../errors.ts";
import type { SettingName, SettingValues } from "../settings/setting.ts";
import { SETTINGS } from "../settings/settings.ts";
import { fromVariables, ofProfile } from "./region.ts";
import type { OwnSettings } from "./setting_resolver.ts";

/** The keys of an AWS profile that are also settings, and the names of the settings. */
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
];

/**
 * Reads the settings that a profile has for its own session. They rank like the
 * role's entry of `roles`: after options and `ASSUME_ROLE_*` variables, before
 * the keys of `assume-role.yaml` that are for all roles. `AWS_REGION` also comes
 * before the region of the profile, as in the AWS CLI.
 *
 * @throws {ConfigError} If a key has a value that AWS would not take
 */
export function profileSettings(
  profile: string,
  section: Section,
  env: Readonly<Record<string, string>>,
): OwnSettings {
  const read = <K extends SettingName>(
    name: K,
  ): (readonly [
    SettingValues[K] | undefined,
    ReturnType<typeof ofProfile>,
  ])[] => {
    const [key] = PROFILE_KEYS.find(([, known]) => known === name)!;
    const text = section[key];
    if (text === undefined) return [];
    try {
      return [[SETTINGS[name].parse(text), ofProfile(profile, key)]];
    } catch (error) {
      if (!(error instanceof InvalidValueError)) throw error;
      throw new ConfigError(
        `Cannot use ${key} of the AWS profile '${profile}': ${error.message}`,
      );
    }
  };
  const region = read("region");
  return {
    duration: read("duration"),
    externalId: read("externalId"),
    mfaSerial: read("mfaSerial"),
    roleSessionName: read("roleSessionName"),
    region: region.length === 0 ? [] : [
      ...fromVariables(env, "AWS_REGION", "AWS_DEFAULT_REGION"),
      ...region,
    ],
  };
}
