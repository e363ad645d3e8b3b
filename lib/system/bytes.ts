// Pure: no I/O.

/** Whether two contents are the same. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/**
 * Whether a content may be another one that is only half written: what is there
 * of it ends before the other does, and not in the way that does.
 */
export function isTorn(content: Uint8Array, whole: Uint8Array): boolean {
  if (content.length >= whole.length) return false;
  return startsWith(whole, content) ||
    hunkOf(whole, content).end === whole.length;
}

/** Whether a content begins with another one. */
export function startsWith(content: Uint8Array, start: Uint8Array): boolean {
  return start.length <= content.length &&
    start.every((byte, at) => byte === content[at]);
}

/** Whether a content ends with a complete line. */
export function endsWithLine(content: Uint8Array): boolean {
  return content.at(-1) === 10;
}

/** What a change has put in the place of a part of a content. */
export interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly text: Uint8Array;
}

/** From the first to the last byte that is another one. */
export function hunkOf(base: Uint8Array, changed: Uint8Array): Hunk {
  const shorter = Math.min(base.length, changed.length);
  let start = 0;
  while (start < shorter && base[start] === changed[start]) start++;
  let same = 0;
  while (
    same < shorter - start && base.at(-1 - same) === changed.at(-1 - same)
  ) same++;
  return {
    start,
    end: base.length - same,
    text: changed.subarray(start, changed.length - same),
  };
}
