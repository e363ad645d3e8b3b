// Pure: no I/O.
import type { Base, ProfilePlan, RolePlan } from "./plan.ts";
import { sha256 } from "../settings/sha256.ts";

/**
 * The name of the cache entry for a plan: a SHA-256 over everything that could
 * change whose credentials come of it, or what they may do.
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
  const _covered: Record<string, never> = rest;
  return sha256([
    plan.base.fingerprint,
    roleArn,
    // Without a name the session is named after the caller, whom the base tells.
    roleSessionName ?? null,
    durationSeconds,
    externalId ?? null,
    sourceIdentity ?? null,
    // What is a set for AWS is one here, whatever the order it was given in.
    Object.entries(tags ?? {}).sort(([a], [b]) => a < b ? -1 : 1),
    toSet(transitiveTagKeys),
    policy ?? null,
    toSet(policyArns),
    plan.mfa.serial ?? null,
    // Another STS than AWS's own, such as an emulator, knows other roles.
    plan.endpoints.sts ?? null,
  ]);
}

/**
 * The name of the cache entry for the session of a profile. The profile's name is
 * part of it, because a program that supplies the session may look at the name.
 */
export function profileKey({ base, endpoints }: ProfilePlan): Promise<string> {
  const { profile, fingerprint } = base;
  return sha256(["profile", profile, fingerprint, endpoints.sts ?? null]);
}

/** The name of the cache entry for whatever a run gets. */
export function sessionKey(plan: RolePlan | ProfilePlan): Promise<string> {
  return "role" in plan ? cacheKey(plan) : profileKey(plan);
}

/** The base of a role that is assumed from another one. */
export async function roleBase(
  plan: RolePlan,
  profile: string | undefined,
): Promise<Base> {
  return {
    kind: "role",
    plan,
    fingerprint: await cacheKey(plan),
    ...(profile !== undefined && { profile }),
  };
}

/**
 * The name of the cache entry for the session with MFA that a plan starts from.
 */
export function mfaSessionKey({ base, endpoints }: RolePlan): Promise<string> {
  return sha256([base.fingerprint, endpoints.sts ?? null]);
}

function toSet(texts: readonly string[] | undefined): readonly string[] {
  return [...new Set(texts)].sort();
}
