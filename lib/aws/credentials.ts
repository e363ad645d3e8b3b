// Pure: no I/O.
/** Value of `Credentials.roleArn` for a GetSessionToken session, which has no role. */
export const MFA_SESSION = "mfa-session";

/** Value of `Credentials.roleArn` for a profile's session if STS returned no ARN. */
export const PROFILE_SESSION = "profile-session";

/** Long-term or temporary credentials that can sign requests. */
export interface SigningCredentials {
  /** Access key ID. */
  readonly accessKeyId: string;
  /** Secret access key, which signs requests. */
  readonly secretAccessKey: string;
  /** Session token; absent for long-term keys. */
  readonly sessionToken?: string;
}

/** Temporary credentials of a role. Times are milliseconds since the epoch. */
export interface Credentials {
  /** The id of the access key. */
  readonly accessKeyId: string;
  /** The secret that requests are signed with. */
  readonly secretAccessKey: string;
  /** The session token that belongs to the access key. */
  readonly sessionToken: string;
  /** The time of expiry, by AWS's clock. */
  readonly expiration: number;
  /**
   * The ARN of the role. For a session that a profile's credential provider issued:
   * the ARN of the session, or `profile-session` if STS did not return an ARN. For a
   * GetSessionToken session: `mfa-session`.
   */
  readonly roleArn: string;
  /** The ARN of the session, which identifies the holder of the credentials. */
  readonly assumedRoleArn: string;
  /** The time when the credentials were obtained, by this machine's clock. */
  readonly obtainedAt: number;
  /** AWS's clock minus this machine's clock, at the time `obtainedAt`. */
  readonly clockOffset: number;
}

/** Returns the role that credentials are for; `undefined` if no ARN is known. */
export function roleOf(
  { roleArn }: Credentials,
): { readonly arn: string } | undefined {
  return roleArn === PROFILE_SESSION ? undefined : { arn: roleArn };
}

/** Returns the milliseconds until credentials expire; negative if they have expired. */
export function timeLeft(credentials: Credentials, now: number): number {
  return credentials.expiration - (now + credentials.clockOffset);
}

/** The largest expected difference between a session's computed and requested duration. */
const DURATION_TOLERANCE_MS = 5000;
/** The most that this machine's clock may be set back without forcing a refresh. */
const MAX_CLOCK_STEP_BACK_MS = 60_000;

/**
 * Returns the milliseconds until credentials must be refreshed; 0 or less if a
 * refresh is due. A refresh is due `refreshBeforeExpirySeconds` before expiry. If the
 * whole session is not longer than `refreshBeforeExpirySeconds`, a refresh is due after
 * half of the session. A refresh is also due if the clock was set back by more than a
 * minute after the credentials were obtained.
 */
export function freshFor(
  credentials: Credentials,
  refreshBeforeExpirySeconds: number,
  now: number,
): number {
  const left = timeLeft(credentials, now);
  const duration = timeLeft(credentials, credentials.obtainedAt);
  const margin = refreshBeforeExpirySeconds * 1000;
  if (left > duration + MAX_CLOCK_STEP_BACK_MS) return 0;
  // The computed duration is inexact: AWS rounds to seconds, and the answer takes time.
  const isShort = duration <= margin + DURATION_TOLERANCE_MS;
  return Math.min(left, left - (isShort ? duration / 2 : margin));
}

/** Whether credentials need no refresh yet; see {@linkcode freshFor}. */
export function isFresh(
  credentials: Credentials,
  refreshBeforeExpirySeconds: number,
  now: number,
): boolean {
  return freshFor(credentials, refreshBeforeExpirySeconds, now) > 0;
}
