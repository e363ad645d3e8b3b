// Pure: no I/O.
import { UsageError } from "../errors.ts";
import { refuseMistakenCommand } from "./command_mistake.ts";
import { awsFile, COPY_NAME } from "../aws/paths.ts";
import type {
  Plan,
  ProfilePlan,
  RolePlan,
  RunPlan,
  RunSettings,
} from "./plan.ts";
import { NoRoleError } from "./no_role.ts";
import { resolvePreservedVariables } from "./preserved_variables.ts";
import type { Source } from "./source.ts";
import { kindOfProfile } from "./profile_kind.ts";
import { resolveProfilePlan } from "./resolve_profile_session.ts";
import { unknownProfile } from "./profile_source.ts";
import {
  findNamedProfile,
  resolveTarget,
  type RoleTarget,
  type Target,
} from "./resolve_target.ts";
import { formatOption } from "../settings/option_text.ts";
import { resolveRefreshablePlan } from "./refresh_session.ts";
import type { PlanInput } from "./resolve_hop.ts";
import { refuseSavedProfile } from "./home_policy.ts";
import { type NamePrefix, refusePrefix, saveTargetOf } from "./save_target.ts";
import { hasUnreadAwsFile } from "./unread_files.ts";
import { isFromProject, type SettingResolver } from "./setting_resolver.ts";

const DEFAULT: Source = { kind: "default" };

/**
 * Plans a run under a role.
 *
 * @throws {UsageError} If no role is named, the name is unknown, or the name is that of a
 * profile with a ready-made session. For such a profile, use {@linkcode resolveRunPlan}.
 * @throws {ConfigError} If the profile, a role chain or an endpoint cannot be used.
 */
export async function resolvePlan(input: PlanInput): Promise<Plan> {
  const target = resolveTarget(input) ?? refuseTarget(input);
  if (target.kind === "role") return await resolveTargetRolePlan(target, input);
  throw new UsageError(
    `Cannot plan to assume a role: '${target.name}' is an AWS profile with a ready-made session of ${target.provider}`,
  );
}

/**
 * Plans a run under a role, or with the ready-made session of a profile.
 *
 * @throws {UsageError} If no role is named, the name is unknown, or the profile does
 * not yield a session.
 * @throws {ConfigError} If the profile, a role chain or an endpoint cannot be used.
 */
export async function resolveRunPlan(input: PlanInput): Promise<RunPlan> {
  const target = resolveTarget(input) ?? refuseTarget(input);
  return await resolveTargetPlan(target, input);
}

/** Plans a run like {@linkcode resolveRunPlan}, if the target is known already. */
export async function resolveTargetPlan(
  target: Target,
  input: PlanInput,
): Promise<RunPlan> {
  if (target.kind === "role") return await resolveTargetRolePlan(target, input);
  const plan = await resolveProfilePlan(target, input);
  return finishPlan<ProfilePlan>(plan, target.resolver);
}

async function resolveTargetRolePlan(
  target: RoleTarget,
  input: PlanInput,
): Promise<Plan> {
  const { role, resolver } = target;
  const plan = await resolveRefreshablePlan(target, input);
  const { region } = plan;
  const file = awsFile("credentials", input.env, input.home);
  // If this process runs under `assume-role --server`, the credentials file is a
  // temporary copy, and a profile that is saved there would be lost.
  const isCopy = COPY_NAME.test(file ?? "");
  const prefix = resolveNamePrefix(target, input);
  const name = `${prefix.text}-${role.roleName}`;
  const files = input.profiles.filesToSave(name);
  const refusal = refuseSavedProfile(input);
  // A profile that cannot be read could have the same name. Another warning names the file.
  const isReported = refusal?.isReported || hasUnreadAwsFile(input) ||
    refusal !== undefined && plan.uncached !== undefined;
  const writes = resolver.resolve("writeProfile", [true, DEFAULT])! &&
    !isReported && !isNarrowedForRun(resolver);
  const reason = refusal?.reason ??
    refusePrefix(prefix, role, files, input);
  return finishPlan<RolePlan>({
    ...plan,
    ...(writes && file !== undefined && !isCopy && {
      savedProfile: {
        file,
        name,
        ...(region !== undefined && { region }),
        ...saveTargetOf(files),
        ...(reason !== undefined && { refusal: reason }),
      },
    }),
  }, resolver);
}

/**
 * Whether session policies of options or variables narrow the session. The session of such a
 * run is not saved as a profile, which other programs use for the whole role.
 */
function isNarrowedForRun({ sources }: SettingResolver): boolean {
  return [sources.policy, sources.policyArns].some((source) =>
    source?.kind === "option" || source?.kind === "variable"
  );
}

/**
 * Resolves the prefix of the saved profile's name. If a project chooses the role, the prefix
 * of the user's file does not count, because the name would look like that of a role of the
 * user.
 */
function resolveNamePrefix(
  { role, resolver, profile }: RoleTarget,
  input: PlanInput,
): NamePrefix {
  const text = resolver.resolve("profileNamePrefix") || role.accountId;
  const { sources } = resolver;
  const isPrefixFromProject = isFromProject(sources.profileNamePrefix, input);
  const isName = resolver.values.role !== role.arn;
  // The user may complete a name with the role_prefix of a project that the user trusts.
  const roleSources = !isName
    ? [sources.role]
    : sources.roleArn !== undefined
    ? [sources.roleArn]
    : [sources.role, sources.rolePrefix];
  const isRoleFromProject = profile === undefined &&
    roleSources.every((source) => isFromProject(source, input));
  return isRoleFromProject && !isPrefixFromProject
    ? { text: role.accountId, isPrefixFromProject, isRoleFromProject }
    : { text, isPrefixFromProject, isRoleFromProject };
}

/** Adds the settings of the command to a plan, and freezes the plan. */
function finishPlan<P extends RolePlan | ProfilePlan>(
  plan: P,
  resolver: SettingResolver,
): P & RunSettings {
  const browser = resolver.resolve("browser");
  return deepFreeze({
    ...plan,
    ...(browser !== undefined && { browser }),
    forceRefresh: resolver.resolve("forceRefresh", [false, DEFAULT])!,
    server: resolver.resolve("server", [false, DEFAULT])!,
    preserveEnv: resolvePreservedVariables(resolver),
    sources: { ...resolver.sources },
  });
}

/** Throws the error for a run that names neither a role nor a profile with a session. */
function refuseTarget(input: PlanInput): never {
  const profile = findNamedProfile(input);
  if (profile === undefined) {
    refuseMistakenCommand(input);
    throw new NoRoleError(input);
  }
  const found = kindOfProfile(profile, input.profiles);
  if (found === undefined) {
    throw unknownProfile(profile, input.profiles);
  }
  const reason = found.kind !== "keys"
    ? "the profile has no credentials"
    : found.isSession
    ? "the profile has the keys of a session, but no expiry time"
    : "the profile has long-term keys, which assume-role never hands out";
  throw new UsageError(
    `Cannot hand out the credentials of the AWS profile '${profile}': ${reason}`,
    {
      hint: `name a role to assume with the profile: '--role ROLE ${
        formatOption("profile", profile)
      }'`,
    },
  );
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
