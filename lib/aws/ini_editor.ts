// Pure: no I/O.
import { createLineReader } from "./ini_lines.ts";

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
  return { lines: text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [] };
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
 *
 * @throws where a name, key or value could not be read back, such as one with a
 * line break
 */
export function setSection(
  file: AwsFile,
  name: string,
  entries: Entries,
): AwsFile {
  checkName(name);
  const lines = [...file.lines];
  const eol = lines[0]?.endsWith("\r\n") ? "\r\n" : "\n";
  const sections = findSections(lines, name);
  const last = sections.at(-1);
  if (last === undefined) {
    endLastLine(lines, eol);
    if (lines.length > 0 && trim(lines.at(-1)!) !== "") lines.push(eol);
    lines.push(`[${toBinary(name)}]${eol}`, ...optionLines(entries, eol));
    return { lines };
  }
  const options = sections.flatMap(({ options }) => options);
  const missing: Record<string, string> = {};
  for (const [key, value] of Object.entries(entries)) {
    const line = options.findLast((option) => option.key === key)?.line;
    if (line === undefined) missing[key] = value;
    else lines[line] = withValue(lines[line]!, key, value);
  }
  const added = optionLines(missing, eol);
  if (added.length > 0 && last.end === lines.length) endLastLine(lines, eol);
  lines.splice(last.end, 0, ...added);
  return { lines };
}

/** Removes every section of a name, with the blank line that set it apart. */
export function removeSection(file: AwsFile, name: string): AwsFile {
  const lines = [...file.lines];
  for (const { start, end } of findSections(lines, name).toReversed()) {
    const isBlank = (at: number) => trim(lines[at] ?? "") === "";
    const apart = start > 0 && isBlank(start - 1) && isBlank(end);
    const from = apart ? start - 1 : start;
    lines.splice(from, end - from);
  }
  return { lines };
}

/** The names of the sections, each once, in the order of the file. */
export function sectionNames(file: AwsFile): readonly string[] {
  const readLine = createLineReader();
  const names = file.lines.map((line) => readLine(decodeLine(line)))
    .flatMap((line) => line.kind === "header" ? [line.name] : []);
  return [...new Set(names)];
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
  const readLine = createLineReader();
  const found: {
    start: number;
    end: number;
    options: { key: string; line: number }[];
  }[] = [];
  let isOpen = false;
  lines.forEach((text, at) => {
    const line = readLine(decodeLine(text));
    if (line.kind === "header") {
      isOpen = line.name === name;
      if (isOpen) found.push({ start: at, end: at + 1, options: [] });
    }
    // For other SDKs, a section may begin here: what follows is not ours to change.
    if (
      (line.kind === "continuation" || line.kind === "unreadable") &&
      trim(text).startsWith("[")
    ) isOpen = false;
    const section = found.at(-1);
    if (!isOpen || section === undefined || line.kind === "blank") return;
    section.end = at + 1;
    if (line.kind === "option") {
      section.options.push({ key: line.key, line: at });
    }
  });
  return found;
}

/** The text of a line for the reader; most lines are ASCII. */
function decodeLine(line: string): string {
  return /^[\0-\x7f]*$/.test(line) ? line : fromBinary(line);
}

function optionValue(line: string): string {
  return fromBinary(trim(/^[^=:]*[=:](.*)$/s.exec(line)?.[1] ?? ""));
}

/** The line with another value; the spaces around stay as they are. */
function withValue(line: string, key: string, value: string): string {
  const [, indent = "", space = "", after = "", rest = ""] =
    /^([ \t\f\v]*)[^=:]*?([ \t]*)[=:]([ \t]*)(.*)$/s.exec(line) ?? [];
  const eol = /\r?\n?$/.exec(rest)![0];
  return `${indent}${key}${space}=${after}${toValue(value)}${eol}`;
}

function optionLines(entries: Entries, eol: string): string[] {
  return Object.entries(entries).map(([key, value]) =>
    `${key} = ${toValue(value)}${eol}`
  );
}

function endLastLine(lines: string[], eol: string): void {
  const last = lines.at(-1);
  // A lone CR ends a line for Python, but not for the SDK for JavaScript.
  if (last !== undefined && !last.endsWith("\n")) {
    lines[lines.length - 1] = last + eol;
  }
}

function checkName(name: string): void {
  if (name === "" || /[\p{Cc}[\]]|^\s|\s$|\s[#;]/u.test(name)) {
    throw new Error("a name that cannot be that of a section");
  }
}

/** The bytes of a value; what would not be read back as it is must not be written. */
function toValue(text: string): string {
  if (/\p{Cc}|^\s|\s$|(?:^|\s)[#;]/u.test(text) || text === "") {
    throw new Error("a value that cannot stand in the file");
  }
  return toBinary(text);
}

/** Only what is white space in ASCII: the rest may be a part of a character. */
function trim(text: string): string {
  return text.replace(/^[ \t\r\n\f\v]+|[ \t\r\n\f\v]+$/g, "");
}

function toBinary(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

/** The text of a "binary string". */
export function fromBinary(text: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
    Uint8Array.from(text, (char) => char.charCodeAt(0)),
  );
}
