// Pure: no I/O.
// @ts-types="../types/std_yaml.d.ts"
import { parse } from "@std/yaml/parse";
import type { Position } from "./config.ts";

/** The parser reads the file anew for each place: in a large file that takes its time. */
const MOST_TRIES = 100;
const MARK = "zz-assume-role-mark-zz";

/**
 * Finds where a key stands in a YAML text. The parser tells no positions, so it
 * is asked: each place where the key's name occurs is changed in turn, until
 * the parser no longer finds the key where it was. Used for messages only.
 */
export function locateKey(text: string, keys: readonly string[]): Position {
  return positionAt(text, findKey(text, keys));
}

/** The offset of a key; that of the nearest one around it where it is not found. */
function findKey(text: string, keys: readonly string[]): number {
  const key = keys.at(-1);
  if (key === undefined) return 0;
  const parents = keys.slice(0, -1);
  const parent = findKey(text, parents);
  for (const at of candidates(text, key, parent)) {
    const changed = text.slice(0, at) + MARK + text.slice(at + key.length);
    if (hasKey(changed, [...parents, MARK]) && !hasKey(changed, keys)) {
      return at;
    }
  }
  return parent;
}

/** Where a name stands as a key does: with no letter before, and a colon after. */
function* candidates(
  text: string,
  key: string,
  from: number,
): Generator<number> {
  let tries = 0;
  for (
    let at = text.indexOf(key, from);
    at >= 0 && key !== "" && tries < MOST_TRIES;
    at = text.indexOf(key, at + 1)
  ) {
    const before = text[at - 1] ?? "\n";
    const after = text.slice(at + key.length, at + key.length + 100);
    if (/[\s{,"'?\uFEFF]/.test(before) && /^["']?\s*:/.test(after)) {
      tries++;
      yield at;
    }
  }
}

function hasKey(text: string, keys: readonly string[]): boolean {
  let value: unknown;
  try {
    value = parse(text, { schema: "failsafe" });
  } catch {
    return false; // the change made it invalid: this was not the key
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
