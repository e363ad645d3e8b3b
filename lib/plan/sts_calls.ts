// Pure: no I/O.
import { stsHost } from "../aws/hosts.ts";
import { cacheKey, mfaSessionKey, profileKey } from "./cache_key.ts";
import type { Endpoints, MfaPlan, ProfilePlan, RolePlan } from "./plan.ts";

/**
 * Call that gets a session, which is then cached. The call goes to STS or to the
 * credential provider of a profile, such as IAM Identity Center or `credential_process`.
 */
export interface SessionCall {
  readonly action:
    | "GetSessionToken"
    | "AssumeRole"
    | "AssumeRoleWithWebIdentity"
    | "profile";
  /** ARN of the role that the call assumes; absent if the call assumes no role. */
  readonly roleArn?: string;
  /** Profile that supplies the session, and the name of the profile's credential provider. */
  readonly profile?: { readonly name: string; readonly provider: string };
  /** Region of STS; absent if a profile supplies the session. */
  readonly region?: string;
  /** Host of STS; absent if a profile supplies the session. */
  readonly host?: string;
  /** MFA device and the sources of its one-time code; absent if the call never needs MFA. */
  readonly mfa?: MfaPlan;
  /** Whether the call is made only if `credential_process` prints long-term keys. */
  readonly isForProgram?: true;
  /** Name of the cache entry. */
  readonly key: string;
  readonly forceRefresh: boolean;
}

/** Lists the calls that are needed to get a session, in the order of the calls. */
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
      ...(base.source.kind === "process" && { isForProgram: true }),
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

/** Returns the region and the host at which STS is called. */
export function stsEndpoint(
  endpoints: Endpoints,
): { readonly region: string; readonly host: string } {
  return { region: endpoints.region, host: stsHost(endpoints) };
}
