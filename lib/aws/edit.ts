// Pure: no I/O.

/** The keys and values to set in a section. */
export type Entries = Readonly<Record<string, string>>;

/**
 * A file of AWS's as a list of lines that add up to it exactly. Texts are
 * "binary strings", one character a byte, so that what is no UTF-8 stays too.
 */
export interface AwsFile {
  readonly lines: readonly string[];
}

/** Takes a file's bytes apart into lines, each with its line end. */
export function parseAwsFile(bytes: Uint8Array): AwsFile {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return { lines: text.match(/[^\n]*\n|[^\n]+$/g) ?? [] };
}

/** Puts the lines together again. */
export function formatAwsFile(file: AwsFile): Uint8Array {
  const text = file.lines.join("");
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** What a section holds, or `undefined` where there is none of that name. */
export function readSection(file: AwsFile, name: string): Entries | undefined {
  const sections = findSections(file.lines, name);
  if (sections.length === 0) return undefined;
  const entries: Record<string, string> = Object.create(null);
  for (const { options } of sections) {
    for (const { key, line } of options) {
      entries[key] = optionValue(file.lines[line]!);
    }
  }
  return entries;
}

/**
 * Sets keys of a section, and makes it at the end of the file where there is
 * none. Every other byte stays as it is. Of a key that stands twice the last
 * one is set: it is the one that counts.
 */
export function setSection(
  file: AwsFile,
  name: string,
  entries: Entries,
): AwsFile {
  const lines = [...file.lines];
  const eol = lines[0]?.endsWith("\r\n") ? "\r\n" : "\n";
  const found = findSections(lines, name).at(-1);
  if (found === undefined) {
    endLastLine(lines, eol);
    if (lines.length > 0 && lines.at(-1)!.trim() !== "") lines.push(eol);
    lines.push(`[${toBinary(name)}]${eol}`, ...optionLines(entries, eol));
    return { lines };
  }
  const missing: Record<string, string> = {};
  for (const [key, value] of Object.entries(entries)) {
    const line = findSections(lines, name)
      .flatMap(({ options }) => options)
      .findLast((option) => option.key === key)?.line;
    if (line === undefined) missing[key] = value;
    else lines[line] = withValue(lines[line]!, value);
  }
  const { end } = findSections(lines, name).at(-1)!;
  const added = optionLines(missing, eol);
  if (added.length > 0 && end === lines.length) endLastLine(lines, eol);
  lines.splice(end, 0, ...added);
  return { lines };
}

/** Removes every section of a name, with the blank line that set it apart. */
export function removeSection(file: AwsFile, name: string): AwsFile {
  const lines = [...file.lines];
  for (const { start, end } of [...findSections(lines, name)].reverse()) {
    const atEnd = end === lines.length;
    const from = atEnd && start > 0 && lines[start - 1]!.trim() === ""
      ? start - 1
      : start;
    lines.splice(from, end - from);
  }
  return { lines };
}

interface FoundSection {
  /** The line of the header. */
  readonly start: number;
  /** The line after the last one that belongs to an option. */
  readonly end: number;
  readonly options: readonly { readonly key: string; readonly line: number }[];
}

function findSections(
  lines: readonly string[],
  name: string,
): readonly FoundSection[] {
  const wanted = toBinary(name);
  const found: FoundSection[] = [];
  for (let start = 0; start < lines.length; start++) {
    if (headerName(lines[start]!) !== wanted) continue;
    const options: { key: string; line: number }[] = [];
    let end = start + 1;
    for (let at = end; at < lines.length; at++) {
      const line = lines[at]!;
      if (headerName(line) !== undefined) break;
      if (isBlankOrComment(line)) continue;
      end = at + 1;
      // An indented line goes on with the option above it, or is nested in it.
      const nested = /^[ \t]/.test(line) && options.length > 0;
      const key = /^\s*([^=:]+?)\s*[=:]/.exec(line)?.[1];
      if (!nested && key !== undefined) {
        options.push({ key: key.toLowerCase(), line: at });
      }
    }
    found.push({ start, end, options });
  }
  return found;
}

function headerName(line: string): string | undefined {
  const content = line.replace(/^\xEF\xBB\xBF/, "").replace(/\s[#;].*/s, "")
    .trim();
  return /^\[(.+)\]$/.exec(content)?.[1];
}

function isBlankOrComment(line: string): boolean {
  return /^\s*(?:[#;]|$)/.test(line);
}

function optionValue(line: string): string {
  return /^[^=:]*[=:](.*)$/s.exec(line)?.[1]?.trim() ?? "";
}

/** The line with another value; what stands around the value stays. */
function withValue(line: string, value: string): string {
  const [, indent = "", key = "", space = "", after = "", rest = ""] =
    /^(\s*)([^=:]*?)([ \t]*)[=:]([ \t]*)(.*)$/s.exec(line) ?? [];
  const eol = /\r?\n?$/.exec(rest)![0];
  return `${indent}${key}${space}=${after}${value}${eol}`;
}

function optionLines(entries: Entries, eol: string): string[] {
  return Object.entries(entries).map(([key, value]) =>
    `${key} = ${value}${eol}`
  );
}

function endLastLine(lines: string[], eol: string): void {
  const last = lines.at(-1);
  if (last !== undefined && !last.endsWith("\n")) {
    lines[lines.length - 1] = last + eol;
  }
}

function toBinary(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}
