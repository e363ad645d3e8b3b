// Pure: no I/O.
// @ts-types="../types/std_yaml.d.ts"
import { parse } from "@std/yaml/parse";
import type { Position } from "./config.ts";

/** Maximum number of candidates of a key, because each round parses the whole file. */
const MAX_CANDIDATES = 100;
/** Maximum number of colons after the start of a key that may end the key. */
const MAX_COLONS = 8;
/** Maximum length of a key whose position is found. */
const MAX_KEY_LENGTH = 500;
const MARKER = "zz-assume-role-mark-";

/** Offsets at which each text stands as a whole word before a colon, in ascending order. */
type Candidates = ReadonlyMap<string, readonly number[]>;

/**
 * Finds positions of keys in a YAML text, for messages. The YAML parser returns no
 * positions. Therefore this class replaces occurrences of key names by markers and parses the
 * text. The right occurrence of a key is the one for which the parsed value has the marker
 * instead of the key. All keys of a mapping are found together, so that the time for all keys
 * of a file grows with the length of the file only.
 */
export class KeyLocator {
  readonly #text: string;
  /** The offsets of the keys of each mapping, by the path of the mapping. */
  readonly #found = new Map<string, ReadonlyMap<string, number>>();
  #candidates: Candidates | undefined;
  #value: unknown;
  #lineStarts: readonly number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Returns the position of a key, or of its nearest parent if the key is not found. */
  locate(keys: readonly string[]): Position {
    const offset = this.#findKey(keys);
    this.#lineStarts ??= findLineStarts(this.#text);
    const line = countUpTo(this.#lineStarts, offset);
    const column = offset - this.#lineStarts[line - 1]! + 1;
    const hasMark = line === 1 && this.#text.startsWith("\uFEFF");
    return { line, column: Math.max(1, column - Number(hasMark)) };
  }

  #findKey(keys: readonly string[]): number {
    const key = keys.at(-1);
    if (key === undefined) return 0;
    const parents = keys.slice(0, -1);
    const parent = this.#findKey(parents);
    const path = JSON.stringify(parents);
    let found = this.#found.get(path);
    if (found === undefined) {
      found = this.#findSiblings(parents, parent);
      this.#found.set(path, found);
    }
    return found.get(key) ?? parent;
  }

  /** Finds the offsets of all keys of a mapping. */
  #findSiblings(
    parents: readonly string[],
    from: number,
  ): ReadonlyMap<string, number> {
    this.#candidates ??= findCandidates(this.#text);
    this.#value ??= parseIfValid(this.#text);
    const found = new Map<string, number>();
    const names = Object.keys(mappingAt(this.#value, parents) ?? {});
    let left = names.map((name) => ({
      name,
      offsets: (this.#candidates!.get(name) ?? [])
        .filter((offset) => offset >= from).slice(0, MAX_CANDIDATES),
    }));
    for (let round = 0; left.length > 0; round++) {
      const tried = left.flatMap(({ name, offsets }) => {
        const offset = offsets[round];
        return offset === undefined ? [] : [{ name, offset }];
      });
      for (const { name, offset } of this.#verify(parents, tried)) {
        found.set(name, offset);
      }
      left = left.filter(({ name, offsets }) =>
        !found.has(name) && round + 1 < offsets.length
      );
    }
    return found;
  }

  /** Returns the occurrences that are keys of the mapping. */
  #verify(
    parents: readonly string[],
    tried: readonly Occurrence[],
  ): readonly Occurrence[] {
    if (tried.length === 0) return [];
    const marked = parseIfValid(mark(this.#text, tried));
    const mapping = mappingAt(marked, parents);
    if (mapping !== undefined) {
      return tried.filter(({ name }, at) =>
        Object.hasOwn(mapping, `${MARKER}${at}`) &&
        !Object.hasOwn(mapping, name)
      );
    }
    // The text is no longer valid: at least one marker does not replace a key.
    if (tried.length === 1) return [];
    const half = tried.length >> 1;
    return [
      ...this.#verify(parents, tried.slice(0, half)),
      ...this.#verify(parents, tried.slice(half)),
    ];
  }
}

/** An occurrence of the name of a key. */
interface Occurrence {
  readonly name: string;
  readonly offset: number;
}

/** Replaces each occurrence by a marker with the number of the occurrence. */
function mark(text: string, occurrences: readonly Occurrence[]): string {
  const sorted = occurrences.map((occurrence, at) => ({ ...occurrence, at }))
    .sort((a, b) => a.offset - b.offset);
  const parts: string[] = [];
  let end = 0;
  for (const { name, offset, at } of sorted) {
    if (offset < end) continue; // overlaps: found in a later round, or not at all
    parts.push(text.slice(end, offset), `${MARKER}${at}`);
    end = offset + name.length;
  }
  return parts.join("") + text.slice(end);
}

/** Finds the texts that start after a separator and end before a colon. */
function findCandidates(text: string): Candidates {
  const found = new Map<string, number[]>();
  for (const { 0: line, index: lineStart } of text.matchAll(/[^\n]+/g)) {
    const ends = findEnds(line);
    let next = 0;
    for (const { index: start } of line.matchAll(/(?<![^\s{,"'?\uFEFF])\S/g)) {
      while (next < ends.length && ends[next]! <= start) next++;
      for (const end of ends.slice(next, next + MAX_COLONS)) {
        if (end - start > MAX_KEY_LENGTH) break;
        const name = line.slice(start, end);
        const offsets = found.get(name);
        if (offsets === undefined) found.set(name, [lineStart + start]);
        else offsets.push(lineStart + start);
      }
    }
  }
  return found;
}

/** Finds the ends of the texts before the colons of a line, without spaces and a quote. */
function findEnds(line: string): readonly number[] {
  const ends: number[] = [];
  for (let at = line.indexOf(":"); at >= 0; at = line.indexOf(":", at + 1)) {
    let end = at;
    while (end > 0 && /\s/.test(line[end - 1]!)) end--;
    ends.push(/["']/.test(line[end - 1] ?? "") ? end - 1 : end);
  }
  return ends;
}

function parseIfValid(text: string): unknown {
  try {
    return parse(text, { schema: "failsafe" });
  } catch {
    return undefined;
  }
}

/** Returns the mapping at a path in a parsed text, or `undefined` if there is none. */
function mappingAt(
  root: unknown,
  keys: readonly string[],
): Record<string, unknown> | undefined {
  let value = root;
  for (const key of keys) {
    if (typeof value !== "object" || value === null) return undefined;
    if (!Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === "object" && value !== null
    ? value as Record<string, unknown>
    : undefined;
}

function findLineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}

/** Counts the numbers of an ascending list that are at most `limit`. */
function countUpTo(list: readonly number[], limit: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
