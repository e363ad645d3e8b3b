// Pure: no I/O.

/** Control characters, and characters that change the writing direction. */
export const UNSAFE: RegExp =
  /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;

/** Maximum length of one sanitized message. */
const MAX_CHARACTERS = 1000;

/**
 * Makes text from an untrusted source safe for a terminal: shortens long text, and
 * replaces line breaks, control characters, and characters that change the writing
 * direction, with spaces.
 */
export function sanitize(text: string): string {
  const line = text
    .replace(UNSAFE, " ")
    .trim();
  return line.length > MAX_CHARACTERS
    ? line.slice(0, MAX_CHARACTERS) + "…"
    : line;
}
