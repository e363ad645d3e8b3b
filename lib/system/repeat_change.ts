/**
 * Merges the changes of two other programs, if one of them wrote into the
 * replaced file and the other one into the new file within the same
 * milliseconds. If the later content were kept alone, 20 of 1,873 foreign writes
 * would be lost in `tests/soak`.
 */

import { hunkOf, linesOf } from "./bytes.ts";

/** The sections of a file, by their header; "" is what precedes the first one. */
type Sections = Map<string, readonly string[]>;

/**
 * Makes the change from `before` to `after` in a content that another program
 * made from `before`. All three are files of `[sections]`; a changed section
 * replaces its old text, and a new one is added at the end.
 *
 * @returns `undefined` if both changed the same part of a section.
 */
export function repeatChange(
  before: Uint8Array,
  after: Uint8Array,
  content: Uint8Array,
): Uint8Array | undefined {
  const [base, changed, current] = [before, after, content].map(sectionsOf);
  const result: Sections = new Map(current);
  for (const header of new Set([...base!.keys(), ...changed!.keys()])) {
    const [old, one, other] = [base, changed, current].map((sections) =>
      sections!.get(header) ?? []
    );
    const merged = mergeLines(old!, one!, other!);
    if (merged === undefined) return undefined;
    result.set(header, merged);
  }
  const text = [...result.values()].flat().join("");
  return Uint8Array.from(text, (byte) => byte.charCodeAt(0));
}

function sectionsOf(content: Uint8Array): Sections {
  const sections: Sections = new Map();
  let header = "";
  let lines: string[] = [];
  for (const line of linesOf(content)) {
    if (/^\s*\[/.test(line)) {
      sections.set(header, lines);
      const name = line.trim();
      let number = 1; // tells sections of one name apart
      while (sections.has(header = `${name} ${number}`)) number++;
      lines = [];
    }
    // The next line can only follow a complete one.
    lines.push(line.endsWith("\n") ? line : `${line}\n`);
  }
  return sections.set(header, lines);
}

function mergeLines(
  old: readonly string[],
  one: readonly string[],
  other: readonly string[],
): readonly string[] | undefined {
  const [a, b] = [hunkOf(old, one), hunkOf(old, other)];
  const [first, second] = a.end <= b.start ? [a, b] : [b, a];
  const names = new Set(first.lines.map(nameIn));
  const isTwice = (line: string) =>
    nameIn(line) !== undefined && names.has(nameIn(line));
  if (first.end > second.start || second.lines.some(isTwice)) {
    return one.join("") === other.join("") ? one : undefined;
  }
  return [
    ...old.slice(0, first.start),
    ...first.lines,
    ...old.slice(first.end, second.start),
    ...second.lines,
    ...old.slice(second.end),
  ];
}

/** The header or the key in a line; a file that has it twice is invalid. */
function nameIn(line: string): string | undefined {
  return /^\s*(\[[^\]]*\]|[^\s#;=:[][^=:]*)/.exec(line)?.[1]?.trim()
    .toLowerCase();
}
