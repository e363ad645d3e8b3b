// Pure: no I/O.
import type { CacheState } from "../cache/session_state.ts";
import { formatDuration } from "../settings/duration.ts";

const MINUTE_MS = 60_000;

/**
 * Formats the state of a session in the cache: `fresh, 3h57m`, `expired`. The time until
 * expiry is in whole minutes, or in seconds if it is less than a minute.
 */
export function formatSession(state: CacheState): string {
  return state.kind === "fresh" || state.kind === "stale"
    ? `${state.kind}, ${formatTimeLeft(state.left)}`
    : state.kind;
}

/** Formats a time until expiry in whole minutes, or in seconds if it is less than a minute. */
export function formatTimeLeft(leftMs: number): string {
  const unit = leftMs < MINUTE_MS ? 1000 : MINUTE_MS;
  return formatDuration(Math.floor(leftMs / unit) * unit / 1000);
}
