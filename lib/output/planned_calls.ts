// Pure: no I/O.
import type { CacheState } from "../cache/session_state.ts";
import type { SessionCall } from "../plan/sts_calls.ts";

/** A call that requests a session of the role chain, and the session's state in the cache. */
export interface ExplainedCall {
  readonly call: SessionCall;
  readonly state: CacheState;
  /** The path of the cache entry; absent if there is no cache. */
  readonly path?: string;
  /** The reason why there is no cache; absent if there is a cache. */
  readonly uncached?: string;
  /** Whether a run would make the call. */
  readonly isMade: boolean;
}

/** Whether a run would call GetCallerIdentity; the identity may be cached. */
export type IdentityCall = "made" | "made unless cached" | "none";

/** A call that a run would make. */
export interface PlannedCall {
  /** Action of STS, or the credential provider of a profile. */
  readonly action: string;
  /** Host of STS; absent if a profile supplies the session. */
  readonly host?: string;
  readonly region?: string;
  readonly roleArn?: string;
  /** Profile that supplies the session. */
  readonly profile?: string;
  /** Whether the call needs a one-time code. */
  readonly mfa: "none" | "possible" | "required";
  /** MFA device, if it is known. */
  readonly mfaSerial?: string;
  /** Condition under which the run makes the call; absent if the run always makes it. */
  readonly condition?: "identity_not_cached" | "long_term_keys";
}

/**
 * Lists the calls that a run would make, in order.
 *
 * @param endpoint The host and the region of STS if a profile supplies the first session.
 */
export function listPlannedCalls(
  calls: readonly ExplainedCall[],
  identity: IdentityCall,
  endpoint: Pick<SessionCall, "host" | "region">,
): readonly PlannedCall[] {
  const made = calls.filter(({ isMade }) => isMade);
  const [first] = made;
  if (first === undefined) return [];
  const planned = made.map(({ call }) => toPlannedCall(call));
  if (identity === "none") return planned;
  // The first role of a role chain can have another region than the last role.
  const { host, region } = first.call.host === undefined
    ? endpoint
    : first.call;
  const identityCall: PlannedCall = {
    action: "GetCallerIdentity",
    ...(host !== undefined && { host }),
    ...(region !== undefined && { region }),
    mfa: "none",
    ...(identity === "made unless cached" &&
      { condition: "identity_not_cached" }),
  };
  // To name the session, a run requests the identity before AssumeRole. But if a
  // profile supplies a session, the run requests the identity of that session afterwards.
  return first.call.action === "profile"
    ? [...planned, identityCall]
    : [identityCall, ...planned];
}

function toPlannedCall(call: SessionCall): PlannedCall {
  const { action, host, region, roleArn, profile, mfa, isForProgram } = call;
  const isRequired = mfa?.serial !== undefined || action === "GetSessionToken";
  return {
    action: profile?.provider ?? action,
    ...(host !== undefined && { host }),
    ...(region !== undefined && { region }),
    ...(roleArn !== undefined && { roleArn }),
    ...(profile !== undefined && { profile: profile.name }),
    mfa: mfa === undefined ? "none" : isRequired ? "required" : "possible",
    ...(mfa?.serial !== undefined && { mfaSerial: mfa.serial }),
    ...(isForProgram && { condition: "long_term_keys" }),
  };
}
