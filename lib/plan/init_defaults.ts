// Pure: no I/O.
import { splitRoleArn } from "../aws/arn.ts";
import { partitionOf } from "../aws/partition.ts";
import { isIdentityKey, type Profiles, type Section } from "../aws/profiles.ts";
import { InvalidValueError } from "../errors.ts";
import { keyName } from "../settings/names.ts";
import { variableProfile } from "./named_profile.ts";
import type { SettingName } from "../settings/setting_types.ts";
import { SETTINGS } from "../settings/settings.ts";
import { PROFILE_KEYS } from "./profile_settings.ts";

/** AWS account. */
export interface Account {
  readonly partition: string;
  readonly id: string;
}

/** Entry of `roles` that is made from the role of an AWS profile. */
export interface InitRole {
  readonly name: string;
  /** Keys of the entry and their values, in order. */
  readonly keys: readonly (readonly [key: string, value: string])[];
}

/** Settings for a first `assume-role.yaml`, from AWS's files and variables only. */
export interface InitDefaults {
  /** Profile of the base credentials; absent if the profile is used by default. */
  readonly profile?: string;
  readonly region?: string;
  /** Account of the user or, if unknown, the account that all known roles share. */
  readonly account?: Account;
  readonly roles: readonly InitRole[];
}

/** Options of the command line. */
type InitOptions = { readonly profile?: string; readonly region?: string };

/** Finds settings for a first `assume-role.yaml` in AWS's files and variables. */
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
      toInitRole(name, profiles.get(name) ?? {}, profile, region)
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

/** Finds the profile of the base credentials: the named or the only suitable profile. */
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

/** Follows `source_profile` to the profile at the start of a role chain. */
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

/** Makes an entry of `roles` from a profile, without values that are defaults anyway. */
function toInitRole(
  name: string,
  section: Section,
  profile: string | undefined,
  region: string | undefined,
): readonly InitRole[] {
  const { role_arn, credential_source, web_identity_token_file } = section;
  if (role_arn === undefined || !isValid("roleArn", role_arn)) return [];
  // assume-role.yaml has no key for these two sources of base credentials.
  if (credential_source || web_identity_token_file) return [];
  if (name.startsWith("-") || name.startsWith("arn:")) return [];
  const keys = PROFILE_KEYS.flatMap(([key, setting]) => {
    const value = section[key];
    const isOmitted = value === undefined || !isValid(setting, value) ||
      setting === "profile" && value === profile ||
      setting === "region" && value === region;
    return isOmitted ? [] : [[keyName(setting), value] as const];
  });
  return [{ name, keys }];
}

/** Finds the account of a profile's user in the keys of AWS's files. */
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
  // An MFA device belongs to the user, even if a role's profile names the device.
  const dependents = profiles.names().map((name) => profiles.get(name) ?? {})
    .filter(({ source_profile }) => source_profile === profile);
  for (const { mfa_serial } of [section, ...dependents]) {
    const [, partition, id] =
      /^arn:([\w-]+):iam::(\d{12}):/.exec(mfa_serial ?? "") ?? [];
    if (partition && id) return { partition, id };
  }
  return undefined;
}

/** Finds the account that the roles of all AWS profiles share, if they share one. */
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
