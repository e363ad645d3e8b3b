// Pure: no I/O.
import { stsHost } from "../aws/hosts.ts";
import { cacheKey, mfaSessionKey } from "./cache_key.ts";
import type { Endpoints, MfaPlan, RolePlan } from "./plan.ts";

/** A call to STS whose answer is kept, on the way to a role. */
export interface SessionCall {
  readonly action:
    | "GetSessionToken"
    | "AssumeRole"
    | "AssumeRoleWithWebIdentity";
  /** The role that is assumed; absent where the session is no role's. */
  readonly roleArn?: string;
  readonly region: string;
  readonly host: string;
  /** How a code is had, where there may be one. */
  readonly mfa?: MfaPlan;
  /** The name of the cache entry. */
  readonly key: string;
  readonly forceRefresh: boolean;
}

/** The calls that lead to a role, the first one first. */
export async function sessionCalls(
  plan: RolePlan,
): Promise<readonly SessionCall[]> {
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
): Pick<SessionCall, "region" | "host"> {
  return { region: endpoints.region, host: stsHost(endpoints) };
}
