// Pure: no I/O.
import { partitionOf } from "../aws/partition.ts";
import { resolveEndpoints } from "./endpoints.ts";
import { cacheDirectoryOf } from "../aws/paths.ts";
import type { ChainStart, RolePlan, SigningCredentials } from "./plan.ts";
import { resolveRegion } from "./region.ts";
import {
  DEFAULT_REFRESH_BEFORE_EXPIRY,
  type PlanInput,
  resolveSource,
} from "./resolve_hop.ts";
import { SettingResolver } from "./setting_resolver.ts";

/**
 * Decides what there is without a role: the base credentials or, where their
 * profile or AWS's variables stand for a role, the way to that one.
 *
 * @throws {ConfigError} where the profile, a chain or an endpoint cannot be used
 */
export async function resolveChainStart(
  input: PlanInput,
  resolver = new SettingResolver(input, undefined),
): Promise<ChainStart | RolePlan> {
  const { env, home, profiles } = input;
  const cacheDirectory = cacheDirectoryOf(env, home);
  const common = {
    forceRefresh: resolver.resolve("forceRefresh") ?? false,
    refreshBeforeExpiry: resolver.resolve("refreshBeforeExpiry") ??
      DEFAULT_REFRESH_BEFORE_EXPIRY,
    ...(cacheDirectory && { cacheDirectory }),
  };
  const target = { name: "", roleArn: undefined, resolver };
  const { base, mfa } = await resolveSource(target, input, [], common);
  if (base.kind === "role") return base.plan;
  const section = profiles.get(base.profile ?? "default") ?? {};
  const region = resolveRegion(resolver, env, base.profile, section);
  const partition = partitionOf(region ?? "");
  return {
    base,
    endpoints: resolveEndpoints(partition, region, env, section, profiles),
    mfa,
    ...(cacheDirectory && { cacheDirectory }),
  };
}

/** Where the way to a role starts: at what is no role of ours. */
export function chainStartOf(start: ChainStart): ChainStart {
  return start.base.kind === "role" ? chainStartOf(start.base.plan) : start;
}

/** The same plan with base credentials in hand, so that they are not looked for again. */
export function withBaseCredentials(
  plan: RolePlan,
  credentials: SigningCredentials,
): RolePlan {
  const { base } = plan;
  if (base.kind === "role") {
    const before = withBaseCredentials(base.plan, credentials);
    return { ...plan, base: { ...base, plan: before } };
  }
  if (base.kind !== "chain" && base.kind !== "profile") return plan;
  return { ...plan, base: { ...base, kind: "static", credentials } };
}
