// Pure: no I/O.
import { ConfigError } from "../errors.ts";
import { checkWebIdentityRequest } from "./web_identity.ts";
import { resolveBase } from "./resolve_base.ts";
import { roleBase } from "./cache_key.ts";
import { resolveEndpoints } from "./endpoints.ts";
import { cacheDirectoryOf } from "../aws/paths.ts";
import type { Names } from "./look_up_role.ts";
import { refuseSelfReference } from "./self_reference.ts";
import { withMfaSession } from "./mfa_session.ts";
import { settleProfile } from "./named_profile.ts";
import {
  type Base,
  LONGEST_CHAINED,
  type MfaPlan,
  type RolePlan,
  type Source,
} from "./plan.ts";
import { fromVariables, ofProfile, resolveRegion } from "./region.ts";
import { type ReadText, resolveRequest } from "./request.ts";
import { providedBase, sourceOfProfile } from "./profile_source.ts";
import {
  resolveTarget,
  type RoleTarget,
  type TargetProfile,
} from "./resolve_role.ts";
import type { Layers, SettingResolver } from "./setting_resolver.ts";

/** In seconds. */
export const DEFAULT_REFRESH_BEFORE_EXPIRY = 900;
const DEFAULT: Source = { kind: "default" };

/** All that a plan is made from. */
export interface PlanInput extends Names {
  /** The user's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The user's home directory, where there is one. */
  readonly home: string | undefined;
  /** Reads the files that settings name; absent where none may be read. */
  readonly readText?: ReadText;
  /** The words of our own command line, where there is one. */
  readonly args?: readonly string[];
}

/** What the way to a role depends on; without a role it is where it would start. */
export interface SourceTarget {
  readonly name: string;
  readonly roleArn: string | undefined;
  readonly resolver: SettingResolver;
  /** The AWS profile that says how the role is assumed, if it does. */
  readonly profile?: TargetProfile;
}

