// Pure: no I/O.
import { createLineReader } from "./ini_lines.ts";

/** Keys of a section, with their values. */
export type Entries = Readonly<Record<string, string>>;

/**
 * The lines of `~/.aws/config` or of `~/.aws/credentials`. A line is a "binary string":
 * each character stands for one byte of the file. Therefore no byte is lost, even if the
 * file is not valid UTF-8.
 */
export interface AwsFile {
  readonly lines: readonly string[];
}

/** Splits a file's bytes into lines; each line includes its line end. */
export function parseAwsFile(bytes: Uint8Array): AwsFile {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return { lines: text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [] };
}

/** Returns the bytes of a file. */
export function formatAwsFile(file: AwsFile): Uint8Array {
  const text = file.lines.join("");
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Returns the keys and values of a section; `undefined` if the section does not exist. */
export function readSection(file: AwsFile, name: string): Entries | undefined {
  const sections = findSections(file.lines, name);
  if (sections.length === 0) return undefined;
  const entries: Record<string, string> = Object.create(null);
  for (const { options } of sections) {
    for (const { key, value } of options) entries[key] = value;
  }
  return entries;
}

/**
 * Sets the values of keys in a section. If the file has no section with this name, the
 * section is added at the end. Bytes of other lines stay unchanged, except that a last line
 * without a line end gets a line end. If a key occurs twice, the last occurrence is changed,
 * because programs that read the file use the last value.
 *
 * @throws {Error} If a program that reads the file would not get the section's name or a
 * value unchanged, for example because of a line break.
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

/**
 * Removes all sections with the given name. If there is a blank line before and after a
 * section, the blank line before the section is removed as well.
 */
export function removeSection(file: AwsFile, name: string): AwsFile {
  const lines = [...file.lines];
  for (const { start, end } of findSections(lines, name).toReversed()) {
    const isBlank = (at: number) => trim(lines[at] ?? "") === "";
    const hasBlankLines = start > 0 && isBlank(start - 1) && isBlank(end);
    const from = hasBlankLines ? start - 1 : start;
    lines.splice(from, end - from);
  }
  return { lines };
}

/** Returns the names of the sections without duplicates, in the file's order. */
export function sectionNames(file: AwsFile): readonly string[] {
  const readLine = createLineReader();
  const names = file.lines.map((line) => readLine(decodeLine(line)))
    .flatMap((line) => line.kind === "header" ? [line.name] : []);
  return [...new Set(names)];
}

interface FoundSection {
  /** The index of the header's line. */
  readonly start: number;
  /** The index after the section's last line that is neither blank nor a comment. */
  readonly end: number;
  readonly options: readonly FoundOption[];
}

interface FoundOption {
  readonly key: string;
  /** The first line of the value; further lines of the value are left out. */
  readonly value: string;
  /** The index of the line that has the key. */
  readonly line: number;
}

function findSections(
  lines: readonly string[],
  name: string,
): readonly FoundSection[] {
  const readLine = createLineReader();
  const found: {
    start: number;
    end: number;
    options: FoundOption[];
  }[] = [];
  let isOpen = false;
  lines.forEach((text, at) => {
    const line = readLine(decodeLine(text));
    if (line.kind === "header") {
      isOpen = line.name === name;
      if (isOpen) found.push({ start: at, end: at + 1, options: [] });
    }
    // Some SDKs read this line as a header: end the section before the line.
    if (
      (line.kind === "continuation" || line.kind === "unreadable") &&
      trim(text).startsWith("[")
    ) isOpen = false;
    const section = found.at(-1);
    const isKept = line.kind !== "blank" && line.kind !== "comment";
    if (!isOpen || section === undefined || !isKept) return;
    section.end = at + 1;
    if (line.kind === "option") {
      const { key, value } = line;
      section.options.push({ key, value, line: at });
    }
  });
  return found;
}

/** Decodes a line's "binary string" for the line reader. */
function decodeLine(line: string): string {
  // Most lines are ASCII, which needs no decoding.
  return /^[\0-\x7f]*$/.test(line) ? line : fromBinary(line);
}

/** Replaces the value in a line. Spaces around `=` or `:` stay, but `:` becomes `=`. */
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
  if (last === undefined || last.endsWith("\n")) return;
  // Add LF to a CR: a CR alone ends a line for Python, but not for the SDK for JavaScript.
  lines[lines.length - 1] = last + (last.endsWith("\r") ? "\n" : eol);
}

function checkName(name: string): void {
  if (name === "" || /[\p{Cc}[\]]|^\s|\s$|\s[#;]/u.test(name)) {
    throw new Error("the name cannot be the name of a section");
  }
}

/**
 * Encodes a value as UTF-8.
 *
 * @throws {Error} If a program that reads the file would not get the value unchanged.
 */
function toValue(text: string): string {
  if (/\p{Cc}|^\s|\s$|(?:^|\s)[#;]/u.test(text) || text === "") {
    throw new Error("the value cannot be written to the file");
  }
  return toBinary(text);
}

/** Trims only ASCII white space, because each other byte can be part of a UTF-8 character. */
function trim(text: string): string {
  return text.replace(/^[ \t\r\n\f\v]+|[ \t\r\n\f\v]+$/g, "");
}

function toBinary(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

/** Decodes a "binary string" as UTF-8. */
export function fromBinary(text: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
    Uint8Array.from(text, (char) => char.charCodeAt(0)),
  );
}
