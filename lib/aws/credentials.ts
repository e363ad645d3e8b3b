// Pure: no I/O.
/** The `roleArn` of a session of GetSessionToken, which has no role. */
export const MFA_SESSION = "mfa-session";

/** The `roleArn` of a profile's session if its role is not known. */
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
  /** The session token that belongs to the two keys. */
  readonly sessionToken: string;
  /** The time of expiry, by AWS's clock. */
  readonly expiration: number;
  /**
   * The ARN of the role. For the ready-made session of a profile: the ARN of the
   * session, or `profile-session` if STS did not return an ARN.
   */
  readonly roleArn: string;
  /** The ARN of the session, which identifies the holder of the credentials. */
  readonly assumedRoleArn: string;
  /** The time when the credentials were obtained, by this machine's clock. */
  readonly obtainedAt: number;
  /** AWS's clock minus this machine's when the credentials were obtained. */
  readonly clockOffset: number;
}

/** Returns the role of credentials; `undefined` if the role is not known. */
export function roleOf(
  { roleArn }: Credentials,
): { readonly arn: string } | undefined {
  return roleArn === PROFILE_SESSION ? undefined : { arn: roleArn };
}

/** Returns the milliseconds until credentials expire; negative if they have expired. */
export function timeLeft(credentials: Credentials, now: number): number {
  return credentials.expiration - (now + credentials.clockOffset);
}

/** The longest difference between a session's duration and the requested one. */
const DURATION_TOLERANCE_MS = 5000;
/** The most that the clock may go back after credentials were obtained. */
const MAX_CLOCK_STEP_BACK_MS = 60_000;

/**
 * Returns the milliseconds until credentials must be refreshed; 0 or less if a
 * refresh is due. A refresh is due the given seconds before expiry, or at half of
 * the session's duration if the session is not longer than that. Credentials
 * that seem to be obtained in the future, because the clock was set back, are due
 * as well.
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
  // AWS rounds to whole seconds, and the answer takes time to arrive.
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
