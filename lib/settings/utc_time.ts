// Pure: no I/O.

/** Formats a time in milliseconds since the epoch as ISO 8601 in UTC, in whole seconds. */
export function formatTime(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}
