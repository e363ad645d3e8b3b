// Pure: no I/O.

/**
 * A line of `~/.aws/config` or `~/.aws/credentials`, as the AWS CLI reads the line. The AWS
 * CLI reads these files with botocore, which uses Python's `RawConfigParser`.
 */
export type Line =
  /** An empty line, or a line of white space. */
  | { readonly kind: "blank" }
  | { readonly kind: "comment" }
  | { readonly kind: "header"; readonly name: string }
  | { readonly kind: "option"; readonly key: string; readonly value: string }
  /** A line that continues the value of the previous option. */
  | { readonly kind: "continuation"; readonly text: string }
  /** A line that makes the AWS CLI refuse the file. */
  | { readonly kind: "unreadable" };

/** Reads the next line of a file; the line may include its line end. */
export type LineReader = (line: string) => Line;

const BLANK: Line = { kind: "blank" };
const COMMENT: Line = { kind: "comment" };
const UNREADABLE: Line = { kind: "unreadable" };

/** A byte order mark; the AWS CLI refuses a file that starts with this mark. */
export const BOM = "\uFEFF";

/** Splits a text at every character that ends a line for Python's `splitlines()`. */
export function splitAtAnyLineEnd(text: string): readonly string[] {
  // deno-lint-ignore no-control-regex
  return text.split(/\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/);
}

/** Splits a file into lines at CR LF, CR or LF, as Python does; removes the line ends. */
export function splitLines(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/);
}

/**
 * Creates the line reader of one file. A line that is indented further than the
 * previous option continues that option's value, even if the line looks like a header.
 */
export function createLineReader(): LineReader {
  let isFirst = true;
  let inSection = false;
  let optionIndent: number | undefined;
  return (line) => {
    if (isFirst && line.startsWith(BOM)) line = line.slice(BOM.length);
    isFirst = false;
    const indent = indentOf(line);
    const text = stripEnd(line).slice(indent);
    if (text === "") return BLANK;
    if (text.startsWith("#") || text.startsWith(";")) return COMMENT;
    if (optionIndent !== undefined && indent > optionIndent) {
      return { kind: "continuation", text };
    }
    optionIndent = undefined;
    const name = headerName(text);
    if (name !== undefined) {
      inSection = true;
      return { kind: "header", name };
    }
    const at = delimiterOf(text);
    if (!inSection || at <= 0) return UNREADABLE;
    optionIndent = indent;
    return {
      kind: "option",
      key: stripEnd(text.slice(0, at)).toLowerCase(),
      value: strip(text.slice(at + 1)),
    };
  };
}

/** Returns the index of the first `=` or `:`; -1 if the line has neither. */
function delimiterOf(text: string): number {
  const [equals, colon] = [text.indexOf("="), text.indexOf(":")];
  return colon < 0 || equals >= 0 && equals < colon ? equals : colon;
}

/**
 * Returns the name in a header: the text between `[` and the last `]`.
 * White space and quotes in the name are kept. Returns `undefined` if the line is not
 * a header.
 *
 * @param text a line without leading and trailing white space
 */
export function headerName(text: string): string | undefined {
  const end = text.lastIndexOf("]");
  return text.startsWith("[") && end > 1 ? text.slice(1, end) : undefined;
}

/** Removes the characters that Python treats as white space from both ends. */
export function strip(text: string): string {
  return stripEnd(text).slice(indentOf(text));
}

/** Removes the characters that Python treats as white space from the end. */
export function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}

function indentOf(text: string): number {
  let at = 0;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** Whether Python treats a character as white space; JavaScript's set differs. */
function isSpace(code: number): boolean {
  return code <= 0x20
    ? code === 0x20 || code >= 0x09 && code <= 0x0d ||
      code >= 0x1c && code <= 0x1f
    : code >= 0x85 &&
      (code === 0x85 || code === 0xa0 || code === 0x1680 ||
        code >= 0x2000 && code <= 0x200a || code === 0x2028 ||
        code === 0x2029 || code === 0x202f || code === 0x205f ||
        code === 0x3000);
}
