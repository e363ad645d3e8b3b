// Pure: no I/O.
import { formatDuration } from "../settings/duration.ts";
import { type Credentials, timeLeft } from "../aws/credentials.ts";

/** Formats the warning that the credentials expired before the command ended. */
export function formatExpiry(
  credentials: Credentials,
  status: number,
  now: number,
): string {
  const since = formatDuration(-timeLeft(credentials, now) / 1000);
  const effect = status === 0 ? "" : ", which may be why it failed";
  return `The credentials expired ${since} before the command ended${effect}`;
}
