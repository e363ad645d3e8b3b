// Pure: no I/O.
// @ts-types="../types/std_yaml.d.ts"
import { parse } from "@std/yaml/parse";
import type { Position } from "./config.ts";

const MARK = "zz-assume-role-mark-zz";

/**
 * Finds where a key stands in a YAML text. The parser tells no positions, so it
 * is asked: each place where the key's name occurs is changed in turn, until
 * the parser no longer finds the key where it was. Used for messages only.
 */
export function locateKey(text: string, keys: readonly string[]): Position {
  const key = keys.at(-1) ?? "";
  const parents = keys.slice(0, -1);
  for (
    let at = text.indexOf(key);
    at >= 0 && key;
    at = text.indexOf(key, at + 1)
  ) {
    const changed = text.slice(0, at) + MARK + text.slice(at + key.length);
    if (hasKey(changed, [...parents, MARK]) && !hasKey(changed, keys)) {
      return positionAt(text, at);
    }
  }
  return parents.length > 0 ? locateKey(text, parents) : { line: 1, column: 1 };
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
