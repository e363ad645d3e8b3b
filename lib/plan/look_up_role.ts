// Pure: no I/O.
import { type RoleArn, splitRoleArn } from "../aws/arn.ts";
import type { Profiles } from "../aws/profiles.ts";
import { ConfigError, UsageError } from "../errors.ts";
import { explainNoRoleArn, refuseOtherForms } from "./arn_forms.ts";
import { suggest } from "../settings/suggest.ts";
import {
  ambiguousNameError,
  formatWantedBy,
  unknownNameError,
} from "./look_up_errors.ts";
import {
  isOwnCommand,
  type NameInUse,
  refuseOtherEntry,
  refuseOtherPrefix,
  tryParseRoleArn,
} from "./own_role.ts";
import {
  kindOfProfile,
  type SessionProfile,
  sessionProfile,
} from "./profile_kind.ts";
import { type SettingLayers, SettingResolver } from "./setting_resolver.ts";
import type { UnreadInput } from "./unread_files.ts";

/** Settings and AWS profiles that decide the meaning of a role's name. */
export interface LookUpInput extends SettingLayers, UnreadInput {
  /** AWS profiles of the user. */
  readonly profiles: Profiles;
  /** Lists the ARNs of roles whose sessions are in the cache. */
  readonly listCachedRoles?: () => readonly string[];
}

/** Role or profile that a name stands for. */
export type Meaning =
  | {
    readonly kind: "role";
    readonly role: RoleArn;
    /** Match that gave the ARN: a full ARN, an entry of `roles`, or `role_prefix`. */
    readonly by: "arn" | "entry" | "prefix";
  }
  | {
    readonly kind: "profile";
    readonly name: string;
    readonly profile: SessionProfile;
  };

/** Name of an entry of `roles` or of an AWS profile. */
export interface KnownName {
  readonly name: string;
  /** Path of the file with the entry; absent for an AWS profile. */
  readonly file?: string;
}

/**
 * Finds the role or the profile that a name stands for. Runs, lists, completions and the
 * key `via` all use this function. The first item of this list that matches is used:
 *
 * 1. a full ARN, to which `role_prefix` is never added
 * 2. an entry of `roles`: its `role_arn` or, if the entry has no `role_arn`,
 *    `role_prefix` plus the name
 * 3. an AWS profile that yields a session, unless `isOwnCommand()` is true for the
 * profile
 * 4. `role_prefix` plus the name
 *
 * A name can be ambiguous even if `roles` has an entry of this name, because an entry
 * without `role_arn` does not say which role is meant.
 *
 * If the name stands in the user's file, the `role_prefix` of the user's file comes before
 * that of a project.
 *
 * @throws {UsageError} If the name is unknown or ambiguous. A name is ambiguous if an AWS
 * profile has the name, but `role_prefix` plus the name is the ARN of a different role, or
 * if a project's entry or `role_prefix` gives another ARN than the user's own entry or
 * profile.
 * @throws {ConfigError} If `role_prefix` plus the name is not a valid ARN of a role.
 */
export function lookUp(
  name: string,
  input: LookUpInput,
  resolver: SettingResolver = new SettingResolver(input, name),
  { wantedBy, isInUserFile = false }: Partial<Omit<NameInUse, "name">> = {},
): Meaning {
  if (name.startsWith("arn:")) {
    return { kind: "role", by: "arn", role: parseArn(name, wantedBy) };
  }
  const entryArn = resolver.resolve("roleArn");
  if (entryArn !== undefined) {
    refuseOtherEntry({ name, isInUserFile, wantedBy }, entryArn, input);
    return { kind: "role", by: "entry", role: splitRoleArn(entryArn) };
  }
  const prefix =
    (isInUserFile
      ? resolver.resolveUserFirst("rolePrefix")
      : resolver.resolve("rolePrefix")) || undefined;
  const isEntry = input.configs.some(({ roles }) => roles.has(name));
  const profile = sessionProfile(name, input.profiles);
  const prefixedArn = prefix && tryParseRoleArn(prefix + name);
  const isPrefixed = profile === undefined ||
    isOwnCommand(name, profile, prefix) ||
    isEntry && prefix !== undefined && prefixedArn === profile.roleArn;
  if (isPrefixed) {
    if (!isEntry) refuseOtherForms(name);
    if (prefixedArn !== undefined) {
      const used = { name, isInUserFile, wantedBy };
      refuseOtherPrefix(used, prefixedArn, resolver, input);
    }
    const role = prefix === undefined
      ? refuseUnknown(name, isEntry, input, wantedBy)
      : applyPrefix(name, prefix, wantedBy);
    return { kind: "role", by: isEntry ? "entry" : "prefix", role };
  }
  if (prefixedArn !== undefined && prefixedArn !== profile.roleArn) {
    throw ambiguousNameError(
      { name, own: profile, otherArn: prefixedArn },
      input,
      wantedBy,
    );
  }
  return { kind: "profile", name, profile };
}

