// Pure: no I/O.
import { UsageError } from "../errors.ts";
import { awsFile, COPY_NAME } from "../aws/paths.ts";
import type {
  Plan,
  ProfilePlan,
  RolePlan,
  RunPlan,
  RunSettings,
  Source,
} from "./plan.ts";
import { kindOfProfile } from "./profile_kind.ts";
import { resolveProfilePlan } from "./resolve_profile.ts";
import { unknownProfile } from "./profile_source.ts";
import {
  namedProfile,
  resolveTarget,
  type RoleTarget,
  type Target,
} from "./resolve_role.ts";
import { type PlanInput, resolveRolePlan } from "./resolve_hop.ts";
import type { SettingResolver } from "./setting_resolver.ts";

const DEFAULT: Source = { kind: "default" };

/**
 * Plans a run under a role.
 *
 * @throws {UsageError} If no role is named, the name stands for none, or a
 * profile with a ready-made session is named ({@linkcode resolveRunPlan} takes it)
 * @throws {ConfigError} If the profile, a chain or an endpoint cannot be used
 */
export async function resolvePlan(input: PlanInput): Promise<Plan> {
  const target = resolveTarget(input) ?? refuseTarget(input);
  if (target.kind === "role") return await planOfRole(target, input);
  throw new UsageError(
    `Cannot plan to assume a role: '${target.name}' is an AWS profile whose session comes ready-made from ${target.maker}`,
  );
}

/**
 * Plans a run under a role, or with the ready-made session of a profile.
 *
 * @throws {UsageError} If no role is named, the name stands for none, or the
 * profile has no session to give
 * @throws {ConfigError} If the profile, a chain or an endpoint cannot be used
 */
export async function resolveRunPlan(input: PlanInput): Promise<RunPlan> {
  const target = resolveTarget(input) ?? refuseTarget(input);
  return await resolveTargetPlan(target, input);
}

/** As {@linkcode resolveRunPlan}, for a target that has been found already. */
export async function resolveTargetPlan(
  target: Target,
  input: PlanInput,
): Promise<RunPlan> {
  if (target.kind === "role") return await planOfRole(target, input);
  const plan = await resolveProfilePlan(target, input);
  return finish<ProfilePlan>(plan, target.resolver);
}

async function planOfRole(
  target: RoleTarget,
  input: PlanInput,
): Promise<Plan> {
  const { role, resolver } = target;
  const plan = await resolveRolePlan(target, input, []);
  const { region } = plan;
  const file = awsFile("credentials", input.env, input.home);
  // Under another assume-role that serves us, the file is a copy, soon gone.
  const isCopy = COPY_NAME.test(file ?? "");
  const prefix = resolver.resolve("profileNamePrefix") || role.accountId;
  const name = `${prefix}-${role.roleName}`;
  const isTaken = input.profiles.isOfUser(name);
  const writes = resolver.resolve("writeProfile", [true, DEFAULT])!;
  return finish<RolePlan>({
    ...plan,
    ...(writes && file !== undefined && !isCopy && {
      savedProfile: {
        file,
        name,
        ...(region !== undefined && { region }),
        ...(isTaken && { isTaken }),
      },
    }),
  }, resolver);
}

function finish<P extends RolePlan | ProfilePlan>(
  plan: P,
  resolver: SettingResolver,
): P & RunSettings {
  return deepFreeze({
    ...plan,
    forceRefresh: resolver.resolve("forceRefresh", [false, DEFAULT])!,
    server: resolver.resolve("server", [false, DEFAULT])!,
    preserveEnv: [
      ...(resolver.resolve("preserveEnv") ?? []),
      ...(resolver.resolve("envKeep") ?? []),
    ],
    sources: { ...resolver.sources },
  });
}

/** Reports why no session can be got. */
function refuseTarget(input: PlanInput): never {
  const profile = namedProfile(input);
  if (profile === undefined) {
    throw new UsageError("Cannot tell which role to assume: none was given", {
      hint:
        "name it with '--role NAME', or set ASSUME_ROLE_ROLE; see 'assume-role --help'",
    });
  }
  const found = kindOfProfile(profile, input.profiles);
  if (found === undefined) {
    throw unknownProfile(profile, input.profiles.names());
  }
  const reason = found.kind !== "keys"
    ? "it has no credentials"
    : found.isSession
    ? "it has the keys of a session, but not the time of its expiry"
    : "it has long-term keys, and long-term keys are never handed out";
  throw new UsageError(
    `Cannot hand out the credentials of the AWS profile '${profile}': ${reason}`,
    {
      hint:
        `name a role to assume with them: '--role ROLE --profile ${profile}'`,
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
