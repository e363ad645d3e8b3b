import { diff3Merge } from "node-diff3";

/** What a change has put in the place of a part of a content. */
interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly text: Uint8Array;
}

/**
 * What comes of two changes of one content, each of parts of its own: what both
 * have put in the same place stands there one after the other. `undefined` where
 * they have changed the same.
 */
export function merge(
  base: Uint8Array,
  one: Uint8Array,
  other: Uint8Array,
): Uint8Array | undefined {
  return mergeLines(base, one, other) ?? mergeHunks(base, one, other);
}

function mergeLines(
  base: Uint8Array,
  one: Uint8Array,
  other: Uint8Array,
): Uint8Array | undefined {
  const [a, o, b] = [one, base, other].map(linesOf);
  const merged: string[] = [];
  for (const { ok, conflict } of diff3Merge(a!, o!, b!)) {
    if (ok !== undefined) merged.push(...ok);
    if (conflict === undefined) continue;
    if (conflict.o.length > 0) return undefined;
    merged.push(...conflict.a, ...conflict.b);
  }
  return Uint8Array.from(merged.join(""), (byte) => byte.charCodeAt(0));
}

/** The lines with their ends, a character for each byte. */
function linesOf(content: Uint8Array): string[] {
  const text = Array.from(content, (byte) => String.fromCharCode(byte));
  return text.join("").split(/(?<=\n)/);
}

/** The same where a line is not whole yet, or is the last and has no end. */
function mergeHunks(
  base: Uint8Array,
  one: Uint8Array,
  other: Uint8Array,
): Uint8Array | undefined {
  const [a, b] = [hunkOf(base, one), hunkOf(base, other)];
  const [first, second] = a.end <= b.start ? [a, b] : [b, a];
  if (first.end > second.start) return undefined;
  return concat([
    base.subarray(0, first.start),
    first.text,
    base.subarray(first.end, second.start),
    second.text,
    base.subarray(second.end),
  ]);
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

/** From the first to the last byte that is another one. */
function hunkOf(base: Uint8Array, changed: Uint8Array): Hunk {
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

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((n, { length }) => n + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
