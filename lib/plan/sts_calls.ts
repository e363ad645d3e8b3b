// Pure: no I/O.
import { stsHost } from "../aws/hosts.ts";
import { cacheKey, mfaSessionKey, profileKey } from "./cache_key.ts";
import type { Endpoints, MfaPlan, ProfilePlan, RolePlan } from "./plan.ts";

/** A call whose answer is kept: to STS, or to what makes a profile's session. */
export interface SessionCall {
  readonly action:
    | "GetSessionToken"
    | "AssumeRole"
    | "AssumeRoleWithWebIdentity"
    | "profile";
  /** The role that is assumed; absent where the session is no role's. */
  readonly roleArn?: string;
  /** The profile that gives the session, and what makes it, for a person. */
  readonly profile?: { readonly name: string; readonly maker: string };
  /** The region and the host of STS; absent if a profile gives the session. */
  readonly region?: string;
  readonly host?: string;
  /** How a code is had, where there may be one. */
  readonly mfa?: MfaPlan;
  /** The name of the cache entry. */
  readonly key: string;
  readonly forceRefresh: boolean;
}

/** The calls that lead to a session, the first one first. */
export async function sessionCalls(
  plan: RolePlan | ProfilePlan,
): Promise<readonly SessionCall[]> {
  if (!("role" in plan)) {
    const { base, maker, forceRefresh } = plan;
    const profile = { name: base.profile, maker };
    const key = await profileKey(plan);
    return [{ action: "profile", profile, key, forceRefresh }];
  }
  const { base, mfa, role, forceRefresh } = plan;
  const place = placeOf(plan.endpoints);
  const before: readonly SessionCall[] = base.kind === "role"
    ? await sessionCalls(base.plan)
    : base.kind === "mfa-session"
    ? [{
      action: "GetSessionToken",
      ...place,
      mfa,
      key: await mfaSessionKey(plan),
      forceRefresh: false,
    }]
    : [];
  const mayWantMfa = before.length === 0 && base.kind !== "web-identity";
  return [...before, {
    action: base.kind === "web-identity"
      ? "AssumeRoleWithWebIdentity"
      : "AssumeRole",
    roleArn: role.arn,
    ...place,
    ...(mayWantMfa && { mfa }),
    key: await cacheKey(plan),
    forceRefresh,
  }];
}

/** Where STS is asked. */
export function placeOf(
  endpoints: Endpoints,
): { readonly region: string; readonly host: string } {
  return { region: endpoints.region, host: stsHost(endpoints) };
}
