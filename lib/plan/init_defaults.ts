// Pure: no I/O.
import { splitRoleArn } from "../aws/arn.ts";
import { partitionOf } from "../aws/partition.ts";
import { usesToken } from "../aws/profile_provider.ts";
import { isIdentityKey, type Profiles, type Section } from "../aws/profiles.ts";
import { InvalidValueError } from "../errors.ts";
import { keyName } from "../settings/names.ts";
import { variableProfile } from "./chosen_profile.ts";
import type { SettingName } from "../settings/setting_types.ts";
import { SETTINGS } from "../settings/settings.ts";
import { PROFILE_KEYS } from "./profile_settings.ts";

/** AWS account. */
export interface Account {
  readonly partition: string;
  readonly id: string;
}

/** Entry of `roles` in `assume-role.yaml` that is made from an AWS profile with a role. */
export interface InitRole {
  readonly name: string;
  /** Keys and values of the entry, in the order in which `assume-role.yaml` has them. */
  readonly keys: readonly (readonly [key: string, value: string])[];
}

/**
 * Settings for a first `assume-role.yaml`, found in options and in AWS's files and
 * variables.
 */
export interface InitDefaults {
  /** Profile of the base credentials; absent if unknown or if the default profile is used. */
  readonly profile?: string;
  readonly region?: string;
  /**
   * Account of the base credentials or, if that account is unknown, the account of all
   * roles if all roles are in the same account.
   */
  readonly account?: Account;
  readonly roles: readonly InitRole[];
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
  const roles = profiles.names()
    .flatMap((name) =>
      usesToken(name, profiles)
        ? [] // assume-role.yaml has no keys for web identity tokens
        : toInitRole(name, profiles.get(name) ?? {}, profile, region)
    );
  const account = findAccount(profile ?? "default", profiles, region) ??
    findCommonAccount(profiles);
  return {
    ...(profile !== undefined && { profile }),
    ...(region && { region }),
    ...(account !== undefined && { account }),
    roles,
  };
}

/**
 * Finds the profile of the base credentials. If `--profile` or a variable names a
 * profile, the result is the first profile of the role chain that leads to the named
 * profile. Otherwise, the result is the only profile that has credentials and no role. If
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
  const [only, ...others] = profiles.names().filter((name) => {
    const section = profiles.get(name) ?? {};
    return section.role_arn === undefined &&
      section.x_assume_role_arn === undefined &&
      Object.keys(section).some(isIdentityKey);
  });
  return others.length > 0 || only === "default" ? undefined : only;
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
 * Makes an entry of `roles` from an AWS profile. The entry has no key `profile` or
 * `region` if the top level of `assume-role.yaml` has this key with the same value.
 */
function toInitRole(
  name: string,
  section: Section,
  profile: string | undefined,
  region: string | undefined,
): readonly InitRole[] {
  const { role_arn, credential_source } = section;
  if (role_arn === undefined || !isValid("roleArn", role_arn)) return [];
  // assume-role.yaml has no key for `credential_source`.
  if (credential_source) return [];
  if (name.startsWith("-") || name.startsWith("arn:")) return [];
  const keys = PROFILE_KEYS.flatMap(([key, setting]) => {
    const value = section[key];
    const isOmitted = value === undefined || !isValid(setting, value) ||
      setting === "profile" && value === profile ||
      setting === "region" && value === region ||
      // A project's file must not name programs.
      SETTINGS[setting].key?.userFileOnly === true;
    return isOmitted ? [] : [[keyName(setting), value] as const];
  });
  return [{ name, keys }];
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
function findCommonAccount(profiles: Profiles): Account | undefined {
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

function isValid(name: SettingName, text: string): boolean {
  try {
    SETTINGS[name].parse(text);
    return true;
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    return false;
  }
}
