// Pure: no I/O.

/** Whether two contents are equal. Uses a loop, because a call for each byte is slow. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) {
    if (a[at] !== b[at]) return false;
  }
  return true;
}

/** Whether a content begins with `start`. */
export function startsWith(content: Uint8Array, start: Uint8Array): boolean {
  return start.length <= content.length &&
    start.every((byte, at) => byte === content[at]);
}

/** Whether a content ends with a complete line. */
export function endsWithLine(content: Uint8Array): boolean {
  return content.at(-1) === 10;
}

/**
 * Whether a program may still be writing a file that contained `whole` and now contains
 * `content`. This is so if `content` is shorter than `whole`, and is the beginning of
 * `whole` or has a different last line.
 */
export function isTorn(content: Uint8Array, whole: Uint8Array): boolean {
  if (content.length >= whole.length) return false;
  const lines = linesOf(whole);
  return startsWith(whole, content) ||
    hunkOf(lines, linesOf(content)).end === lines.length;
}

/** Splits a content into lines with their line ends. Each byte becomes a character. */
export function linesOf(content: Uint8Array): readonly string[] {
  const text = Array.from(content, (byte) => String.fromCharCode(byte)).join(
    "",
  );
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Replacement of the lines from `start` up to, but not including, `end` by `lines`. */
export interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/** Returns the smallest single replacement that turns `before` into `after`. */
export function hunkOf(
  before: readonly string[],
  after: readonly string[],
): Hunk {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let same = 0;
  while (
    same < shorter - start && before.at(-1 - same) === after.at(-1 - same)
  ) same++;
  return {
    start,
    end: before.length - same,
    lines: after.slice(start, after.length - same),
  };
}

/** Formats bytes in hexadecimal; `Uint8Array.toHex()` would need Deno 2.5. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
