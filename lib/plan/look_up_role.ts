// Pure: no I/O.
import { type RoleArn, splitRoleArn } from "../aws/arn.ts";
import type { Profiles } from "../aws/profiles.ts";
import { ConfigError, InvalidValueError, UsageError } from "../errors.ts";
import { suggest } from "../settings/suggest.ts";
import { parseRoleArn } from "../settings/parsers.ts";
import {
  kindOfProfile,
  type SessionProfile,
  sessionProfile,
} from "./profile_kind.ts";
import { type Layers, SettingResolver } from "./setting_resolver.ts";

/** Everything that decides the meaning of a name. */
export interface Names extends Layers {
  readonly profiles: Profiles;
}

/** The role or the profile that a name stands for. */
export type Meaning =
  | {
    readonly kind: "role";
    readonly role: RoleArn;
    /** The source of the ARN. */
    readonly by: "arn" | "entry" | "prefix";
  }
  | {
    readonly kind: "profile";
    readonly name: string;
    readonly profile: SessionProfile;
  };

/** A name that the files give to a role or a profile. */
export interface KnownName {
  readonly name: string;
  /** The file whose `roles` have it; absent for an AWS profile. */
  readonly file?: string;
}

/**
 * Finds the role or the profile that a name stands for. Runs, lists, completions
 * and `via` all use this lookup. The first match counts:
 *
 * 1. a full ARN, which is never prefixed
 * 2. an entry of `roles`, which has an ARN or takes that of `role_prefix`
 * 3. an AWS profile that yields a session
 * 4. `role_prefix` and the name
 *
 * @param wantedBy the next role of the chain, if there is a next role
 * @throws {UsageError} If the name stands for nothing, or for a profile and,
 * by `role_prefix`, for another role
 * @throws {ConfigError} If `role_prefix` makes no ARN of a role
 */
export function lookUp(
  name: string,
  names: Names,
  resolver: SettingResolver = new SettingResolver(names, name),
  wantedBy?: string,
): Meaning {
  if (name.startsWith("arn:")) {
    return { kind: "role", by: "arn", role: parseArn(name, wantedBy) };
  }
  const entryArn = resolver.resolve("roleArn");
  if (entryArn !== undefined) {
    return { kind: "role", by: "entry", role: splitRoleArn(entryArn) };
  }
  const prefix = resolver.resolve("rolePrefix") || undefined;
  const isEntry = names.configs.some(({ roles }) => roles.has(name));
  const profile = isEntry && prefix !== undefined
    ? undefined
    : sessionProfile(name, names.profiles);
  if (profile === undefined || isOwnCommand(name, profile, prefix)) {
    const role = prefix === undefined
      ? refuseUnknown(name, isEntry, names, wantedBy)
      : completed(name, prefix, wantedBy);
    return { kind: "role", by: isEntry ? "entry" : "prefix", role };
  }
  const other = prefix === undefined ? undefined : roleArnOf(prefix + name);
  if (other !== undefined && other !== profile.roleArn) {
    throw ambiguous(name, profile, other);
  }
  return { kind: "profile", name, profile };
}

