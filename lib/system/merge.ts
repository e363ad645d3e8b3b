import { diff3Merge } from "node-diff3";
import { hunkOf } from "./bytes.ts";
import { concat } from "./files.ts";

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
