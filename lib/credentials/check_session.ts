// Pure: no I/O.
import { INCOMPLETE_ANSWER } from "../aws/errors/match.ts";
import { splitRoleArn } from "../aws/arn.ts";
import type { AssumeRoleOutput } from "../aws/sts_types.ts";
import { AwsError } from "../errors.ts";

/** The time in milliseconds by which a session may end later than requested. */
const TOLERANCE_MS = 5 * 60_000;

/** The role and the duration that a request asked for. */
interface Requested {
  readonly roleArn: string;
  readonly durationSeconds: number;
  /** The access key ID that signed the request. */
  readonly baseKeyId?: string;
}

/** Matches the ID of a long-term access key of AWS. */
const LONG_TERM_KEY = /^AKIA/;

/**
 * Refuses a session of another role than the requested role, a session that has expired
 * or lasts longer than requested, and keys that are not the keys of a new session.
 *
 * @param now the time of this machine, in milliseconds since the epoch
 * @throws {AwsError} If the session is not the requested session
 */
export function checkSession(
  { accessKeyId, assumedRoleArn, expiration, clockOffset }: AssumeRoleOutput,
  { roleArn, durationSeconds, baseKeyId }: Requested,
  now: number,
): void {
  const { accountId, roleName } = splitRoleArn(roleArn);
  const [, , , , account, resource = ""] = assumedRoleArn.split(":");
  const [kind, name] = resource.split("/");
  const left = expiration - clockOffset - now;
  const fault =
    account !== accountId || kind !== "assumed-role" || name !== roleName
      ? `the answer has a session of ${assumedRoleArn}`
      : left <= 0
      ? "the session in the answer has expired"
      : !(left <= durationSeconds * 1000 + TOLERANCE_MS)
      ? "the session in the answer lasts longer than requested"
      : LONG_TERM_KEY.test(accessKeyId) || accessKeyId === baseKeyId
      ? "the answer has no temporary access key"
      : undefined;
  if (fault === undefined) return;
  throw new AwsError(`Cannot assume ${roleArn}: ${fault}`, {
    code: INCOMPLETE_ANSWER,
    hint: "check the configured endpoint and the clock of this machine",
  });
}
