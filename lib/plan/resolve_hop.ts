// Pure: no I/O.
import { ConfigError } from "../errors.ts";
import { checkChainLength } from "./chain_length.ts";
import { checkWebIdentityRequest, TOKEN_VARIABLES } from "./web_identity.ts";
import {
  type LoadOrigin,
  resolveBaseOfSession,
  withoutVariables,
} from "./own_session.ts";
import { roleBase } from "./cache_key.ts";
import { resolveEndpoints } from "./endpoints.ts";
import {
  type CacheSettings,
  type HomeInput,
  resolveCache,
} from "./home_policy.ts";
import type { CommandInput } from "./command_mistake.ts";
import { refuseOtherChain } from "./own_role.ts";
import { refuseSelfReference } from "./self_reference.ts";
import { refuseDefaultProfile } from "./unread_files.ts";
import { withMfaSession } from "./mfa_session.ts";
import { resolveNamedProfile } from "./chosen_profile.ts";
import {
  type Base,
  MAX_CHAINED_SESSION_SECONDS,
  type MfaPlan,
  type RolePlan,
} from "./plan.ts";
import type { Source } from "./source.ts";
import { resolveRegion, variableCandidates } from "./region.ts";
import {
  type ReadText,
  rejectReading,
  resolveRequest,
} from "./resolve_request.ts";
import { resolveBaseMfa, resolveSharedMfa } from "./resolve_mfa.ts";
import { sessionBase } from "./profile_source.ts";
import { resolveProfileSource } from "./resolve_provider.ts";
import {
  resolveTarget,
  type RoleTarget,
  type TargetProfile,
} from "./resolve_target.ts";
import {
  isForThisRole,
  type SettingLayers,
  type SettingResolver,
} from "./setting_resolver.ts";

export const DEFAULT_REFRESH_BEFORE_EXPIRY_SECONDS = 900;
const DEFAULT: Source = { kind: "default" };

/** Input for planning a run. */
export interface PlanInput extends CommandInput, HomeInput {
  /** Reads a file that a setting names. Without this function, such a setting is refused. */
  readonly readText?: ReadText;
  /** Arguments of this process, to detect a `credential_process` with the same arguments. */
  readonly args?: readonly string[];
  /** Loads origins of cached sessions, to recognise a session of assume-role in `env`. */
  readonly loadOrigin?: LoadOrigin;
  /** Variables of a session of assume-role that are left out of `env`. */
  readonly hiddenVariables?: readonly string[];
}

/** Role to find base credentials for; `roleArn` is `undefined` for a run without a role. */
export interface SourceTarget {
  readonly name: string;
  readonly roleArn: string | undefined;
  readonly resolver: SettingResolver;
  /** AWS profile of the role, if the role is defined by a profile. */
  readonly profile?: TargetProfile;
}

/**
 * Plans to assume a role, and to assume the previous roles of its role chain.
 *
 * @param chain names of the roles that are assumed after this role, the last role first
 */
export async function resolveRolePlan(
  target: RoleTarget,
  input: PlanInput,
  chain: readonly string[],
): Promise<RolePlan & { readonly region?: string }> {
  const { env, profiles } = input;
  const { role, resolver } = target;
  const refreshBeforeExpiry = resolver.resolve(
    "refreshBeforeExpiry",
    [DEFAULT_REFRESH_BEFORE_EXPIRY_SECONDS, DEFAULT],
  )!;
  const common = {
    forceRefresh: false,
    refreshBeforeExpiry,
    ...resolveCache(input),
  };
  const { base, mfa } = await resolveSource(
    { ...target, roleArn: role.arn },
    input,
    chain,
    common,
  );
  const profile = target.profile?.name ?? base.profile;
  const section = profiles.get(profile ?? "default") ?? {};
  const region = resolveRegion(resolver, env, profile, profiles);
  const readText = input.readText ?? rejectReading;
  const request = await resolveRequest(
    role.arn,
    resolver,
    readText,
    ...base.kind === "web-identity" && target.profile === undefined
      ? variableCandidates(env, "AWS_ROLE_SESSION_NAME")
      : [],
  );
  if (base.kind === "web-identity") checkWebIdentityRequest(request);
  // AWS limits the duration of chained roles. If this role is not the last of the chain,
  // shorten its duration without an error, because the command gets only the last session.
  const isIntermediate = chain.length > 0 && isTemporary(base);
  const durationSeconds = isIntermediate
    ? Math.min(request.durationSeconds, MAX_CHAINED_SESSION_SECONDS)
    : request.durationSeconds;
  return {
    ...common,
    role,
    request: { ...request, durationSeconds },
    base,
    endpoints: resolveEndpoints(role.partition, region, env, section, profiles),
    mfa,
    ...(region !== undefined && { region }),
  };
}

