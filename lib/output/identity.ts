// Pure: no I/O.
import type { WebIdentityToken } from "../plan/plan.ts";
import { formatDuration } from "../settings/duration.ts";

/** Who somebody is, as AWS tells it. */
export interface Identity {
  readonly arn: string;
  readonly accountId: string;
}

/** The lines that tell whose the base credentials are. */
export function formatBase({ arn, accountId }: Identity): string {
  return `base_arn: ${arn}\nbase_account: ${accountId}\n`;
}

/** The line that tells what there is in place of base credentials. */
export function formatTokenBase(token: WebIdentityToken): string {
  const where = token.kind === "file" ? token.path : "GitHub Actions";
  return `base_web_identity: ${where}\n`;
}

/**
 * The lines that tell who a role's session is.
 *
 * @param left how long it is still good, in milliseconds
 */
export function formatSession(
  { arn, accountId }: Identity,
  left: number,
  source: "cache" | "fresh",
): string {
  return `session_arn: ${arn}
session_account: ${accountId}
session_time_left: ${formatDuration(left / 1000)}
session_source: ${source}
`;
}