/** Decides how a role is assumed, and before it the roles that lead to it. */
export async function resolveRolePlan(
  target: RoleTarget,
  input: PlanInput,
  chain: readonly string[],
): Promise<RolePlan & { readonly region?: string }> {
  const { env, profiles } = input;
  const { role, resolver } = target;
  const refreshBeforeExpiry = resolver.resolve(
    "refreshBeforeExpiry",
    [DEFAULT_REFRESH_BEFORE_EXPIRY, DEFAULT],
  )!;
  const cacheDirectory = cacheDirectoryOf(env, input.home);
  const common = {
    forceRefresh: false,
    refreshBeforeExpiry,
    ...(cacheDirectory && { cacheDirectory }),
  };
  const { base, mfa } = await resolveSource(
    { ...target, roleArn: role.arn },
    input,
    chain,
    common,
  );

  const profile = target.profile?.name ?? base.profile;
  const section = profiles.get(profile ?? "default") ?? {};
  const region = resolveRegion(resolver, env, profile, section);
  const readText = input.readText ?? noFiles;
  const request = await resolveRequest(
    role.arn,
    resolver,
    readText,
    ...base.kind === "web-identity" && target.profile === undefined
      ? fromVariables(env, "AWS_ROLE_SESSION_NAME")
      : [],
  );
  if (base.kind === "web-identity") checkWebIdentityRequest(request);
  // What holds for a role on the way is no concern of who asks for the last one.
  const isOnTheWay = chain.length > 0 && isSession(base);
  const durationSeconds = isOnTheWay
    ? Math.min(request.durationSeconds, LONGEST_CHAINED)
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

/** Whether base credentials are known to be those of a session. */
function isSession(base: Base): boolean {
  return base.kind === "role" || base.kind === "mfa-session" ||
    base.kind === "static" && base.credentials.sessionToken !== undefined;
}

/**
 * What a role is assumed with: the role before it, or base credentials and a
 * code.
 */
export async function resolveSource(
  { name, roleArn, resolver, profile: own }: SourceTarget,
  input: PlanInput,
  chain: readonly string[],
  common: Pick<
    RolePlan,
    "cacheDirectory" | "forceRefresh" | "refreshBeforeExpiry"
  >,
): Promise<{ readonly base: Base; readonly mfa: MfaPlan }> {
  const { env, profiles, readText = noFiles } = input;
  const { profile, isByVariable } = settleProfile(resolver, env);
  const mayAsk = !(resolver.resolve("noInput", [false, DEFAULT]));
  const via = resolver.resolve("via");
  if (via !== undefined) {
    const before = [...chain, name];
    if (before.includes(via)) {
      throw new ConfigError(
        `Cannot assume '${before[0]}': its chain leads in a circle: ${
          [...before, via].join(" via ")
        }`,
      );
    }
    // A role of the chain has its own entry; what is asked for is the last one.
    const layers = hopLayers(input, via, resolver, profile);
    const hop = resolveTarget({ ...input, ...layers }, name)!;
    if (hop.kind === "session") {
      const base = await providedBase(hop.name, input);
      refuseSelfReference(base, profiles, input.args ?? []);
      return { base, mfa: { mayAsk } };
    }
    const plan = await resolveRolePlan(hop, input, before);
    const { region: _, ...rolePlan } = plan;
    return {
      base: await roleBase(rolePlan, plan.base.profile),
      mfa: { mayAsk },
    };
  }
  const mfaToken = resolver.resolve("mfaToken");
  const mfaCommand = resolver.resolve("mfaCommand");
  const mfa: MfaPlan = {
    mayAsk,
    ...(mfaToken !== undefined && { token: mfaToken }),
    ...(mfaCommand !== undefined && { command: mfaCommand }),
  };
  const serial = resolver.resolve("mfaSerial");
  // The device of a profile is for its own role, not for those before.
  const isShared = resolver.sources.mfaSerial?.kind !== "profile";
  const mfaSession = resolver.resolve("mfaSession");
  const context = {
    env,
    profiles,
    home: input.home,
    readText,
    common: {
      ...common,
      mfa: { ...mfa, ...(serial && isShared && { serial }) },
      mfaSession,
    },
    roleArn,
    isByVariable,
  };
  const isNamed = own === undefined ||
    !own.isAlone && isForThisRole(resolver.sources.profile);
  const base = isNamed
    ? await resolveBase(profile, context)
    : await sourceOfProfile(own.name, context);
  refuseSelfReference(base, profiles, input.args ?? []);
  if (base.kind === "role" || base.kind === "web-identity") {
    return { base, mfa: { mayAsk } };
  }
  // The serial of a profile with a role of its own is for that role.
  const section = profiles.get(base.profile ?? "default") ?? {};
  const known = resolver.resolve(
    "mfaSerial",
    ...(own === undefined && base.profile && section.role_arn === undefined &&
        !isOfEnvironment(base)
      ? [
        [section.mfa_serial, ofProfile(base.profile, "mfa_serial")],
      ] as const
      : []),
  );
  const withSerial = { ...mfa, ...(known !== undefined && { serial: known }) };
  return await withMfaSession(base, withSerial, mfaSession);
}

/** Whether base credentials are keys in the environment, whatever the profile. */
function isOfEnvironment(base: Base): boolean {
  return base.kind === "static" && base.isOfEnvironment === true;
}

/** The settings for a role that another one is reached by. */
function hopLayers(
  input: PlanInput,
  via: string,
  resolver: SettingResolver,
  profile: string | undefined,
): Layers {
  // What says who and where one is, is for the whole chain; the rest for its end.
  const pick = (
    { region, mfaSerial, mfaToken, mfaCommand, noInput }: Layers["options"],
  ): Layers["options"] => ({
    ...(region !== undefined && { region }),
    ...(mfaSerial !== undefined && { mfaSerial }),
    ...(mfaToken !== undefined && { mfaToken }),
    ...(mfaCommand !== undefined && { mfaCommand }),
    ...(noInput !== undefined && { noInput }),
  });
  const isOwn = isForThisRole(resolver.sources.profile);
  return {
    configs: input.configs,
    variables: pick(input.variables),
    options: {
      ...pick(input.options),
      role: via,
      ...(isOwn && profile !== undefined && { profile }),
    },
  };
}

/** Whether a setting was given for this role, rather than for all roles. */
export function isForThisRole(source: Source | undefined): boolean {
  return source?.kind === "option" ||
    source?.kind === "variable" && source.name.startsWith("ASSUME_ROLE_") ||
    source?.kind === "file" && source.keys[0] === "roles";
}

function noFiles(): Promise<never> {
  return Promise.reject(new Error("no files may be read here"));
}
