// Pure: no I/O.
/** What stands for the role's ARN in a session that is no role's. */
export const MFA_SESSION = "mfa-session";

/** The `roleArn` of a profile's session if its role is not known. */
export const PROFILE_SESSION = "profile-session";

/** Temporary credentials of a role. Times are milliseconds since the epoch. */
export interface Credentials {
  /** The id of the access key. */
  readonly accessKeyId: string;
  /** The secret that requests are signed with. */
  readonly secretAccessKey: string;
  /** The token that belongs to the two. */
  readonly sessionToken: string;
  /** When they expire, by AWS's clock. */
  readonly expiration: number;
  /**
   * The role. For the ready-made session of a profile: the ARN of the session, or
   * `profile-session` if STS did not tell the ARN.
   */
  readonly roleArn: string;
  /** The ARN of the session: who the holder of the credentials is. */
  readonly assumedRoleArn: string;
  /** When they were obtained, by this machine's clock. */
  readonly obtainedAt: number;
  /** AWS's clock less this machine's, when they were obtained. */
  readonly clockOffset: number;
}

/** The role of credentials; `undefined` if it is not known. */
export function roleOf(
  { roleArn }: Credentials,
): { readonly arn: string } | undefined {
  return roleArn === PROFILE_SESSION ? undefined : { arn: roleArn };
}

/** How long credentials are still good, in milliseconds; negative once they have expired. */
export function timeLeft(credentials: Credentials, now: number): number {
  return credentials.expiration - (now + credentials.clockOffset);
}

/**
 * How long credentials can be used without a refresh, in milliseconds; not
 * positive where they cannot. They are refreshed a while before they expire; a
 * session that is no longer than that while, at half its life. If the clock has
 * gone back to before they were obtained, nothing can be told of their age, and
 * they are not used.
 */
export function freshFor(
  credentials: Credentials,
  refreshBeforeExpiry: number,
  now: number,
): number {
  const left = timeLeft(credentials, now);
  const life = timeLeft(credentials, credentials.obtainedAt);
  const margin = refreshBeforeExpiry * 1000;
  if (left > life + 60_000) return 0;
  // What was asked for, as far as AWS's whole seconds and the way there tell.
  const isShort = life <= margin + 5000;
  return Math.min(left, left - (isShort ? life / 2 : margin));
}

/** Whether credentials can be used without a refresh: see {@linkcode freshFor}. */
export function isFresh(
  credentials: Credentials,
  refreshBeforeExpiry: number,
  now: number,
): boolean {
  return freshFor(credentials, refreshBeforeExpiry, now) > 0;
}
