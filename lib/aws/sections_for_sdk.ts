// Pure: no I/O.
import { ConfigError } from "../errors.ts";
import { sdkProfileName } from "./sdk_names.ts";
import {
  isIdentityKey,
  type Profiles,
  type Section,
  ssoSession,
} from "./profiles.ts";

/** Sections by the names that the SDK's parser uses, such as `profile.dev`. */
type NamedSections = Readonly<Record<string, Section>>;

/**
 * The sections that the AWS SDK needs to find base credentials.
 *
 * The SDK reads AWS's files by other rules than the AWS CLI: for example, the SDK
 * skips the header `[dev] // mine`, so the keys below that header become keys of
 * the previous profile. Therefore the SDK gets these sections instead of AWS's files; see
 * `FindBaseInput.isShared` for the exception.
 */
export interface SdkSections {
  /** Sections that determine the identity. A section that AWS's files lack is empty here. */
  readonly identity: NamedSections;
  /** The text of a config file: `identity`, and settings of the SDK's own clients. */
  readonly config: string;
}

/**
 * Selects the section of a profile, and the sections that the profile names.
 *
 * @param section the keys of the profile that the SDK needs
 * @param ambient profile whose region and other settings the SDK's own clients use
 * @throws {ConfigError} If the SDK's parser cannot read a profile's name, or the value of an
 * identity key.
 */
export function sdkSections(
  profile: string,
  section: Section,
  ambient: string,
  profiles: Profiles,
): SdkSections {
  refuseUnreadable(profile, section);
  const session = ssoSession(section, profiles);
  const identity = {
    [`profile.${profile}`]: section,
    ...(session && { [`sso-session.${section.sso_session}`]: session }),
  };
  const ambientSection = withoutIdentity(profiles.get(ambient) ?? {});
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

/** Formats sections as a config file for the SDK's parser. */
function formatConfig(sections: NamedSections): string {
  return Object.entries(sections)
    .filter(([name]) => isReadable(name))
    .flatMap(([name, section]) => [
      `[${
        name.replace(/^(profile\.)(.*)$/s, (_, kind, profile) =>
          kind + sdkProfileName(profile))
      }]\n`,
      ...Object.entries(section)
        .filter(([key, value]) => /^[\w.-]+$/.test(key) && isReadable(value))
        .map(([key, value]) => `${key} = ${value}\n`),
    ]).join("");
}

function withoutIdentity(section: Section): Section {
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

/** Whether the SDK's parser gets a name or a value from a file without a change. */
function isReadable(text: string): boolean {
  return text === text.trim() && !/[\r\n]|(?:^|\s)[#;]/.test(text);
}
