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

/**
 * Temporary credentials of a role, of a profile or of a GetSessionToken session. Times are
 * milliseconds since the epoch.
 */
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
   * The ARN of the role. For temporary credentials that a profile supplies without a
   * known role: the ARN of their session, or `profile-session` if STS did not return an
   * ARN. For a GetSessionToken session: `mfa-session`.
   */
  readonly roleArn: string;
  /**
   * The ARN of the credentials' identity: of the session or, for a GetSessionToken session,
   * of the IAM user. `profile-session` if STS did not return an ARN.
   */
  readonly assumedRoleArn: string;
  /** The time when the credentials were obtained, by this machine's clock. */
  readonly obtainedAt: number;
  /** AWS's time minus this machine's time at `obtainedAt`; 0 if AWS's time is unknown. */
  readonly clockOffset: number;
}

/** The types of the properties that a value must have; see {@linkcode isShaped}. */
export type Shape<T> = { readonly [K in keyof T]-?: "string" | "number" };

/** The greatest time; the sum of two such times is a valid `Date`. */
const MAX_TIME_MS = 4e15;

/**
 * Whether a value has all properties that the shape lists, with the types that the shape
 * gives. The strings must be visible ASCII of at most 20,000 characters, so that every
 * shell and every HTTP header takes them unchanged. The numbers must be integers in the
 * range of times.
 */
export function isShaped<T>(value: unknown, shape: Shape<T>): value is T {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(shape).every(([key, type]) => {
    const part = (value as Record<string, unknown>)[key];
    return type === "string"
      ? typeof part === "string" && /^[!-~]{1,20000}$/.test(part)
      : Number.isSafeInteger(part) && Math.abs(part as number) <= MAX_TIME_MS;
  });
}

/** Returns `roleArn` as `arn`; `undefined` if `roleArn` is `profile-session`. */
export function roleOf(
  { roleArn }: Credentials,
): { readonly arn: string } | undefined {
  return roleArn === PROFILE_SESSION ? undefined : { arn: roleArn };
}

/** Returns the milliseconds until credentials expire; negative if they have expired. */
export function timeLeft(credentials: Credentials, now: number): number {
  return credentials.expiration - (now + credentials.clockOffset);
}

/**
 * Formats the time of expiry as `aws configure export-credentials` does, in UTC and whole
 * seconds: `2026-01-02T03:04:05+00:00`. The time is converted from AWS's clock to this
 * machine's clock, because AWS tools compare the time with this machine's clock.
 */
export function formatExpiration(
  { expiration, clockOffset }: Credentials,
): string {
  const time = new Date(expiration - clockOffset).toISOString();
  return `${time.slice(0, "2026-01-02T03:04:05".length)}+00:00`;
}

/** The largest expected difference between a session's computed and requested duration. */
const DURATION_TOLERANCE_MS = 5000;
/** If this machine's clock was set back by more than this time, a refresh is due. */
const MAX_CLOCK_STEP_BACK_MS = 60_000;

/**
 * Returns the milliseconds until credentials must be refreshed; 0 or less if a
 * refresh is due. A refresh is due `refreshBeforeExpirySeconds` before expiry. If the
 * session's duration is not longer than `refreshBeforeExpirySeconds`, a refresh is due
 * after half of the duration. A refresh is also due if the clock was set back by more than a
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
  // The computed duration is inexact, because AWS rounds the time of expiry to seconds and
  // because AWS's answer arrives later than the session starts.
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
