// Pure: no I/O.
import type { SigningCredentials } from "../aws/credentials.ts";
import { partitionOf } from "../aws/partition.ts";
import { resolveEndpoints } from "./endpoints.ts";
import { cacheDirectoryOf } from "../aws/paths.ts";
import type { ChainStart, RolePlan } from "./plan.ts";
import { resolveRegion } from "./region.ts";
import {
  DEFAULT_REFRESH_BEFORE_EXPIRY_SECONDS,
  type PlanInput,
  resolveSource,
} from "./resolve_hop.ts";
import { SettingResolver } from "./setting_resolver.ts";

/**
 * Plans a run without a role: finds the base credentials, or plans the role of the
 * base profile or of AWS's variables.
 *
 * @throws {ConfigError} If the profile, a chain or an endpoint cannot be used.
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
      DEFAULT_REFRESH_BEFORE_EXPIRY_SECONDS,
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

/** Finds the start of a role chain: base credentials that are not a role that we assume. */
export function chainStartOf(start: ChainStart): ChainStart {
  return start.base.kind === "role" ? chainStartOf(start.base.plan) : start;
}

/** Copies a plan with known base credentials, so that they are not searched for again. */
export function withBaseCredentials(
  plan: RolePlan,
  credentials: SigningCredentials,
): RolePlan {
  const { base } = plan;
  if (base.kind === "role") {
    const previous = withBaseCredentials(base.plan, credentials);
    return { ...plan, base: { ...base, plan: previous } };
  }
  if (base.kind !== "chain" && base.kind !== "profile") return plan;
  return { ...plan, base: { ...base, kind: "static", credentials } };
}