/** As {@linkcode lookUp}, but `undefined` if the name cannot be used. */
export function lookUpIfUsable(
  name: string,
  names: Names,
): Meaning | undefined {
  try {
    return lookUp(name, names);
  } catch (error) {
    if (error instanceof UsageError || error instanceof ConfigError) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Lists the names that the files give to roles: the entries of `roles`, then
 * the AWS profiles that yield a session, each name once.
 */
export function knownNames({ configs, profiles }: Names): readonly KnownName[] {
  const known = new Map<string, KnownName>();
  for (const { path, roles } of configs) {
    for (const name of roles.keys()) {
      if (!known.has(name)) known.set(name, { name, file: path });
    }
  }
  for (const name of profiles.names()) {
    if (!known.has(name) && sessionProfile(name, profiles) !== undefined) {
      known.set(name, { name });
    }
  }
  return [...known.values()];
}

/** The name that `role_prefix` completes to a role, unless the name means another role. */
export function shortName(arn: string, names: Names): string | undefined {
  const prefix = new SettingResolver(names, undefined).resolve("rolePrefix");
  if (!prefix || !arn.startsWith(prefix)) return undefined;
  const name = arn.slice(prefix.length);
  const meaning = name === "" ? undefined : lookUpIfUsable(name, names);
  return meaning?.kind === "role" && meaning.role.arn === arn
    ? name
    : undefined;
}

/**
 * Whether the `credential_process` of a profile is assume-role with the same
 * role: then the role is assumed directly, without another process.
 */
function isOwnCommand(
  name: string,
  profile: SessionProfile,
  prefix: string | undefined,
): boolean {
  if (profile.kind !== "session" || profile.ownRole === undefined) return false;
  return profile.ownRole === name ||
    prefix !== undefined && profile.ownRole === prefix + name;
}

function ambiguous(
  name: string,
  profile: SessionProfile,
  other: string,
): UsageError {
  const own = profile.roleArn ??
    `a role that only ${
      profile.kind === "session" ? profile.maker : "AWS"
    } knows`;
  return new UsageError(
    `Cannot tell which role '${name}' is: the AWS profile '${name}' leads to ${own}, but role_prefix makes the name ${other}`,
    {
      hint:
        `write '--profile ${name}' for the profile, or '--role ${other}' for the other role`,
    },
  );
}

function refuseUnknown(
  name: string,
  isEntry: boolean,
  names: Names,
  wantedBy: string | undefined,
): never {
  const kind = kindOfProfile(name, names.profiles)?.kind;
  const reason = isEntry
    ? "its entry of 'roles' has no 'role_arn'"
    : kind === "keys"
    ? "it is no entry of 'roles', the AWS profile of this name has keys and no role,"
    : "it is no entry of 'roles'";
  const near = isEntry || kind === "keys"
    ? undefined
    : suggest(name, knownNames(names).map(({ name }) => name));
  throw new UsageError(
    `Cannot tell the ARN of role '${name}'${
      by(wantedBy)
    }: ${reason} and there is no 'role_prefix'`,
    {
      hint: near !== undefined
        ? `did you mean '${near}'?`
        : kind === "keys"
        ? `to assume a role with these keys, write '--role ROLE --profile ${name}'`
        : "give the full ARN, or put 'role_prefix: arn:aws:iam::<account-id>:role/' into assume-role.yaml",
    },
  );
}

function completed(
  name: string,
  prefix: string,
  wantedBy: string | undefined,
): RoleArn {
  const arn = roleArnOf(prefix + name);
  if (arn !== undefined) return splitRoleArn(arn);
  throw new ConfigError(
    `Cannot use the role '${name}'${
      by(wantedBy)
    }: with role_prefix it is '${prefix}${name}', which is not the ARN of a role`,
    { hint: "a prefix is written like arn:aws:iam::111111111111:role/" },
  );
}

function parseArn(name: string, wantedBy: string | undefined): RoleArn {
  const arn = roleArnOf(name);
  if (arn !== undefined) return splitRoleArn(arn);
  throw new UsageError(
    `Cannot use the role '${name}'${by(wantedBy)}: it is not the ARN of a role`,
    {
      hint: "a role's ARN is written like arn:aws:iam::111111111111:role/admin",
    },
  );
}

function by(wantedBy: string | undefined): string {
  return wantedBy === undefined
    ? ""
    : `, by way of which '${wantedBy}' is assumed`;
}

/** The text, if it is the ARN of a role. */
function roleArnOf(text: string): string | undefined {
  try {
    return parseRoleArn(text);
  } catch (error) {
    if (error instanceof InvalidValueError) return undefined;
    throw error;
  }
}
