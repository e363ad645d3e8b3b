// Pure: no I/O.
import type { RoleArn } from "../aws/arn.ts";
import { splitRoleArn } from "../aws/arn.ts";
import { ConfigError, InvalidValueError } from "../errors.ts";
import { parseRoleArn } from "../settings/parsers.ts";
import { lookUp, type Names } from "./look_up_role.ts";
import { kindOfProfile, type SessionProfile } from "./profile_kind.ts";
import { profileSettings } from "./profile_settings.ts";
import { ofProfile } from "./region.ts";
import { SettingResolver } from "./setting_resolver.ts";

/** A role to assume, and the settings that are decided so far. */
export interface RoleTarget {
  readonly kind: "role";
  readonly name: string;
  readonly role: RoleArn;
  readonly resolver: SettingResolver;
  /** The AWS profile that says how the role is assumed, if it does. */
  readonly profile?: TargetProfile;
}

/** A profile that gives a ready-made session. */
export interface SessionTarget {
  readonly kind: "session";
  readonly name: string;
  readonly resolver: SettingResolver;
  readonly profile: TargetProfile;
  /** The origin of the session for messages, such as `IAM Identity Center`. */
  readonly maker: string;
  /** The role, if AWS's files name it. */
  readonly roleArn?: string;
}

/** The AWS profile that a target stands for. */
export interface TargetProfile {
  readonly name: string;
  /** Whether `--profile` names it, rather than the base credentials. */
  readonly isAlone: boolean;
}

/** The role or the profile whose session a run gets. */
export type Target = RoleTarget | SessionTarget;

/** Everything that decides the target. */
export interface TargetInput extends Names {
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Finds the target of a run: the role or, if no role is named, the profile that
 * `--profile` or `ASSUME_ROLE_PROFILE` names. `AWS_PROFILE` and the key `profile`
 * only name base credentials, because they are set for many runs: a run without
 * its role must fail, not get the session of another identity.
 *
 * @param wantedBy the next role of the chain, if there is a next role
 * @returns `undefined` if neither a role nor a profile with a session is named
 * @throws {UsageError} If the name stands for nothing, or for two things
 * @throws {ConfigError} If a key of the profile cannot be used
 */
export function resolveTarget(
  input: TargetInput,
  wantedBy?: string,
): Target | undefined {
  const name = input.options.role ?? input.variables.role;
  if (name === undefined) return resolveProfileTarget(input);
  const isArn = name.startsWith("arn:");
  const resolver = new SettingResolver(input, isArn ? undefined : name);
  resolver.resolve("role");
  const meaning = lookUp(name, input, resolver, wantedBy);
  if (meaning.kind === "profile") {
    return toTarget({ name, isAlone: false }, meaning.profile, input);
  }
  return { kind: "role", name, role: meaning.role, resolver };
}

/** The profile that an option or a variable of ours names. */
export function namedProfile(
  { options, variables }: TargetInput,
): string | undefined {
  return options.profile ?? variables.profile;
}

function resolveProfileTarget(input: TargetInput): Target | undefined {
  const name = namedProfile(input);
  if (name === undefined) return undefined;
  const found = kindOfProfile(name, input.profiles);
  return found?.kind === "role" || found?.kind === "session"
    ? toTarget({ name, isAlone: true }, found, input)
    : undefined;
}

function toTarget(
  profile: TargetProfile,
  found: SessionProfile,
  input: TargetInput,
): Target {
  const { name, isAlone } = profile;
  const section = input.profiles.get(name) ?? {};
  const resolver = new SettingResolver(input, isAlone ? undefined : name, {
    ...profileSettings(name, section, input.env),
    ...(!isAlone && section.source_profile && {
      profile: [[section.source_profile, ofProfile(name, "source_profile")]],
    }),
  });
  if (!isAlone) {
    resolver.resolve("role");
    resolver.resolve("rolePrefix");
  }
  if (found.kind === "role") {
    const role = splitRoleArn(checkedArn(found.roleArn, name));
    return { kind: "role", name, role, resolver, profile };
  }
  const { maker, roleArn } = found;
  const known = roleArn === undefined ? {} : { roleArn };
  return { kind: "session", name, resolver, profile, maker, ...known };
}

function checkedArn(text: string, profile: string): string {
  try {
    return parseRoleArn(text);
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    throw new ConfigError(
      `Cannot use role_arn of the AWS profile '${profile}': ${error.message}`,
    );
  }
}
