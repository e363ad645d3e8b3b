// Pure: no I/O.
import type { CallerIdentity } from "./arn.ts";

/** The input of AssumeRole without the session's name and the MFA code. */
export interface SessionRequest {
  /** The ARN of the role. */
  readonly roleArn: string;
  /** The session's duration in seconds. */
  readonly durationSeconds: number;
  /** The external id that the role's trust policy requires. */
  readonly externalId?: string;
  /** The source identity, which names the person or program behind the session. */
  readonly sourceIdentity?: string;
  /** Session tags, by key. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The keys of the tags that the next roles of a role chain inherit. */
  readonly transitiveTagKeys?: readonly string[];
  /** A session policy that narrows the role's permissions, as JSON. */
  readonly policy?: string;
  /** The ARNs of managed policies that narrow the role's permissions. */
  readonly policyArns?: readonly string[];
}

/** The input of AssumeRole. */
export interface AssumeRoleInput extends SessionRequest {
  readonly roleSessionName: string;
  readonly mfa?: { readonly serial: string; readonly code: string };
}

/** The input of AssumeRoleWithWebIdentity. */
export interface WebIdentityInput extends
  Pick<
    SessionRequest,
    "roleArn" | "durationSeconds" | "policy" | "policyArns"
  > {
  readonly roleSessionName: string;
  readonly webIdentityToken: string;
}

/** The input of GetSessionToken. */
export interface SessionTokenInput {
  readonly durationSeconds: number;
  readonly mfa: { readonly serial: string; readonly code: string };
}

/** Temporary credentials, as STS returns them. */
export interface SessionOutput {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** The time of expiry by AWS's clock, in milliseconds since the epoch. */
  readonly expiration: number;
  /** AWS's clock minus this machine's clock, in milliseconds. */
  readonly clockOffset: number;
}

/** The output of AssumeRole. */
export interface AssumeRoleOutput extends SessionOutput {
  /** The ARN of the session, which identifies the holder of the credentials. */
  readonly assumedRoleArn: string;
}

/** The calls to AWS that assume-role makes; each throws an `AwsError`. */
export interface AwsClient {
  readonly getCallerIdentity: () => Promise<CallerIdentity>;
  readonly assumeRole: (input: AssumeRoleInput) => Promise<AssumeRoleOutput>;
  readonly assumeRoleWithWebIdentity: (
    input: WebIdentityInput,
  ) => Promise<AssumeRoleOutput>;
  readonly getSessionToken: (
    input: SessionTokenInput,
  ) => Promise<SessionOutput>;
  /** Lists the serial numbers of all MFA devices of an IAM user. */
  readonly listMfaDevices: (userName: string) => Promise<readonly string[]>;
  /** Returns the name of the IAM user whose credentials sign the call. */
  readonly getUserName: () => Promise<string>;
}
