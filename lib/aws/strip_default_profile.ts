// Pure: no I/O.

/*
 * Removing keys by the rules of the AWS CLI alone would take ten lines of code. But then
 * the SDK for JavaScript would still find credentials in `default` in 12 of the 73 files
 * of `tests/aws/default_files.ts`, and in 780 of 20,000 generated files. Therefore this
 * module takes into account how each SDK reads the files.
 */
import {
  type AwsFile,
  fromBinary,
  parseAwsFile,
  sectionNames,
} from "./ini_editor.ts";
import { isIdentityKey } from "./profiles.ts";
import { headerName } from "./ini_lines.ts";
import { parseSections, parseSubject } from "./ini_sections.ts";

/** Characters that are white space for Python, JavaScript or Java. */
const SPACE = "\\s\\0\\x1c-\\x1f\\x85\\u180e\\u200b\\ufeff\\ufffd";
const OUTER_SPACE = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "g");
const INDENT = new RegExp(`^[${SPACE}]*`);
/** The position after a character that only Java treats as a line end. */
const JAVA_LINE_START = /(?<=[\x85\u2028\u2029])/;
/** Text after a header; every SDK ignores this text: white space or a comment. */
const HEADER_REST = /^[ \t]*(?:[ \t][#;].*)?$/s;
const BOM = "\xEF\xBB\xBF";

/**
 * Removes the identity keys of the profile `default`. The AWS SDKs differ in how they
 * read headers, keys and values of several lines. Therefore a key is removed if any SDK could
 * find the key in `default`. Other profiles keep their keys.
 */
export function stripDefaultProfile(file: AwsFile): AwsFile {
  const lines: string[] = [];
  const taken = new Set(sectionNames(file));
  let isDefault = false;
  let removedIndent = Infinity; // lines indented further continue the removed option
  file.lines.map(endLine).forEach((line, at) => {
    const text = fromBinary(line);
    const headers = javaLines(text).map(trim).filter(isHeader);
    const mayBeDefault = headers.flatMap(headerNames).some(isDefaultName);
    if (headers.length > 0 && !/[\x85\u2028\u2029]/.test(trim(text))) {
      const bom = at === 0 && line.startsWith(BOM) ? BOM : "";
      const header = isDefault || mayBeDefault
        ? bom + clearHeader(line, taken)
        : line;
      lines.push(header);
      isDefault = mayBeDefault || isDefault && !isClear(header);
      removedIndent = Infinity;
      return;
    }
    isDefault ||= mayBeDefault;
    const indent = INDENT.exec(text)![0].length;
    if (isDefault && holdsKey(text, isIdentityKey)) {
      removedIndent = Math.min(removedIndent, indent);
      return;
    }
    const isBlankOrComment = /^(?:[#;]|$)/.test(trim(text));
    if (!isBlankOrComment) {
      if (isDefault && indent > removedIndent) return;
      removedIndent = Infinity;
    }
    lines.push(line);
  });
  return { lines };
}

/** Whether our parser finds identity keys in a section that some SDK reads as `default`. */
export function hasDefaultIdentity(bytes: Uint8Array): boolean {
  const sections = parseSections(new TextDecoder().decode(bytes));
  return [...sections].some(([name, section]) =>
    isDefaultName(name) && Object.keys(section).some(isIdentityKey)
  );
}

/** Whether a key occurs in any section of a file. */
export function hasKey(bytes: Uint8Array, key: string): boolean {
  return parseAwsFile(bytes).lines.some((line) =>
    holdsKey(fromBinary(line), (found) => found === key)
  );
}

function holdsKey(text: string, test: (key: string) => boolean): boolean {
  return javaLines(text).some((line) => {
    const key = /^([^=:]+)[=:]/.exec(line)?.[1];
    return key !== undefined && test(trim(key).toLowerCase());
  });
}

/** Adds LF to a final CR: a CR alone ends a line for Python, but not for JavaScript. */
function endLine(line: string): string {
  return line.endsWith("\r") ? `${line}\n` : line;
}

/**
 * Returns the line and, for each position in the line at which only Java starts a new line,
 * the rest of the line from that position.
 */
function javaLines(text: string): readonly string[] {
  const parts = text.split(JAVA_LINE_START);
  return parts.map((_, at) => parts.slice(at).join(""));
}

function isHeader(text: string): boolean {
  return /^\[.*\]/s.test(text);
}

/** Returns the names that the SDKs find in a header: for example `a` and `a] [b` in `[a] [b]`. */
function headerNames(header: string): readonly string[] {
  const content = header.replace(/\s[#;].*/s, "");
  return [
    header.slice(1, header.indexOf("]")),
    headerName(header) ?? "",
    headerName(content) ?? "",
  ];
}

/**
 * Rewrites a header so that every SDK reads the line as a header. Some SDKs read an indented
 * header as part of the previous value. Some SDKs ignore a header that is followed by text.
 *
 * @param taken the names of all sections; if the rewritten header has a new name, the
 * function adds this name
 */
function clearHeader(line: string, taken: Set<string>): string {
  const header = line.slice(line.indexOf("["));
  if (isClear(header)) return header;
  const [, eol] = /(\r?\n|)$/.exec(header)!;
  const start = header.slice(0, header.indexOf("]") + 1);
  const name = headerName(start);
  if (name === undefined) return header;
  // In `[a] [b]`, the AWS CLI reads the name `a] [b`, but the rewritten header is `[a]`. If
  // a section `a` exists already, keep `[a] [b]`, because the AWS CLI refuses a file in
  // which two sections have the same name.
  if (header.includes("]", start.length)) {
    const text = fromBinary(name);
    if (taken.has(text)) return header;
    taken.add(text);
  }
  return start + eol;
}

function isClear(line: string): boolean {
  const rest = line.slice(line.indexOf("]") + 1).replace(/[\r\n]+$/, "");
  return HEADER_REST.test(rest);
}

/**
 * Whether the AWS CLI or some SDK reads a section of this name as the profile `default`, or
 * adds the section's keys to that profile. Python does so with the section `DEFAULT`.
 */
function isDefaultName(name: string): boolean {
  const subject = parseSubject(name);
  if (subject?.kind === "profile" && subject.name === "default") return true;
  const [first = "", second, ...more] = splitName(name);
  if (second === undefined) {
    return /^(?:default|DEFAULT|profile\.default)$/.test(first);
  }
  return more.length === 0 && first.startsWith("profile") &&
    second === "default";
}

/** Splits a name at each character that Python, JavaScript or Java treats as white space. */
function splitName(text: string): readonly string[] {
  const word = new RegExp(
    `(?:[^${SPACE}"'\\\\]|\\\\.|"(?:[^"\\\\]|\\\\.)*"|'[^']*')+`,
    "gs",
  );
  return (text.match(word) ?? []).map((word) => word.replace(/["'\\]/g, ""));
}

function trim(text: string): string {
  return text.replace(OUTER_SPACE, "");
}
