// Pure: no I/O.
import type { Base, ProfilePlan, RolePlan } from "./plan.ts";
import { sha256 } from "../settings/sha256.ts";

/**
 * Computes the name of a role's cache entry: a SHA-256 of everything that could change
 * the identity, the permissions or the duration of the session.
 */
export function cacheKey(plan: RolePlan): Promise<string> {
  const {
    roleArn,
    roleSessionName,
    durationSeconds,
    externalId,
    sourceIdentity,
    tags,
    transitiveTagKeys,
    policy,
    policyArns,
    ...rest
  } = plan.request;
  // A compile error here means: a new property of the request must be added to the key.
  const _covered: Record<string, never> = rest;
  return sha256([
    plan.base.fingerprint,
    roleArn,
    // No default session name is needed here: the base credentials determine the default,
    // and the fingerprint identifies the base credentials.
    roleSessionName ?? null,
    durationSeconds,
    externalId ?? null,
    sourceIdentity ?? null,
    // Sort tags and policies, because AWS ignores their order.
    Object.entries(tags ?? {}).sort(([a], [b]) => a < b ? -1 : 1),
    toSet(transitiveTagKeys),
    policy ?? null,
    toSet(policyArns),
    plan.mfa.serial ?? null,
    // A custom STS endpoint, such as an emulator of AWS, has roles of its own.
    plan.endpoints.sts ?? null,
  ]);
}

/**
 * Computes the name of the cache entry of a profile's session. The key includes the
 * profile's name, because the output of `credential_process` can depend on the name.
 */
export function profileKey({ base, endpoints }: ProfilePlan): Promise<string> {
  const { profile, fingerprint } = base;
  return sha256(["profile", profile, fingerprint, endpoints.sts ?? null]);
}

/** Computes the name of the cache entry for the session that a run gets. */
export function sessionKey(plan: RolePlan | ProfilePlan): Promise<string> {
  return "role" in plan ? cacheKey(plan) : profileKey(plan);
}

/** Creates base credentials from the plan of a role, to assume the next role of the chain. */
export async function roleBase(
  plan: RolePlan,
  profile: string | undefined,
): Promise<Extract<Base, { readonly kind: "role" }>> {
  return {
    kind: "role",
    plan,
    fingerprint: await cacheKey(plan),
    ...(profile !== undefined && { profile }),
  };
}

/** Computes the name of the cache entry of the MFA session that the role is assumed from. */
export function mfaSessionKey({ base, endpoints }: RolePlan): Promise<string> {
  return sha256([base.fingerprint, endpoints.sts ?? null]);
}

function toSet(texts: readonly string[] | undefined): readonly string[] {
  return [...new Set(texts)].sort();
}
