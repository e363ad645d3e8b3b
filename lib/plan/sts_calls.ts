// Pure: no I/O.
import { stsHost } from "../aws/hosts.ts";
import { cacheKey, mfaSessionKey, profileKey } from "./cache_key.ts";
import type { Endpoints, MfaPlan, ProfilePlan, RolePlan } from "./plan.ts";

/** Cached call to STS, or to the provider of a profile's session. */
export interface SessionCall {
  readonly action:
    | "GetSessionToken"
    | "AssumeRole"
    | "AssumeRoleWithWebIdentity"
    | "profile";
  /** ARN of the assumed role; absent if the session is not the session of a role. */
  readonly roleArn?: string;
  /** Profile that gives the session, and the name of its provider in messages. */
  readonly profile?: { readonly name: string; readonly provider: string };
  /** Region of STS; absent if a profile gives the session. */
  readonly region?: string;
  /** Host of STS; absent if a profile gives the session. */
  readonly host?: string;
  /** MFA device and sources of a code, if the call can have a code. */
  readonly mfa?: MfaPlan;
  /** Name of the cache entry. */
  readonly key: string;
  readonly forceRefresh: boolean;
}

/** Lists the calls that a session needs, in the order of the calls. */
export async function sessionCalls(
  plan: RolePlan | ProfilePlan,
): Promise<readonly SessionCall[]> {
  if (!("role" in plan)) {
    const { base, provider, forceRefresh } = plan;
    const profile = { name: base.profile, provider };
    const key = await profileKey(plan);
    return [{ action: "profile", profile, key, forceRefresh }];
  }
  const { base, mfa, role, forceRefresh } = plan;
  const endpoint = stsEndpoint(plan.endpoints);
  const previous: readonly SessionCall[] = base.kind === "role"
    ? await sessionCalls(base.plan)
    : base.kind === "mfa-session"
    ? [{
      action: "GetSessionToken",
      ...endpoint,
      mfa,
      key: await mfaSessionKey(plan),
      forceRefresh: false,
    }]
    : [];
  const mayWantMfa = previous.length === 0 && base.kind !== "web-identity";
  return [...previous, {
    action: base.kind === "web-identity"
      ? "AssumeRoleWithWebIdentity"
      : "AssumeRole",
    roleArn: role.arn,
    ...endpoint,
    ...(mayWantMfa && { mfa }),
    key: await cacheKey(plan),
    forceRefresh,
  }];
}

/** Finds the region and the host of STS. */
export function stsEndpoint(
  endpoints: Endpoints,
): { readonly region: string; readonly host: string } {
  return { region: endpoints.region, host: stsHost(endpoints) };
}
