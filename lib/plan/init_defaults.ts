// Pure: no I/O.
import { splitRoleArn } from "../aws/arn.ts";
import { partitionOf } from "../aws/partition.ts";
import { isIdentityKey, type Profiles, type Section } from "../aws/profiles.ts";
import { InvalidValueError } from "../errors.ts";
import { keyName } from "../settings/names.ts";
import { variableProfile } from "./named_profile.ts";
import type { SettingName } from "../settings/setting.ts";
import { SETTINGS } from "../settings/settings.ts";
import { PROFILE_KEYS } from "./profile_settings.ts";

/** An account of AWS. */
export interface Account {
  readonly partition: string;
  readonly id: string;
}

/** A role that an AWS profile stands for, as an entry of `roles`. */
export interface InitRole {
  readonly name: string;
  /** The keys of the entry and their values, in order. */
  readonly keys: readonly (readonly [key: string, value: string])[];
}

/** What can be known offline of the settings that somebody will want. */
export interface InitDefaults {
  /** The profile of the base credentials, unless it is the one that counts anyway. */
  readonly profile?: string;
  readonly region?: string;
  /** The account that the user, or else every known role, belongs to. */
  readonly account?: Account;
  readonly roles: readonly InitRole[];
}

/** What was asked for on the command line. */
type Wishes = { readonly profile?: string; readonly region?: string };

/** Finds out what to start with, from AWS's files and variables. */
export function findInitDefaults(
  profiles: Profiles,
  env: Readonly<Record<string, string>>,
  wishes: Wishes,
): InitDefaults {
  const profile = findProfile(profiles, env, wishes.profile);
  const section = profiles.get(profile ?? "default") ?? {};
  const region = [
    wishes.region,
    env.AWS_REGION,
    env.AWS_DEFAULT_REGION,
    section.region,
  ].find((text) => text && isValid("region", text));
  const roles = profiles.names()
    .flatMap((name) => roleOf(name, profiles.get(name) ?? {}, profile, region));
  const account = accountOf(profile ?? "default", profiles, region) ??
    commonAccount(profiles);
  return {
    ...(profile !== undefined && { profile }),
    ...(region && { region }),
    ...(account !== undefined && { account }),
    roles,
  };
}

/** The profile to start from: the one that is named, or the only one there is. */
function findProfile(
  profiles: Profiles,
  env: Readonly<Record<string, string>>,
  wish: string | undefined,
): string | undefined {
  if (wish === undefined && env.AWS_ACCESS_KEY_ID) return undefined;
  const named = wish ?? variableProfile(env);
  if (named) return withoutRoles(named, profiles);
  const [only, ...others] = profiles.names().filter((name) => {
    const section = profiles.get(name) ?? {};
    return section.role_arn === undefined &&
      section.x_assume_role_arn === undefined &&
      Object.keys(section).some(isIdentityKey);
  });
  return others.length > 0 || only === "default" ? undefined : only;
}

/** Where the way of a profile's roles begins. */
function withoutRoles(name: string, profiles: Profiles): string | undefined {
  const visited = new Set<string>();
  for (let at = name; !visited.has(at);) {
    visited.add(at);
    const section = profiles.get(at);
    if (section === undefined) return undefined;
    if (!section.role_arn || !section.source_profile) return at;
    at = section.source_profile;
  }
  return [...visited].at(-1);
}

function roleOf(
  name: string,
  section: Section,
  profile: string | undefined,
  region: string | undefined,
): readonly InitRole[] {
  const { role_arn, credential_source, web_identity_token_file } = section;
  if (role_arn === undefined || !isValid("roleArn", role_arn)) return [];
  // What these start from cannot be told in a file of ours.
  if (credential_source || web_identity_token_file) return [];
  if (name.startsWith("-") || name.startsWith("arn:")) return [];
  const keys = PROFILE_KEYS.flatMap(([key, setting]) => {
    const value = section[key];
    const isKnown = value === undefined || !isValid(setting, value) ||
      setting === "profile" && value === profile ||
      setting === "region" && value === region;
    return isKnown ? [] : [[keyName(setting), value] as const];
  });
  return [{ name, keys }];
}

/** The account of whoever a profile stands for, as far as its keys tell. */
function accountOf(
  profile: string,
  profiles: Profiles,
  region: string | undefined,
): Account | undefined {
  const section = profiles.get(profile) ?? {};
  const id = section.aws_account_id ?? section.sso_account_id;
  if (id !== undefined && /^\d{12}$/.test(id)) {
    return { partition: partitionOf(region ?? ""), id };
  }
  // A device belongs to the user, also where a role's profile names it.
  const from = profiles.names().map((name) => profiles.get(name) ?? {})
    .filter(({ source_profile }) => source_profile === profile);
  for (const { mfa_serial } of [section, ...from]) {
    const [, partition, id] =
      /^arn:([\w-]+):iam::(\d{12}):/.exec(mfa_serial ?? "") ?? [];
    if (partition && id) return { partition, id };
  }
  return undefined;
}

/** The account of all roles of AWS profiles, where it is one. */
function commonAccount(profiles: Profiles): Account | undefined {
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
