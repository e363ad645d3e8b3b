// Pure: no I/O.
// @ts-types="../types/std_yaml.d.ts"
import { parse } from "@std/yaml/parse";
import type { Position } from "./config.ts";

/** Maximum number of candidates to check, because each check parses the whole file. */
const MAX_CANDIDATES = 100;
const MARKER = "zz-assume-role-mark-zz";

/**
 * Finds the position of a key in a YAML text, for messages. The YAML parser returns
 * no positions. Therefore this function tries the occurrences of the key's name in turn: it
 * replaces one occurrence by a marker and parses the text. The right occurrence is the one
 * for which the parsed value has the marker instead of the key.
 */
export function locateKey(text: string, keys: readonly string[]): Position {
  return positionAt(text, findKey(text, keys));
}

/** Returns the offset of a key, or of its nearest parent if the key is not found. */
function findKey(text: string, keys: readonly string[]): number {
  const key = keys.at(-1);
  if (key === undefined) return 0;
  const parents = keys.slice(0, -1);
  const parent = findKey(text, parents);
  for (const at of findCandidates(text, key, parent)) {
    const changed = text.slice(0, at) + MARKER + text.slice(at + key.length);
    if (hasKey(changed, [...parents, MARKER]) && !hasKey(changed, keys)) {
      return at;
    }
  }
  return parent;
}

/** Finds the offsets at which a name is a whole word and precedes a colon. */
function* findCandidates(
  text: string,
  key: string,
  from: number,
): Generator<number> {
  let count = 0;
  for (
    let at = text.indexOf(key, from);
    at >= 0 && key !== "" && count < MAX_CANDIDATES;
    at = text.indexOf(key, at + 1)
  ) {
    const before = text[at - 1] ?? "\n";
    const after = text.slice(at + key.length, at + key.length + 100);
    if (/[\s{,"'?\uFEFF]/.test(before) && /^["']?\s*:/.test(after)) {
      count++;
      yield at;
    }
  }
}

function hasKey(text: string, keys: readonly string[]): boolean {
  let value: unknown;
  try {
    value = parse(text, { schema: "failsafe" });
  } catch {
    return false; // invalid YAML: the marker did not replace a key
  }
  for (const key of keys) {
    if (typeof value !== "object" || value === null) return false;
    if (!Object.hasOwn(value, key)) return false;
    value = (value as Record<string, unknown>)[key];
  }
  return true;
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).replace(/^\uFEFF/, "").split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}
