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
}

/**
 * Refuses a session of another role than the requested role, and a session that has
 * expired or lasts longer than requested.
 *
 * @param now the time of this machine, in milliseconds since the epoch
 * @throws {AwsError} If the session is not the requested session
 */
export function checkSession(
  { assumedRoleArn, expiration, clockOffset }: AssumeRoleOutput,
  { roleArn, durationSeconds }: Requested,
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
      : undefined;
  if (fault === undefined) return;
  throw new AwsError(`Cannot assume ${roleArn}: ${fault}`, {
    code: INCOMPLETE_ANSWER,
    hint: "check the configured endpoint and the clock of this machine",
  });
}
