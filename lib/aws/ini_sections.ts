// Pure: no I/O.
import {
  createLineReader,
  headerName,
  splitLines,
  strip,
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
  // As in botocore, a header such as `profiles dev` also counts as `profile`.
  const kind = KINDS.find((kind) => header.startsWith(kind));
  if (kind === undefined) return undefined;
  // A fast path for headers without quotes: some files have thousands of them.
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

/** The section whose keys Python's `configparser` copies to all other sections. */
export const SHARED_KEYS = "DEFAULT";

/** The keys and values of one section; a nested key has the form `outer.inner`. */
export type Section = Readonly<Record<string, string>>;

/** Options of `parseSections()`; line numbers start at 1. */
export interface SectionEvents {
  /** Receives a line that makes the AWS CLI refuse the file. */
  readonly onUnreadable?: (line: number) => void;
  /** Whether to keep keys with an empty value. */
  readonly keepsEmpty?: boolean;
  /** Receives an indented header, which the AWS CLI reads as part of a value. */
  readonly onIndentedHeader?: (section: string, line: number) => void;
}

/**
 * Parses one file into a map from the name in a header to the section's keys. Sections
 * with the same name are merged. Unreadable lines are skipped.
 */
export function parseSections(
  text: string,
  { onUnreadable, onIndentedHeader, keepsEmpty = false }: SectionEvents = {},
): ReadonlyMap<string, Section> {
  const sections = new Map<string, Record<string, string>>();
  const readLine = createLineReader();
  let header = "";
  let current = emptySection();
  let option = { key: "", value: "" };
  splitLines(text).forEach((content, at) => {
    const line = readLine(content);
    if (line.kind === "header") {
      header = line.name;
      current = sections.get(header) ?? emptySection();
      sections.set(header, current);
    } else if (line.kind === "option") {
      option = line;
      current[line.key] = withoutComment(line.value);
    } else if (line.kind === "continuation") {
      addToValue(current, option, line.text);
      if (headerName(line.text) !== undefined) {
        onIndentedHeader?.(header, at + 1);
      }
    } else if (line.kind === "unreadable") {
      onUnreadable?.(at + 1);
    }
  });
  const shared = sections.get(SHARED_KEYS);
  sections.delete(SHARED_KEYS);
  for (const section of sections.values()) {
    for (const key in shared) section[key] ??= shared[key]!;
    // An empty value prevents the copy of a value from DEFAULT, so remove it afterwards.
    if (keepsEmpty) continue;
    for (const key in section) if (section[key] === "") delete section[key];
  }
  return sections;
}

/** Adds a continuation line to the option above: a nested option or more text. */
function addToValue(
  section: Record<string, string>,
  { key, value }: { readonly key: string; readonly value: string },
  text: string,
): void {
  if (value !== "") {
    if (section[key]) section[key] += `\n${text}`;
    return;
  }
  const equals = text.indexOf("=");
  const inner = strip(text.slice(0, equals));
  section[`${key}.${inner}`] = withoutComment(strip(text.slice(equals + 1)));
}

function withoutComment(value: string): string {
  return /[;#]/.test(value) ? strip(value.split(/(?:^|\s)[;#]/)[0]!) : value;
}

/** Creates an object without a prototype, because `__proto__` can be a key. */
function emptySection(): Record<string, string> {
  return Object.create(null);
}
