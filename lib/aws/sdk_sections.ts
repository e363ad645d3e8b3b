// Pure: no I/O.
import { ConfigError } from "../errors.ts";
import {
  isIdentityKey,
  type Profiles,
  type Section,
  sourceProfiles,
  ssoSession,
} from "./profiles.ts";

/** Sections under the names of the SDK's own reader, such as `profile.dev`. */
type NamedSections = Readonly<Record<string, Section>>;

/**
 * The sections that the AWS SDK needs to find base credentials.
 *
 * The SDK reads AWS's files by other rules than the AWS CLI: for example, it
 * skips the header `[dev] // mine`, so that the keys below count for the profile
 * above. So the SDK gets these sections and does not read the user's files.
 */
export interface SdkSections {
  /** Sections that decide whose credentials they are; empty if they do not exist. */
  readonly identity: NamedSections;
  /** The text of a config file with these sections and settings of the SDK's clients. */
  readonly config: string;
}

/**
 * Selects the sections of a profile and its `source_profile`s.
 *
 * @param ambient the profile whose settings the SDK's own clients use
 * @throws {ConfigError} if the SDK could not read a key that decides whose
 * credentials the profile gives
 */
export function sdkSections(
  profile: string,
  ambient: string,
  profiles: Profiles,
): SdkSections {
  const identity: Record<string, Section> = {};
  for (const { name, section = {} } of sourceProfiles(profile, profiles)) {
    refuseUnreadable(name, section);
    identity[`profile.${name}`] = section;
    const session = ssoSession(section, profiles);
    if (session !== undefined) {
      identity[`sso-session.${section.sso_session}`] = session;
    }
  }
  const ambientSection = settingsOf(profiles.get(ambient) ?? {});
  const settings: Record<string, Section> = {
    [`profile.${ambient}`]: ambientSection,
  };
  for (const { services } of [...Object.values(identity), ambientSection]) {
    if (services === undefined) continue;
    settings[`services.${services}`] = profiles.section("services", services) ??
      {};
  }
  return { identity, config: formatConfig({ ...settings, ...identity }) };
}

/** Writes sections as a config file for the SDK's reader. */
function formatConfig(sections: NamedSections): string {
  return Object.entries(sections)
    .filter(([name]) => isReadable(name))
    .flatMap(([name, section]) => [
      `[${name}]\n`,
      ...Object.entries(section)
        .filter(([key, value]) => /^[\w.-]+$/.test(key) && isReadable(value))
        .map(([key, value]) => `${key} = ${value}\n`),
    ]).join("");
}

function settingsOf(section: Section): Section {
  return Object.fromEntries(
    Object.entries(section).filter(([key]) => !isIdentityKey(key)),
  );
}

function refuseUnreadable(name: string, section: Section): void {
  const start = `Cannot use the AWS profile '${name}': the AWS SDK cannot read`;
  if (!isReadable(name)) {
    throw new ConfigError(`${start} the profile's name`, {
      hint: "rename the profile",
    });
  }
  for (const [key, value] of Object.entries(section)) {
    if (isIdentityKey(key) && !isReadable(value)) {
      throw new ConfigError(`${start} the value of ${key}`, {
        hint: `write the value of ${key} on one line`,
      });
    }
  }
}

/** Whether the SDK's reader gets a text back as it was written. */
function isReadable(text: string): boolean {
  return text === text.trim() && !/[\r\n]|(?:^|\s)[#;]/.test(text);
}
