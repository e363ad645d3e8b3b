// Pure: no I/O.
import {
  type AwsFile,
  fromBinary,
  parseAwsFile,
  sectionNames,
} from "./ini_editor.ts";
import { isIdentityKey } from "./profiles.ts";
import { headerName } from "./ini_lines.ts";
import { parseSections, parseSubject } from "./ini_sections.ts";

/** What any reader takes for white space: Python, JavaScript and Java differ. */
const SPACE = "\\s\\0\\x1c-\\x1f\\x85\\u180e\\u200b\\ufeff\\ufffd";
const AROUND = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "g");
const INDENT = new RegExp(`^[${SPACE}]*`);
/** Where a line begins for Java, but not for others. */
const INNER_START = /(?<=[\x85\u2028\u2029])/;
/** What may follow a header that is one for all readers. */
const NOTHING_MORE = /^[ \t]*(?:[ \t][#;].*)?$/s;
const BOM = "\xEF\xBB\xBF";

/**
 * The file without what gives the profile `default` an identity. The AWS SDKs
 * do not agree on what is a header, a key or a value that goes on, so a key goes
 * if any of them could find it there. Other profiles keep theirs.
 */
export function stripDefaultProfile(file: AwsFile): AwsFile {
  const lines: string[] = [];
  const taken = new Set(sectionNames(file));
  let isDefault = false;
  let removed = Infinity; // the indent of what goes on in removed lines
  file.lines.map(endForAll).forEach((line, at) => {
    const text = fromBinary(line);
    const headers = startsOf(text).map(trim).filter(isHeader);
    const mayBe = headers.flatMap(headerNames).some(isDefaultName);
    if (headers.length > 0 && !/[\x85\u2028\u2029]/.test(trim(text))) {
      const bom = at === 0 && line.startsWith(BOM) ? BOM : "";
      const header = isDefault || mayBe ? bom + clearHeader(line, taken) : line;
      lines.push(header);
      isDefault = mayBe || isDefault && !isClear(header);
      removed = Infinity;
      return;
    }
    isDefault ||= mayBe;
    const indent = INDENT.exec(text)![0].length;
    if (isDefault && holdsKey(text, isIdentityKey)) {
      removed = Math.min(removed, indent);
      return;
    }
    const isBlankOrComment = /^(?:[#;]|$)/.test(trim(text));
    if (!isBlankOrComment) {
      // A line that is indented further goes on with the option above it.
      if (isDefault && indent > removed) return;
      removed = Infinity;
    }
    lines.push(line);
  });
  return { lines };
}

/** Whether the profile `default` has an identity by the rules that we read by. */
export function hasDefaultIdentity(bytes: Uint8Array): boolean {
  const sections = parseSections(new TextDecoder().decode(bytes));
  return [...sections].some(([name, section]) =>
    isDefaultName(name) && Object.keys(section).some(isIdentityKey)
  );
}

/** Whether a key stands anywhere in a file of this kind, whatever the section. */
export function hasKey(bytes: Uint8Array, key: string): boolean {
  return parseAwsFile(bytes).lines.some((line) =>
    holdsKey(fromBinary(line), (found) => found === key)
  );
}

function holdsKey(text: string, picks: (key: string) => boolean): boolean {
  return startsOf(text).some((line) => {
    const key = /^([^=:]+)[=:]/.exec(line)?.[1];
    return key !== undefined && picks(trim(key).toLowerCase());
  });
}

/** A lone CR ends a line for Python, but not for JavaScript. */
function endForAll(line: string): string {
  return line.endsWith("\r") ? `${line}\n` : line;
}

/** The line, and what of it is a line, or begins with one, for some. */
function startsOf(text: string): readonly string[] {
  const parts = text.split(INNER_START);
  return parts.map((_, at) => parts.slice(at).join(""));
}

function isHeader(text: string): boolean {
  return /^\[.*\]/s.test(text);
}

/** The names that readers find in a header: some go to the last bracket. */
function headerNames(header: string): readonly string[] {
  const content = header.replace(/\s[#;].*/s, "");
  return [
    header.slice(1, header.indexOf("]")),
    headerName(header) ?? "",
    headerName(content) ?? "",
  ];
}

/**
 * Rewrites a header so that every reader takes it for one: some take an indented
 * one for a part of the value above, and ignore one with text behind it.
 *
 * @param taken the names that sections have, to which the new name is added
 */
function clearHeader(line: string, taken: Set<string>): string {
  const header = line.slice(line.indexOf("["));
  if (isClear(header)) return header;
  const [, eol] = /(\r?\n|)$/.exec(header)!;
  const start = header.slice(0, header.indexOf("]") + 1);
  const name = headerName(start);
  if (name === undefined) return header;
  // With more brackets the AWS CLI reads a longer name, and refuses a file in
  // which a name stands twice.
  if (header.includes("]", start.length)) {
    const text = fromBinary(name);
    if (taken.has(text)) return header;
    taken.add(text);
  }
  return start + eol;
}

function isClear(line: string): boolean {
  const rest = line.slice(line.indexOf("]") + 1).replace(/[\r\n]+$/, "");
  return NOTHING_MORE.test(rest);
}

/**
 * Whether a section of this name is the profile `default`, or adds to it, for any
 * reader: Python copies the keys of `DEFAULT` into every section.
 */
function isDefaultName(name: string): boolean {
  const subject = parseSubject(name);
  if (subject?.kind === "profile" && subject.name === "default") return true;
  const [first = "", second, ...more] = wordsOf(name);
  if (second === undefined) {
    return /^(?:default|DEFAULT|profile\.default)$/.test(first);
  }
  return more.length === 0 && first.startsWith("profile") &&
    second === "default";
}

/** Splits a name at what any reader takes for white space. */
function wordsOf(text: string): readonly string[] {
  const word = new RegExp(
    `(?:[^${SPACE}"'\\\\]|\\\\.|"(?:[^"\\\\]|\\\\.)*"|'[^']*')+`,
    "gs",
  );
  return (text.match(word) ?? []).map((word) => word.replace(/["'\\]/g, ""));
}

function trim(text: string): string {
  return text.replace(AROUND, "");
}
