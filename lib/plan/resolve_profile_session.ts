// Pure: no I/O.
import { partitionOf } from "../aws/partition.ts";
import { UsageError } from "../errors.ts";
import { keyName } from "../settings/names.ts";
import { formatOption } from "../settings/option_text.ts";
import type { SettingName } from "../settings/setting_types.ts";
import { resolveEndpoints } from "./endpoints.ts";
import { resolveCache } from "./home_policy.ts";
import { refuseSelfReference } from "./self_reference.ts";
import type { ProfilePlan } from "./plan.ts";
import type { Source } from "./source.ts";
import { sessionBase } from "./profile_source.ts";
import { resolveRegion } from "./region.ts";
import { isForThisRole } from "./setting_resolver.ts";
import type { SessionTarget } from "./resolve_target.ts";
import {
  DEFAULT_REFRESH_BEFORE_EXPIRY_SECONDS,
  type PlanInput,
} from "./resolve_hop.ts";

const DEFAULT: Source = { kind: "default" };

/** Settings that narrow a session's permissions; a run must never ignore them. */
const NARROWING_SETTINGS: readonly SettingName[] = ["policy", "policyArns"];
/** Settings that only AssumeRole can apply. */
const ASSUME_ROLE_SETTINGS: readonly SettingName[] = [
  ...NARROWING_SETTINGS,
  "duration",
  "roleSessionName",
  "externalId",
  "sourceIdentity",
  "tags",
  "transitiveTags",
];

/**
 * Plans to get the ready-made session of a profile.
 *
 * @throws {UsageError} If a setting is given that only AssumeRole can apply.
 * @throws {ConfigError} If the profile's `credential_process` has the command line of this
 * process, or an endpoint cannot be used.
 */
export async function resolveProfilePlan(
  target: SessionTarget,
  input: PlanInput,
): Promise<ProfilePlan & { readonly region?: string }> {
  const { env, profiles } = input;
  const { name, resolver, provider, roleArn } = target;
  refuseSettings(target);
  const base = await sessionBase(name, input);
  refuseSelfReference(base, profiles, input.args ?? []);
  const section = profiles.get(name) ?? {};
  const region = resolveRegion(resolver, env, name, profiles);
  const partition = partitionOf(region ?? "");
  return {
    base,
    provider,
    ...(roleArn !== undefined && { roleArn }),
    endpoints: resolveEndpoints(partition, region, env, section, profiles),
    mfa: { mayAsk: !resolver.resolve("noInput", [false, DEFAULT]) },
    forceRefresh: false,
    refreshBeforeExpiry: resolver.resolve(
      "refreshBeforeExpiry",
      [DEFAULT_REFRESH_BEFORE_EXPIRY_SECONDS, DEFAULT],
    )!,
    ...resolveCache(input),
    ...(region !== undefined && { region }),
  };
}

/**
 * Refuses settings that only AssumeRole can apply. A session policy is always refused.
 * Each of the other settings is refused only if the setting was given for this session. A
 * setting that was given as a default for all roles is ignored.
 */
function refuseSettings({ name, resolver, profile, provider }: SessionTarget) {
  const baseSettings = profile.isFromProfileOption ? [] : ["profile"] as const;
  for (const setting of [...ASSUME_ROLE_SETTINGS, ...baseSettings]) {
    if (resolver.resolve(setting) === undefined) continue;
    const source = resolver.sources[setting];
    const isWanted = NARROWING_SETTINGS.includes(setting) ||
      isForThisRole(source);
    if (!isWanted || source?.kind === "profile") continue;
    const origin = source?.kind === "option" || source?.kind === "variable"
      ? source.name
      : `'${keyName(setting)}' of assume-role.yaml`;
    throw new UsageError(
      `Cannot apply ${origin} to the AWS profile '${name}': the profile has a ready-made session of ${provider}`,
      {
        hint: setting === "profile"
          ? `leave out ${origin}`
          : `name a role to assume with this session: '--role ROLE ${
            formatOption("profile", name)
          }'`,
      },
    );
  }
}
