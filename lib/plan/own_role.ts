// Pure: no I/O.
import { ConfigError, InvalidValueError } from "../errors.ts";
import { parseRoleArn } from "../settings/parsers.ts";
import {
  ambiguousNameError,
  formatOwn,
  type OwnRole,
} from "./look_up_errors.ts";
import type { LookUpInput } from "./look_up_role.ts";
import { type SessionProfile, sessionProfile } from "./profile_kind.ts";
import { isFromProject, type SettingResolver } from "./setting_resolver.ts";

/** A name of a role, and the next role of the chain for error messages. */
export interface NameInUse {
  readonly name: string;
  /** Whether the name stands in the user's file, as `role` or `via`. */
  readonly isInUserFile: boolean;
  /** Name of the role that is assumed from this role. */
  readonly wantedBy: string | undefined;
}

/**
 * Refuses a name if a project's entry has another ARN than the user's entry or AWS profile
 * of the name. The user's settings for the name, such as `external_id`, would otherwise
 * apply to the role of the project.
 */
export function refuseOtherEntry(
  used: NameInUse,
  entryArn: string,
  input: LookUpInput,
): void {
  const giver = input.configs.find(({ roles }) =>
    roles.get(used.name)?.roleArn
  );
  if (giver?.owner !== "project") return;
  const own = findOwnEntry(used, input) ?? findOwnProfile(used.name, input);
  refuseOther(used, own, { otherArn: entryArn, otherFile: giver.path }, input);
}

/**
 * Refuses a name if the `role_prefix` of a project makes another ARN than the user's own
 * `role_prefix`, and the user's file has the name.
 */
export function refuseOtherPrefix(
  used: NameInUse,
  prefixedArn: string,
  resolver: SettingResolver,
  input: LookUpInput,
): void {
  if (!isFromProject(resolver.sources.rolePrefix, input)) return;
  const own = findOwnEntry(used, input);
  refuseOther(used, own, { otherArn: prefixedArn }, input);
}

/**
 * Refuses a role chain that a project gives a role of the user. The user's settings for the
 * role would otherwise be used with a session that the project chose.
 *
 * @throws {ConfigError} If the key `via` of a project applies to a role of the user.
 */
export function refuseOtherChain(
  name: string,
  resolver: SettingResolver,
  input: LookUpInput,
): void {
  const { via, roleArn } = resolver.sources;
  if (via?.kind !== "file" || !isFromProject(via, input)) return;
  const own = findOwnEntry({ name, isInUserFile: false }, input) ??
    (isFromProject(roleArn, input) ? undefined : findOwnProfile(name, input));
  if (own === undefined) return;
  throw new ConfigError(
    `Cannot use 'via' of the role '${name}' in ${via.path}: ${
      formatOwn(name, own)
    }, and a project cannot change how your role is assumed`,
    {
      hint:
        `remove 'via' from ${via.path}, or give the entry there another name`,
    },
  );
}

function refuseOther(
  { name, wantedBy }: NameInUse,
  own: OwnRole | undefined,
  other: { readonly otherArn: string; readonly otherFile?: string },
  input: LookUpInput,
): void {
  if (own === undefined || own.roleArn === other.otherArn) return;
  throw ambiguousNameError({ name, own, ...other }, input, wantedBy);
}

/** Finds the role that the user's file gives a name, if the user's file has the name. */
function findOwnEntry(
  { name, isInUserFile }: Pick<NameInUse, "name" | "isInUserFile">,
  { configs }: LookUpInput,
): OwnRole | undefined {
  const user = configs.find(({ owner }) => owner === "user");
  const entry = user?.roles.get(name);
  if (user === undefined || entry === undefined && !isInUserFile) {
    return undefined;
  }
  const roleArn = entry?.roleArn ??
    tryParseRoleArn(`${user.values.rolePrefix ?? ""}${name}`);
  if (roleArn === undefined) return undefined;
  return { file: user.path, isEntry: entry !== undefined, roleArn };
}

function findOwnProfile(
  name: string,
  { profiles }: LookUpInput,
): SessionProfile | undefined {
  const profile = sessionProfile(name, profiles);
  return profile && !isOwnCommand(name, profile, undefined)
    ? profile
    : undefined;
}

/**
 * Whether the `credential_process` of a profile runs assume-role with the profile's name
 * as the role. If so, this process assumes the role itself and does not run
 * `credential_process`.
 */
export function isOwnCommand(
  name: string,
  profile: SessionProfile,
  prefix: string | undefined,
): boolean {
  if (profile.kind !== "session" || profile.ownRole === undefined) return false;
  return profile.ownRole === name ||
    prefix !== undefined && profile.ownRole === prefix + name;
}

/** Parses the ARN of a role; returns `undefined` if the text is not the ARN of a role. */
export function tryParseRoleArn(text: string): string | undefined {
  try {
    return parseRoleArn(text);
  } catch (error) {
    if (error instanceof InvalidValueError) return undefined;
    throw error;
  }
}
