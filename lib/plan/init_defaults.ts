// Pure: no I/O.
import { splitRoleArn } from "../aws/arn.ts";
import { partitionOf } from "../aws/partition.ts";
import { isIdentityKey, type Profiles } from "../aws/profiles.ts";
import { InvalidValueError } from "../errors.ts";
import { variableProfile } from "./chosen_profile.ts";
import type { SettingName } from "../settings/setting_types.ts";
import { SETTINGS } from "../settings/settings.ts";

/** AWS account. */
export interface Account {
  readonly partition: string;
  readonly id: string;
}

/**
 * Settings for a first `assume-role.yaml`, found in options and in AWS's files and
 * variables.
 */
export interface InitDefaults {
  /** Profile of the base credentials; absent if unknown or if the default profile is used. */
  readonly profile?: string;
  readonly region?: string;
  /** Account of the base credentials; absent if AWS's files do not name the account. */
  readonly account?: Account;
}

/** Command-line options that override values of AWS's files and variables. */
type InitOptions = { readonly profile?: string; readonly region?: string };

/**
 * Finds settings for a first `assume-role.yaml` in options and in AWS's files and
 * variables.
 */
export function findInitDefaults(
  profiles: Profiles,
  env: Readonly<Record<string, string>>,
  options: InitOptions,
): InitDefaults {
  const profile = findProfile(profiles, env, options.profile);
  const section = profiles.get(profile ?? "default") ?? {};
  const region = [
    options.region,
    env.AWS_REGION,
    env.AWS_DEFAULT_REGION,
    section.region,
  ].find((text) => text && isValid("region", text));
  const account = findAccount(profile ?? "default", profiles, region);
  return {
    ...(profile !== undefined && { profile }),
    ...(region && { region }),
    ...(account !== undefined && { account }),
  };
}

/**
 * Finds the profile of the base credentials. If `--profile` or a variable names a
 * profile, the result is the first profile of the role chain that leads to the named
 * profile. Otherwise, the result is the only profile that has credentials and no role or, if
 * there are several, the only profile that the roles of all profiles are assumed from. If
 * access keys are in the environment and `--profile` is not given, the result is
 * `undefined`, because these access keys need no profile.
 */
function findProfile(
  profiles: Profiles,
  env: Readonly<Record<string, string>>,
  option: string | undefined,
): string | undefined {
  if (option === undefined && env.AWS_ACCESS_KEY_ID) return undefined;
  const named = option ?? variableProfile(env);
  if (named) return findChainStart(named, profiles);
  const names = profiles.names();
  const suitable = names.filter((name) => {
    const section = profiles.get(name) ?? {};
    return section.role_arn === undefined &&
      section.x_assume_role_arn === undefined &&
      Object.keys(section).some(isIdentityKey);
  });
  const sources = names.filter((name) => {
    const { role_arn, source_profile } = profiles.get(name) ?? {};
    return role_arn && source_profile;
  }).map((name) => findChainStart(name, profiles));
  const [only] = [suitable, [...new Set(sources)]]
    .find((found) => found.length === 1) ?? [];
  return only === "default" ? undefined : only;
}

/** Follows `source_profile` to the profile with the base credentials of a role chain. */
function findChainStart(name: string, profiles: Profiles): string | undefined {
  const visited = new Set<string>();
  for (let next = name; !visited.has(next);) {
    visited.add(next);
    const section = profiles.get(next);
    if (section === undefined) return undefined;
    if (!section.role_arn || !section.source_profile) return next;
    next = section.source_profile;
  }
  return [...visited].at(-1);
}

/**
 * Searches AWS's files for the account of a profile's credentials, such as
 * `sso_account_id`.
 */
function findAccount(
  profile: string,
  profiles: Profiles,
  region: string | undefined,
): Account | undefined {
  const section = profiles.get(profile) ?? {};
  const id = section.aws_account_id ?? section.sso_account_id;
  if (id !== undefined && /^\d{12}$/.test(id)) {
    return { partition: partitionOf(region ?? ""), id };
  }
  // The `mfa_serial` of a role's profile is the MFA device of the user who assumes the
  // role, so the account in the device's ARN is the user's account.
  const dependents = profiles.names().map((name) => profiles.get(name) ?? {})
    .filter(({ source_profile }) => source_profile === profile);
  for (const { mfa_serial } of [section, ...dependents]) {
    const [, partition, id] =
      /^arn:([\w-]+):iam::(\d{12}):/.exec(mfa_serial ?? "") ?? [];
    if (partition && id) return { partition, id };
  }
  return undefined;
}

/** Finds the account of all roles in AWS's files; `undefined` if the accounts differ. */
export function findCommonAccount(profiles: Profiles): Account | undefined {
  const [first, ...others] = profiles.names().flatMap((name) => {
    const { role_arn, x_assume_role_arn } = profiles.get(name) ?? {};
    const arn = role_arn ?? x_assume_role_arn ?? "";
    return isValid("roleArn", arn) ? [splitRoleArn(arn)] : [];
  });
  if (first === undefined) return undefined;
  const { partition, accountId } = first;
  return others.every((other) => other.accountId === accountId)
    ? { partition, id: accountId }
    : undefined;
}

/** Whether a setting accepts a value. */
export function isValid(name: SettingName, text: string): boolean {
  try {
    SETTINGS[name].parse(text);
    return true;
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    return false;
  }
}
