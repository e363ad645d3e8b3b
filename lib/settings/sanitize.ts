// Pure: no I/O.

/** More than a person reads of one message. */
const LONGEST = 1000;

/**
 * Keeps what came from outside from breaking out of its line, or from telling
 * the terminal what to do.
 */
export function sanitize(text: string): string {
  const line = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, " ")
    .trim();
  return line.length > LONGEST ? line.slice(0, LONGEST) + "…" : line;
}
