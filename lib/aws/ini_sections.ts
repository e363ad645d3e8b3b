// Pure: no I/O.
import {
  createLineReader,
  headerName,
  splitAtAnyLineEnd,
  splitLines,
  strip,
  stripEnd,
} from "./ini_lines.ts";

/** The kinds of named sections in `~/.aws/config`. */
export type SectionKind = "profile" | "sso-session" | "services";

const KINDS: readonly SectionKind[] = ["profile", "sso-session", "services"];

/** The kind and the name of the object that a section of `~/.aws/config` defines. */
export interface SectionSubject {
  readonly kind: SectionKind;
  readonly name: string;
}

/**
 * Parses a header of `~/.aws/config`, such as `profile "my dev"`. Headers of
 * `~/.aws/credentials` need no parsing, because they are the names of profiles.
 *
 * @returns `undefined` if the AWS CLI ignores the section
 */
export function parseSubject(header: string): SectionSubject | undefined {
  if (header === "default") return { kind: "profile", name: header };
  // Compare only the start: like botocore, read `profiles dev` as `profile dev`.
  const kind = KINDS.find((kind) => header.startsWith(kind));
  if (kind === undefined) return undefined;
  // A fast path for headers without quotes: some files have thousands of such headers.
  const plain = /^[^\s"'\\]+ ([\w.@+-]+)$/.exec(header)?.[1];
  if (plain !== undefined) return { kind, name: plain };
  const [, name, ...more] = splitWords(header) ?? [];
  return name === undefined || more.length > 0 ? undefined : { kind, name };
}

/**
 * Splits a text into words as a POSIX shell does, like Python's `shlex.split`.
 *
 * @returns `undefined` if a quote is not closed or the text ends in a backslash
 */
export function splitWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === "\\" && quote !== "'") {
      const next = text[++at];
      if (next === undefined) return undefined;
      const keepsBackslash = quote === '"' && next !== '"' && next !== "\\";
      word = (word ?? "") + (keepsBackslash ? char : "") + next;
    } else if (quote !== "" ? char === quote : /["']/.test(char)) {
      quote = quote === "" ? char : "";
      word ??= "";
    } else if (quote === "" && /[ \t\r\n]/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + char;
    }
  }
  if (quote !== "") return undefined;
  if (word !== undefined) words.push(word);
  return words;
}

/** The name of the section whose keys Python's `configparser` copies to all other sections. */
export const SHARED_KEYS = "DEFAULT";

/**
 * The keys and values of one section. A key in a nested block has a name such as
 * `s3.addressing_style`.
 */
export type Section = Readonly<Record<string, string>>;

/** A profile's keys and values in one of AWS's two files, and the path of the file. */
export interface ProfilePart {
  readonly path: string;
  readonly section: Section;
}

/** A profile's keys and values in each of AWS's two files. */
export type ProfileFiles = Readonly<
  Record<"config" | "credentials", ProfilePart | undefined>
>;

/**
 * A line that the AWS CLI and the AWS SDKs read differently. If a header or a key occurs a
 * second time, the AWS CLI refuses the file. If a header is indented, the AWS CLI reads the
 * header as part of the previous value. Lines are counted from 1.
 */
export interface Doubt {
  readonly kind: "second header" | "second key" | "indented header";
  readonly line: number;
  /** The key that occurs a second time. */
  readonly key?: string;
}

/** Callbacks for unreadable lines, and for lines that AWS's tools read differently. */
export interface SectionEvents {
  /** Receives the number of a line that makes the AWS CLI refuse the file. */
  readonly onUnreadable?: (line: number) => void;
  readonly onDoubt?: (section: string, doubt: Doubt) => void;
}

/** A line of a value, with its number in the file. */
interface ValueLine {
  readonly text: string;
  readonly line: number;
}

/**
 * The lines of each key's value. If the value is a nested block, the first line is empty:
 * the line of the key has no text after `=`.
 */
type RawSection = Map<string, ValueLine[]>;

/**
 * Parses one file as botocore does. Returns the sections by the names in their headers.
 * Sections with the same header are merged, and unreadable lines are skipped.
 */
export function parseSections(
  text: string,
  events: SectionEvents = {},
): ReadonlyMap<string, Section> {
  const raw = readRawSections(text, events);
  const shared = raw.get(SHARED_KEYS) ?? [];
  raw.delete(SHARED_KEYS);
  return new Map(
    [...raw].map(([header, section]) => [
      header,
      toSection(new Map([...shared, ...section]), events),
    ]),
  );
}

function readRawSections(
  text: string,
  { onUnreadable, onDoubt }: SectionEvents,
): Map<string, RawSection> {
  const sections = new Map<string, RawSection>();
  const readLine = createLineReader();
  let header = "";
  let section: RawSection = new Map();
  let value: ValueLine[] | undefined;
  splitLines(text).forEach((content, at) => {
    const line = at + 1;
    const read = readLine(content);
    if (read.kind === "header") {
      header = read.name;
      const found = header === SHARED_KEYS ? undefined : sections.get(header);
      if (found) onDoubt?.(header, { kind: "second header", line });
      section = sections.get(header) ?? new Map();
      sections.set(header, section);
      value = undefined;
    } else if (read.kind === "option") {
      const { key } = read;
      if (section.has(key)) {
        onDoubt?.(header, { kind: "second key", key, line });
      }
      value = [{ text: read.value, line }];
      section.set(key, value);
    } else if (read.kind === "continuation") {
      value?.push({ text: read.text, line });
      if (headerName(read.text) !== undefined) {
        onDoubt?.(header, { kind: "indented header", line });
      }
    } else if (read.kind === "blank") {
      value?.push({ text: "", line });
    } else if (read.kind === "unreadable") {
      onUnreadable?.(line);
    }
  });
  return sections;
}

function toSection(raw: RawSection, { onUnreadable }: SectionEvents): Section {
  // Create an object without a prototype, because `__proto__` can be a key.
  const section: Record<string, string> = Object.create(null);
  for (const [key, lines] of raw) {
    const value = stripEnd(lines.map(({ text }) => text).join("\n"));
    if (!value.startsWith("\n")) {
      section[key] = value;
      continue;
    }
    for (const { text, line } of lines) {
      for (const option of splitAtAnyLineEnd(text).map(strip)) {
        const at = option.indexOf("=");
        if (at >= 0) {
          section[`${key}.${strip(option.slice(0, at))}`] = strip(
            option.slice(at + 1),
          );
        } else if (option !== "") onUnreadable?.(line);
      }
    }
  }
  return section;
}

/**
 * Merges two sections. If both sections have a key, the value or the nested block of the
 * second section is used.
 */
export function mergeSections(first: Section, second: Section): Section {
  const blockOf = (key: string) => key.split(".")[0]!;
  const replaced = new Set(Object.keys(second).map(blockOf));
  const kept = Object.entries(first).filter(([key]) =>
    !replaced.has(blockOf(key))
  );
  return Object.assign(Object.create(null), Object.fromEntries(kept), second);
}