/** Finds the name of the role that an option, a variable or a file names. */
export function findRoleName(layers: SettingLayers): string | undefined {
  return new SettingResolver(layers, undefined).resolve("role");
}

/** Calls {@linkcode lookUp}; returns `undefined` if `lookUp` refuses the name. */
export function lookUpIfUsable(
  name: string,
  input: LookUpInput,
): Meaning | undefined {
  try {
    return lookUp(name, input);
  } catch (error) {
    if (error instanceof UsageError || error instanceof ConfigError) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Lists the names of roles: the entries of `roles`, then the AWS profiles that yield
 * a session, each name once.
 */
export function listRoleNames(
  { configs, profiles }: LookUpInput,
): readonly KnownName[] {
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

/**
 * Removes `role_prefix` from the start of an ARN. Returns `undefined` if the ARN does not
 * start with `role_prefix`, or if `--role` does not find the same role by the short name.
 */
export function shortName(arn: string, input: LookUpInput): string | undefined {
  const prefix = new SettingResolver(input, undefined).resolve("rolePrefix");
  if (!prefix || !arn.startsWith(prefix)) return undefined;
  const name = arn.slice(prefix.length);
  const meaning = name === "" ? undefined : lookUpIfUsable(name, input);
  return meaning?.kind === "role" && meaning.role.arn === arn
    ? name
    : undefined;
}

/** Lists the short names of roles whose sessions are in the cache; see {@linkcode shortName}. */
export function listCachedNames(input: LookUpInput): readonly string[] {
  const names = (input.listCachedRoles?.() ?? [])
    .flatMap((arn) => shortName(arn, input) ?? []);
  return [...new Set(names)].sort();
}

function refuseUnknown(
  name: string,
  isEntry: boolean,
  input: LookUpInput,
  wantedBy: string | undefined,
): never {
  const kind = kindOfProfile(name, input.profiles)?.kind;
  const misnamed = input.profiles.misnamed()
    .find((section) => section.name === name);
  const near = suggest(name, listRoleNames(input).map(({ name }) => name));
  throw unknownNameError({ name, isEntry, kind, misnamed, near }, wantedBy);
}

function applyPrefix(
  name: string,
  prefix: string,
  wantedBy: string | undefined,
): RoleArn {
  const arn = tryParseRoleArn(prefix + name);
  if (arn !== undefined) return splitRoleArn(arn);
  throw new ConfigError(
    `Cannot use the role '${name}'${
      formatWantedBy(wantedBy)
    }: role_prefix makes the name '${prefix}${name}', which is not the ARN of a role`,
    {
      hint: tryParseRoleArn(`${prefix}x`) === undefined
        ? "write a prefix like arn:aws:iam::111111111111:role/"
        : "correct the name: a role's name has only letters, digits and the characters _+=,.@-",
    },
  );
}

function parseArn(name: string, wantedBy: string | undefined): RoleArn {
  const arn = tryParseRoleArn(name);
  if (arn !== undefined) return splitRoleArn(arn);
  throw new UsageError(
    `Cannot use the role '${name}'${
      formatWantedBy(wantedBy)
    }: not the ARN of a role`,
    { hint: explainNoRoleArn(name) },
  );
}
