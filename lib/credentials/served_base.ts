// Pure: no I/O.
import { AwsError } from "../errors.ts";
import type { Base } from "../plan/plan.ts";

/**
 * Explains that AWS denied a role to the session that `--server` of another assume-role
 * supplies. Under `--server`, the profile `default` has no credentials.
 *
 * @returns The same error, with another hint if the base credentials are such a session
 */
export function explainServedBase(
  error: unknown,
  { kind }: Base,
  { ASSUME_ROLE_ARN, AWS_CONTAINER_CREDENTIALS_FULL_URI = "" }: Readonly<
    Record<string, string>
  >,
): unknown {
  const isServed = kind === "machine" && ASSUME_ROLE_ARN &&
    AWS_CONTAINER_CREDENTIALS_FULL_URI.startsWith("http://127.0.0.1:");
  if (!isServed || !(error instanceof AwsError)) return error;
  if (!error.message.endsWith(": AWS denies access")) return error;
  return Object.assign(error, {
    hint:
      `use '--profile' with a profile that has your credentials and another name than 'default': the base credentials are the session of ${ASSUME_ROLE_ARN}, because 'assume-role --server' runs this command`,
  });
}
