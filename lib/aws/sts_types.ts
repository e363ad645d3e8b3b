// Pure: no I/O.

/** What AssumeRole can be asked beside the session's name and a code. */
export interface SessionRequest {
  /** The role. */
  readonly roleArn: string;
  /** How long the session is to last, in seconds. */
  readonly durationSeconds: number;
  /** The external id that the role's trust policy wants. */
  readonly externalId?: string;
  /** Who is behind the session. */
  readonly sourceIdentity?: string;
  /** Session tags, by key. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The keys of the tags that the next role of a chain gets too. */
  readonly transitiveTagKeys?: readonly string[];
  /** A session policy that narrows the role, as JSON. */
  readonly policy?: string;
  /** Managed policies that narrow the role. */
  readonly policyArns?: readonly string[];
}

/** What AssumeRole is asked. */
export interface AssumeRoleInput extends SessionRequest {
  readonly roleSessionName: string;
  readonly mfa?: { readonly serial: string; readonly code: string };
}

/** What AssumeRoleWithWebIdentity is asked. */
export interface WebIdentityInput extends
  Pick<
    SessionRequest,
    "roleArn" | "durationSeconds" | "policy" | "policyArns"
  > {
  readonly roleSessionName: string;
  readonly webIdentityToken: string;
}

/** What GetSessionToken is asked. */
export interface SessionTokenInput {
  readonly durationSeconds: number;
  readonly mfa: { readonly serial: string; readonly code: string };
}

/** Temporary credentials, as STS gives them. */
export interface SessionOutput {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** AWS's time of expiry, in milliseconds since the epoch. */
  readonly expiration: number;
  /** AWS's clock less this machine's, in milliseconds. */
  readonly clockOffset: number;
}

/** What AssumeRole answers. */
export interface AssumeRoleOutput extends SessionOutput {
  /** The ARN of the session: who the holder of the credentials is. */
  readonly assumedRoleArn: string;
}
