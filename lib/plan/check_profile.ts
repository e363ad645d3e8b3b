// Pure: no I/O.
import {
  type Profiles,
  type Section,
  sourceProfiles,
} from "../aws/profiles.ts";
import { ConfigError } from "../errors.ts";

const SSO_KEYS = [
  "sso_role_name",
  "sso_account_id",
  "sso_start_url",
  "sso_region",
];

/**
 * Checks that a profile, and the profiles that `source_profile` leads to, are complete
 * enough for the AWS SDK. The AWS CLI refuses these profiles too.
 *
 * @throws {ConfigError} If a role has no source, or IAM Identity Center lacks a value.
 */
export function checkProfile(profile: string, profiles: Profiles): void {
  for (const { name, section } of sourceProfiles(profile, profiles)) {
    if (section === undefined) continue;
    if (section.role_arn !== undefined) {
      if (!hasSource(section)) throw missingSource(name, section);
    } else if (section.sso_account_id || section.sso_role_name) {
      checkSso(name, section, profiles);
    }
  }
}

/** Creates the error for a profile whose role has no usable source of credentials. */
export function missingSource(
  name: string,
  { credential_source }: Section,
): ConfigError {
  return credential_source === undefined
    ? new ConfigError(
      `Cannot use the AWS profile '${name}': the profile has role_arn, but no source_profile, credential_source or web_identity_token_file`,
      { hint: "add 'source_profile = <base profile>' to the profile" },
    )
    : new ConfigError(
      `Cannot use the AWS profile '${name}': credential_source is ${credential_source}, but ${
        credential_source === "Environment"
          ? "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set"
          : "must be Environment, Ec2InstanceMetadata or EcsContainer"
      }`,
    );
}

function hasSource(section: Section): boolean {
  const { source_profile, credential_source, web_identity_token_file } =
    section;
  return [source_profile, credential_source, web_identity_token_file]
    .some((source) => source !== undefined);
}

function checkSso(name: string, section: Section, profiles: Profiles): void {
  const start =
    `Cannot use the AWS profile '${name}' with IAM Identity Center: the`;
  const { sso_session } = section;
  const session = sso_session === undefined
    ? {}
    : profiles.section("sso-session", sso_session);
  if (session === undefined) {
    throw new ConfigError(
      `${start} section [sso-session ${sso_session}] does not exist`,
      {
        hint: "correct sso_session, or add the section to ~/.aws/config",
      },
    );
  }
  const values: Section = { ...section, ...session };
  const missing = SSO_KEYS.filter((key) => !values[key]);
  if (missing.length > 0) {
    throw new ConfigError(`${start} profile has no ${missing.join(", ")}`, {
      hint: "run 'aws configure sso' to complete the profile",
    });
  }
}
