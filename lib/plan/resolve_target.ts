// Pure: no I/O.
import type { RoleArn } from "../aws/arn.ts";
import { splitRoleArn } from "../aws/arn.ts";
import { usesToken } from "../aws/profile_provider.ts";
import { sourceProfiles } from "../aws/profiles.ts";
import { ConfigError, InvalidValueError } from "../errors.ts";
import { parseRoleArn } from "../settings/parsers.ts";
import { findRoleName, lookUp, type LookUpInput } from "./look_up_role.ts";
import { kindOfProfile, type SessionProfile } from "./profile_kind.ts";
import { forWebIdentity, parseProfileSettings } from "./profile_settings.ts";
import { profileKeySource } from "./region.ts";
import { isFromProject, SettingResolver } from "./setting_resolver.ts";
import { refuseShortName } from "./unread_files.ts";

const COMMENT_HINT =
  "move the comment to a line of its own: the AWS CLI reads text after a value as part of the value";

/** Role to assume, and the resolver of its settings. */
export interface RoleTarget {
  readonly kind: "role";
  readonly name: string;
  readonly role: RoleArn;
  readonly resolver: SettingResolver;
  /** AWS profile of the role, if the role is defined by a profile. */
  readonly profile?: TargetProfile;
}

/** AWS profile that yields a ready-made session. */
export interface SessionTarget {
  readonly kind: "session";
  readonly name: string;
  readonly resolver: SettingResolver;
  readonly profile: TargetProfile;
  /** Name of the provider that issues the session, such as `IAM Identity Center`. */
  readonly provider: string;
  /** ARN of the role, if AWS's files name the role. */
  readonly roleArn?: string;
}

/** AWS profile whose role or session a run gets. */
export interface TargetProfile {
  readonly name: string;
  /** Whether `--profile` or `ASSUME_ROLE_PROFILE` names the profile, and not `--role`. */
  readonly isFromProfileOption: boolean;
}

/** Role or profile whose session a run gets. */
export type Target = RoleTarget | SessionTarget;

/** Input of {@linkcode resolveTarget}. */
export interface TargetInput extends LookUpInput {
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Finds the target of a run: the role that an option, a variable or the key `role` of
 * `assume-role.yaml` names or, if no role is named, the profile that `--profile` or
 * `ASSUME_ROLE_PROFILE` names. `AWS_PROFILE` and the key `profile` of `assume-role.yaml`
 * name only base credentials and no target. If a run has no target, the run fails, so
 * that it does not get a session that the user did not ask for.
 *
 * @param wantedBy name of the role that is assumed from this role, for error messages
 * @returns `undefined` if neither a role nor a profile with a session is named
 * @throws {UsageError} If the name is unknown or ambiguous.
 * @throws {ConfigError} If a key of the profile, such as `mfa_serial`, has a value that
 * cannot be used.
 */
export function resolveTarget(
  input: TargetInput,
  wantedBy?: string,
): Target | undefined {
  const name = findRoleName(input);
  if (name === undefined) return resolveProfileTarget(input);
  const isArn = name.startsWith("arn:");
  const resolver = new SettingResolver(input, isArn ? undefined : name);
  resolver.resolve("role");
  const source = input.roleSource ?? resolver.sources.role;
  const isInUserFile = source?.kind === "file" && !isFromProject(source, input);
  const meaning = lookUp(name, input, resolver, { wantedBy, isInUserFile });
  const isCertain = meaning.kind === "role" && meaning.by !== "prefix";
  if (!isCertain) refuseShortName(name, input);
  if (meaning.kind === "profile") {
    return toTarget(
      { name, isFromProfileOption: false },
      meaning.profile,
      input,
    );
  }
  return { kind: "role", name, role: meaning.role, resolver };
}

/** Finds the profile that `--profile` or `ASSUME_ROLE_PROFILE` names. */
export function findNamedProfile(
  { options, variables }: TargetInput,
): string | undefined {
  return options.profile ?? variables.profile;
}

/**
 * Whether an option, a variable or a file names a role, or an option or a variable names a
 * profile. Otherwise, the run has no target.
 */
export function namesTarget(input: TargetInput): boolean {
  return (findRoleName(input) ?? findNamedProfile(input)) !== undefined;
}

function resolveProfileTarget(input: TargetInput): Target | undefined {
  const name = findNamedProfile(input);
  if (name === undefined) return undefined;
  const found = kindOfProfile(name, input.profiles);
  return found?.kind === "role" || found?.kind === "session"
    ? toTarget({ name, isFromProfileOption: true }, found, input)
    : undefined;
}

/**
 * Makes a target from a profile. The profile's keys, such as `mfa_serial`, become
 * settings of the target.
 */
function toTarget(
  profile: TargetProfile,
  found: SessionProfile,
  input: TargetInput,
): Target {
  const { name, isFromProfileOption } = profile;
  const { profiles } = input;
  sourceProfiles(name, profiles).forEach((step) => profiles.check(step.name));
  const section = profiles.get(name) ?? {};
  const settings = parseProfileSettings(
    name,
    section,
    input.env,
    profiles,
  );
  const resolver = new SettingResolver(
    input,
    isFromProfileOption ? undefined : name,
    {
      ...usesToken(name, profiles) ? forWebIdentity(settings) : settings,
      ...(!isFromProfileOption && section.source_profile && {
        profile: [[
          section.source_profile,
          profileKeySource(name, "source_profile", profiles),
        ]],
      }),
    },
  );
  if (!isFromProfileOption) {
    resolver.resolve("role");
    resolver.resolve("rolePrefix");
  }
  if (found.kind === "role") {
    const role = splitRoleArn(parseProfileRoleArn(found.roleArn, name));
    return { kind: "role", name, role, resolver, profile };
  }
  const { provider, roleArn } = found;
  const known = roleArn === undefined ? {} : { roleArn };
  return { kind: "session", name, resolver, profile, provider, ...known };
}

function parseProfileRoleArn(text: string, profile: string): string {
  try {
    return parseRoleArn(text);
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    throw new ConfigError(
      `Cannot use role_arn of the AWS profile '${profile}': ${error.message}`,
      /\s[#;]/.test(text) ? { hint: COMMENT_HINT } : {},
    );
  }
}