/** Whether base credentials are known to be temporary. */
function isTemporary(base: Base): boolean {
  return base.kind === "role" || base.kind === "machine" ||
    base.kind === "mfa-session" ||
    base.kind === "static" && base.credentials.sessionToken !== undefined;
}

/**
 * Resolves the credentials that sign the call that assumes a role: the session of the
 * previous role of the chain, or base credentials and the MFA device of their user.
 */
export async function resolveSource(
  { name, roleArn, resolver, profile: own }: SourceTarget,
  input: PlanInput,
  chain: readonly string[],
  common:
    & CacheSettings
    & Pick<RolePlan, "forceRefresh" | "refreshBeforeExpiry">,
): Promise<{ readonly base: Base; readonly mfa: MfaPlan }> {
  const { env, profiles, readText = rejectReading } = input;
  const { profile, isByVariable } = resolveNamedProfile(resolver, env);
  const mayAsk = !(resolver.resolve("noInput", [false, DEFAULT]));
  const via = resolver.resolve("via");
  if (via !== undefined) {
    refuseOtherChain(name, resolver, input);
    const hops = [...chain, name];
    if (hops.includes(via)) {
      throw new ConfigError(
        `Cannot assume '${hops[0]}': the role chain forms a loop: ${
          [...hops, via].join(" via ")
        }`,
      );
    }
    checkChainLength(hops);
    const layers = layersForHop(input, via, resolver, profile);
    const hop = resolveTarget({ ...input, ...layers }, name)!;
    if (hop.kind === "session") {
      const base = await sessionBase(hop.name, input);
      refuseSelfReference(base, profiles, input.args ?? []);
      return { base, mfa: { mayAsk } };
    }
    const plan = await resolveRolePlan(hop, input, hops);
    const { region: _, ...rolePlan } = plan;
    return {
      base: { ...await roleBase(rolePlan, plan.base.profile), isVia: true },
      mfa: { mayAsk },
    };
  }
  const shared = resolveSharedMfa(resolver, mayAsk);
  const context = {
    ...input,
    env: resolver.resolve("webIdentity", ["auto", DEFAULT]) === "never"
      ? withoutVariables(env, TOKEN_VARIABLES)
      : env,
    readText,
    common: { ...common, ...shared },
    roleArn,
    isByVariable,
  };
  const isNamed = own === undefined ||
    !own.isFromProfileOption && isForThisRole(resolver.sources.profile);
  const base = isNamed
    ? await resolveBaseOfSession(profile, context, input.loadOrigin)
    : await resolveProfileSource(own.name, context);
  refuseDefaultProfile(base, profile ?? own?.name, input);
  refuseSelfReference(base, profiles, input.args ?? []);
  if (base.kind === "role" || base.kind === "web-identity") {
    return { base, mfa: { mayAsk } };
  }
  // A profile's keys for MFA are for the role of the profile. If `--role` names another
  // role, the keys of the base profile are used.
  const mfaProfile = own === undefined ? base.profile : undefined;
  const isFromEnvironment = base.kind === "static" && base.isFromEnvironment;
  const mfa = await resolveBaseMfa(
    resolver,
    mayAsk,
    isFromEnvironment ? undefined : mfaProfile,
    profiles,
  );
  return await withMfaSession(base, mfa, shared.mfaSessionSeconds);
}

/**
 * Selects the settings for the previous role of a chain. Options and variables for the
 * region, MFA and prompts apply to all roles of the chain. A profile that is named for
 * the last role supplies the base credentials of the first role, and `web_identity` of the
 * last role's entry in `roles` applies to these base credentials. All other options and
 * variables apply to the last role only.
 */
function layersForHop(
  input: PlanInput,
  via: string,
  resolver: SettingResolver,
  profile: string | undefined,
): SettingLayers {
  const pick = (
    { region, mfaSerial, mfaToken, mfaCommand, noInput }:
      SettingLayers["options"],
  ): SettingLayers["options"] => ({
    ...(region !== undefined && { region }),
    ...(mfaSerial !== undefined && { mfaSerial }),
    ...(mfaToken !== undefined && { mfaToken }),
    ...(mfaCommand !== undefined && { mfaCommand }),
    ...(noInput !== undefined && { noInput }),
  });
  const isProfileForRole = isForThisRole(resolver.sources.profile);
  const webIdentity = resolver.resolve("webIdentity");
  const isTokenForRole = isForThisRole(resolver.sources.webIdentity);
  return {
    configs: input.configs,
    roleSource: resolver.sources.via,
    variables: pick(input.variables),
    options: {
      ...pick(input.options),
      role: via,
      ...(isProfileForRole && profile !== undefined && { profile }),
      ...(isTokenForRole && webIdentity !== undefined && { webIdentity }),
    },
  };
}
