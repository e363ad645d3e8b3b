// Pure: no I/O.
import { splitRoleArn } from "../aws/arn.ts";
import type { Profiles, Section } from "../aws/profiles.ts";
import { parseRoleArn } from "../settings/parsers.ts";
import { roleBase } from "./cache_key.ts";
import { resolveEndpoints } from "./endpoints.ts";
import type { CacheSettings } from "./home_policy.ts";
import { withMfaSession } from "./mfa_session.ts";
import type { Base, MfaPlan, RolePlan } from "./plan.ts";
import {
  forWebIdentity,
  parseKey,
  parseProfileSettings,
} from "./profile_settings.ts";
import { resolveMfaCommand } from "./resolve_mfa.ts";
import { rejectReading, resolveRequest } from "./resolve_request.ts";
import { type SettingLayers, SettingResolver } from "./setting_resolver.ts";

const NO_LAYERS: SettingLayers = { options: {}, variables: {}, configs: [] };

/** Settings that all roles of a chain share. */
export type CommonPlan =
  & CacheSettings
  & Pick<RolePlan, "forceRefresh" | "refreshBeforeExpiry">
  & {
    readonly mfa: MfaPlan;
    /**
     * Duration of the MFA session that the first role is assumed with; absent if no MFA
     * session is wanted.
     */
    readonly mfaSessionSeconds?: number | undefined;
    /**
     * Whether `mfa.command` is the default for all roles. If so, `mfa_process` of a
     * profile takes precedence.
     */
    readonly isCommandDefault?: boolean;
  };

/** Input of {@linkcode profileRoleBase}. */
interface ProfileRoleContext {
  readonly env: Readonly<Record<string, string>>;
  readonly profiles: Profiles;
  readonly common: CommonPlan;
}

/**
 * Creates base credentials that are the session of a profile's role.
 *
 * @param base credentials that assume the role
 * @throws {ConfigError} If a key of the profile has a value that AWS would reject.
 */
export async function profileRoleBase(
  name: string,
  base: Base,
  { env, profiles, common }: ProfileRoleContext,
): Promise<Base> {
  const section = profiles.get(name)!;
  const plan = await resolveProfileRolePlan(
    name,
    section,
    base,
    env,
    profiles,
    common,
  );
  return await roleBase(plan, name);
}

/**
 * Plans to assume the role of an AWS profile.
 *
 * @throws {ConfigError} If a key of the profile has a value that AWS would reject.
 */
export async function resolveProfileRolePlan(
  name: string,
  section: Section,
  base: Base,
  env: Readonly<Record<string, string>>,
  profiles: Profiles,
  { mfa, mfaSessionSeconds, isCommandDefault, ...common }: CommonPlan,
): Promise<RolePlan> {
  const role = splitRoleArn(
    parseKey(name, "role_arn", section.role_arn!, parseRoleArn, profiles),
  );
  const own = parseProfileSettings(name, section, env, profiles);
  const resolver = new SettingResolver(
    NO_LAYERS,
    undefined,
    base.kind === "web-identity" ? forWebIdentity(own) : own,
  );
  const serial = resolver.resolve("mfaSerial") ?? mfa.serial;
  const command = mfa.command !== undefined && !isCommandDefault
    ? mfa.command
    : await resolveMfaCommand(resolver, profiles) ?? mfa.command;
  const region = section.region ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION);
  return {
    ...common,
    role,
    request: await resolveRequest(role.arn, resolver, rejectReading),
    endpoints: resolveEndpoints(role.partition, region, env, section, profiles),
    // The user of base credentials can have an MFA device, but a role's session cannot.
    ...(base.kind === "role"
      ? { base, mfa: { mayAsk: mfa.mayAsk } }
      : await withMfaSession(
        base,
        {
          ...mfa,
          ...(serial !== undefined && { serial }),
          ...(command !== undefined && { command }),
        },
        mfaSessionSeconds,
      )),
  };
}
