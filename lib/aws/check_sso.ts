// Pure: no I/O.
import { ConfigError } from "../errors.ts";
import { type Profiles, type Section, ssoSession } from "./profiles.ts";

/** Keys that each `sso-session` section needs. */
const SSO_SESSION_KEYS = ["sso_start_url", "sso_region"];
const SSO_KEYS = [
  "sso_role_name",
  "sso_account_id",
  ...SSO_SESSION_KEYS,
];

/**
 * Checks that the `sso-session` section that a profile names exists and is complete. The
 * AWS CLI checks the section of the profile that it uses before each call, also if the
 * profile's credentials do not come from IAM Identity Center.
 *
 * @throws {ConfigError} If the section does not exist, or has no start URL or region.
 */
export function checkSsoSession(name: string, profiles: Profiles): void {
  const profile = profiles.get(name) ?? {};
  const section = ssoSession(profile, profiles);
  if (section === undefined) return;
  const missing = SSO_SESSION_KEYS.filter((key) => section[key] === undefined);
  if (missing.length === 0) return;
  const isEmpty = Object.keys(section).length === 0;
  throw new ConfigError(
    `Cannot use the AWS profile '${name}': the section [sso-session ${profile.sso_session}] ${
      isEmpty ? "does not exist" : `has no ${missing.join(" and no ")}`
    }`,
    {
      hint: isEmpty
        ? "correct or remove sso_session, or add the section to ~/.aws/config; the AWS CLI refuses the profile, too"
        : `add ${
          missing.join(" and ")
        } to the section; the AWS CLI refuses the profile, too`,
    },
  );
}

/**
 * Checks that a profile has the values that IAM Identity Center needs.
 *
 * @param profile the profile's keys of both files
 * @throws {ConfigError} If a value is missing, or differs from the value of the section.
 */
export function checkSso(
  name: string,
  profile: Section,
  profiles: Profiles,
): void {
  const refuse = (reason: string, hint: string): never => {
    throw new ConfigError(
      `Cannot use the AWS profile '${name}' with IAM Identity Center: ${reason}`,
      { hint },
    );
  };
  checkSsoSession(name, profiles);
  const session = ssoSession(profile, profiles) ?? {};
  for (const [key, value] of Object.entries(session)) {
    if ((profile[key] ?? value) === value) continue;
    refuse(
      `${key} differs from [sso-session ${profile.sso_session}]`,
      `remove ${key} from the profile`,
    );
  }
  const values: Section = { ...profile, ...session };
  const missing = SSO_KEYS.filter((key) => !values[key]);
  if (missing.length > 0) {
    refuse(
      `the profile has no ${missing.join(", ")}`,
      "run 'aws configure sso' to complete the profile",
    );
  }
}
