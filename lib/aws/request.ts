// Pure: no I/O.

/** What AssumeRole can be asked beside the session's name and a code. */
export interface SessionRequest {
  readonly roleArn: string;
  readonly durationSeconds: number;
  readonly externalId?: string;
  readonly sourceIdentity?: string;
  /** Session tags, by key. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly transitiveTagKeys?: readonly string[];
  /** A session policy that narrows the role, as JSON. */
  readonly policy?: string;
  /** Managed policies that narrow the role. */
  readonly policyArns?: readonly string[];
}
