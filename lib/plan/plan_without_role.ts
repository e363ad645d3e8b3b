// Pure: no I/O.
import type { SigningCredentials } from "../aws/credentials.ts";
import { partitionOf } from "../aws/partition.ts";
import { resolveEndpoints } from "./endpoints.ts";
import { resolveCache } from "./home_policy.ts";
import type { ChainStart, RolePlan } from "./plan.ts";
import { resolveRegion } from "./region.ts";
import {
  DEFAULT_REFRESH_BEFORE_EXPIRY_SECONDS,
  type PlanInput,
  resolveSource,
} from "./resolve_hop.ts";
import { SettingResolver } from "./setting_resolver.ts";

/**
 * Plans a run that names no role. Returns the base credentials or, if the base profile
 * or `AWS_ROLE_ARN` names a role, the plan of that role.
 *
 * @throws {ConfigError} If the profile, a role chain or an endpoint cannot be used.
 */
export async function resolveChainStart(
  input: PlanInput,
  resolver = new SettingResolver(input, undefined),
): Promise<ChainStart | RolePlan> {
  const { env, profiles } = input;
  const cache = resolveCache(input);
  const common = {
    forceRefresh: resolver.resolve("forceRefresh") ?? false,
    refreshBeforeExpiry: resolver.resolve("refreshBeforeExpiry") ??
      DEFAULT_REFRESH_BEFORE_EXPIRY_SECONDS,
    ...cache,
  };
  const target = { name: "", roleArn: undefined, resolver };
  const { base, mfa } = await resolveSource(target, input, [], common);
  if (base.kind === "role") return base.plan;
  const section = profiles.get(base.profile ?? "default") ?? {};
  const region = resolveRegion(resolver, env, base.profile, profiles);
  const partition = partitionOf(region ?? "");
  return {
    base,
    endpoints: resolveEndpoints(partition, region, env, section, profiles),
    mfa,
    ...cache,
  };
}

/**
 * Returns the start of a role chain: the base credentials that the first role is assumed
 * with.
 */
export function chainStartOf(start: ChainStart): ChainStart {
  return start.base.kind === "role" ? chainStartOf(start.base.plan) : start;
}

/**
 * Copies a plan. The copy contains base credentials that were found already, so that
 * no search for these credentials and no `credential_process` runs again.
 */
export function withBaseCredentials(
  plan: RolePlan,
  credentials: SigningCredentials,
): RolePlan {
  const { base } = plan;
  if (base.kind === "role") {
    const previous = withBaseCredentials(base.plan, credentials);
    return { ...plan, base: { ...base, plan: previous } };
  }
  if (base.kind === "mfa-session") {
    const source = { ...base.source, kind: "static", credentials } as const;
    return { ...plan, base: { ...base, source } };
  }
  if (!["machine", "profile", "process"].includes(base.kind)) return plan;
  return { ...plan, base: { ...base, kind: "static", credentials } };
}
