// Pure: no I/O.
import { partitionOf } from "../aws/partition.ts";
import { UsageError } from "../errors.ts";
import { keyName } from "../settings/names.ts";
import type { SettingName } from "../settings/setting.ts";
import { resolveEndpoints } from "./endpoints.ts";
import { cacheDirectoryOf } from "../aws/paths.ts";
import { refuseSelfReference } from "./self_reference.ts";
import type { ProfilePlan, Source } from "./plan.ts";
import { providedBase } from "./profile_source.ts";
import { resolveRegion } from "./region.ts";
import type { SessionTarget } from "./resolve_role.ts";
import {
  DEFAULT_REFRESH_BEFORE_EXPIRY,
  isForThisRole,
  type PlanInput,
} from "./resolve_hop.ts";

const DEFAULT: Source = { kind: "default" };

/** Settings that narrow a session: they must never be dropped. */
const NARROWING: readonly SettingName[] = ["policy", "policyArns"];
/** Settings that only AssumeRole can apply. */
const REQUEST: readonly SettingName[] = [
  ...NARROWING,
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
 * @throws {UsageError} If a setting is given that only AssumeRole can apply
 * @throws {ConfigError} If the profile runs this very command, or an endpoint
 * cannot be used
 */
export async function resolveProfilePlan(
  target: SessionTarget,
  input: PlanInput,
): Promise<ProfilePlan & { readonly region?: string }> {
  const { env, profiles } = input;
  const { name, resolver, maker, roleArn } = target;
  refuseSettings(target);
  const base = await providedBase(name, input);
  refuseSelfReference(base, profiles, input.args ?? []);
  const section = profiles.get(name) ?? {};
  const region = resolveRegion(resolver, env, name, section);
  const partition = partitionOf(region ?? "");
  const cacheDirectory = cacheDirectoryOf(env, input.home);
  return {
    base,
    maker,
    ...(roleArn !== undefined && { roleArn }),
    endpoints: resolveEndpoints(partition, region, env, section, profiles),
    mfa: { mayAsk: !resolver.resolve("noInput", [false, DEFAULT]) },
    forceRefresh: false,
    refreshBeforeExpiry: resolver.resolve(
      "refreshBeforeExpiry",
      [DEFAULT_REFRESH_BEFORE_EXPIRY, DEFAULT],
    )!,
    ...(cacheDirectory && { cacheDirectory }),
    ...(region !== undefined && { region }),
  };
}

function refuseSettings({ name, resolver, profile, maker }: SessionTarget) {
  const own = profile.isAlone ? [] : ["profile"] as const;
  for (const setting of [...REQUEST, ...own]) {
    if (resolver.resolve(setting) === undefined) continue;
    const source = resolver.sources[setting];
    const isWanted = NARROWING.includes(setting) || isForThisRole(source);
    if (!isWanted || source?.kind === "profile") continue;
    const what = source?.kind === "option" || source?.kind === "variable"
      ? source.name
      : `'${keyName(setting)}' of assume-role.yaml`;
    throw new UsageError(
      `Cannot apply ${what} to the AWS profile '${name}': its session comes ready-made from ${maker}`,
      {
        hint: setting === "profile"
          ? `leave ${what} out`
          : `name a role to assume with this session: '--role ROLE --profile ${name}'`,
      },
    );
  }
}
