/**
 * Merges the changes of two other programs. Both write within the milliseconds in which
 * assume-role replaces a file: one program into the old file, the other into the new
 * file. If only the later content were kept, `tests/soak` would lose 20 of 1,873 writes
 * of other programs.
 */

import { hunkOf, linesOf } from "./bytes.ts";

/** The sections of a file, by header; the lines before the first header have the key "". */
type Sections = Map<string, readonly string[]>;

/**
 * Merges three contents of a file: `after` and `content` are the contents that two
 * programs made from `before`. All three contents consist of `[sections]`. Each section
 * is merged line by line, and a new section is added at the end.
 *
 * @returns `undefined` if both programs changed the same part of a section.
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
      let number = 1; // distinguishes sections that have the same name
      while (sections.has(header = `${name} ${number}`)) number++;
      lines = [];
    }
    // Add a line end to the last line, because merging may put another line after this
    // line.
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

/** Returns the header or the key in a line. A merged section must not repeat a key. */
function nameIn(line: string): string | undefined {
  return /^\s*(\[[^\]]*\]|[^\s#;=:[][^=:]*)/.exec(line)?.[1]?.trim()
    .toLowerCase();
}
