// Pure: no I/O.
// Decodes the forms in which programs repeat a text, and remembers the place of each byte.
import { UNSAFE } from "./terminal_text.ts";

/**
 * The bytes of a text in UTF-8, one character each, and their places in the original text.
 * Characters that a terminal does not show are left out, and a space is a `+`, as in forms.
 */
export interface Bytes {
  readonly text: string;
  /** The place of each byte's first character in the original text. */
  readonly starts: readonly number[];
  /** The place after each byte's last character in the original text. */
  readonly ends: readonly number[];
}

/** Matches the escapes of URLs, JSON, XML and HTML. */
const ESCAPES =
  /%([0-9a-f]{2})|\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|&#x0*([0-9a-f]{1,6});|&#0*(\d{1,7});|&(amp|lt|gt|quot|apos);|\\([^])/gi;
/** Matches a single quote within single quotes of a shell. */
const SHELL_QUOTES = /'(?:\\'|"'")'/g;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** Creates the bytes of a text. */
export function encodeBytes(original: string): Bytes {
  const pieces: Piece[] = [];
  let at = 0;
  for (const char of original) {
    pieces.push([char, at, at + char.length]);
    at += char.length;
  }
  return joinPieces(pieces, (char) => toBytes(char));
}

/** Decodes the escapes in a text, in each convention that the text has. */
export function decodeText(bytes: Bytes): readonly Bytes[] {
  return [
    ...replaceAll(bytes, ESCAPES, unescape),
    ...replaceAll(bytes, SHELL_QUOTES, () => "'"),
  ];
}

/** Replaces the matches of a pattern; returns an empty list if there is no match. */
function replaceAll(
  { text, starts, ends }: Bytes,
  pattern: RegExp,
  replace: (match: RegExpExecArray) => string,
): readonly Bytes[] {
  const pieces: Piece[] = [];
  let at = 0;
  const copyTo = (end: number) => {
    for (; at < end; at++) pieces.push([text[at]!, starts[at]!, ends[at]!]);
  };
  for (const match of text.matchAll(pattern)) {
    copyTo(match.index);
    at += match[0].length;
    pieces.push([replace(match), starts[match.index]!, ends[at - 1]!]);
  }
  if (pieces.length === 0) return [];
  copyTo(text.length);
  return [joinPieces(pieces, clean)];
}

/**
 * Decodes a part of a text as base64 or base64url from each of the four possible places,
 * and as hexadecimal digits from both possible places.
 */
export function decodeRun(
  { text, starts, ends }: Bytes,
  start: number,
  length: number,
): readonly Bytes[] {
  const run = text.slice(start, start + length);
  const layers: Bytes[] = [];
  const add = (bytes: string, from: number, digits: number) => {
    const pieces = bytes.split("").map((byte, at): Piece => {
      const first = start + from + Math.floor(at * digits);
      const last = start + from + Math.ceil((at + 1) * digits) - 1;
      return [byte, starts[first]!, ends[last]!];
    });
    layers.push(joinPieces(pieces, clean));
  };
  const base64 = run.replaceAll("-", "+").replaceAll("_", "/");
  for (let from = 0; from < Math.min(4, length - 3); from++) {
    const rest = base64.slice(from);
    // A single last character is less than a byte.
    add(
      atob(rest.length % 4 === 1 ? rest.slice(0, -1) : rest),
      from,
      4 / 3,
    );
  }
  for (const { 0: digits, index } of run.matchAll(/[0-9a-f]{6,}/gi)) {
    for (const from of [0, 1]) {
      const pairs = digits.slice(from).match(/../g) ?? [];
      add(
        pairs.map((pair) => String.fromCharCode(parseInt(pair, 16))).join(""),
        index + from,
        2,
      );
    }
  }
  return layers;
}

type Piece = readonly [text: string, start: number, end: number];

/** Joins pieces of text to bytes; `convert` returns the bytes of a piece. */
function joinPieces(
  pieces: readonly Piece[],
  convert: (text: string) => string,
): Bytes {
  const text: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  for (const [piece, start, end] of pieces) {
    for (const byte of convert(piece)) {
      text.push(byte);
      starts.push(start);
      ends.push(end);
    }
  }
  return { text: text.join(""), starts, ends };
}

/** Returns the bytes of a character, or of the decoded escape of a character. */
function toBytes(char: string): string {
  if (char <= "~" && char > " ") return char;
  if (char === " ") return "+";
  if (char.search(UNSAFE) >= 0) return "";
  return String.fromCharCode(...new TextEncoder().encode(char));
}

/** Removes control characters from a byte, and replaces a space by a `+`. */
function clean(bytes: string): string {
  // deno-lint-ignore no-control-regex
  return bytes.replace(/[\x00-\x1f\x7f]/g, "").replaceAll(" ", "+");
}

function unescape(match: RegExpExecArray): string {
  const [, byte, unit, short, hex, decimal, entity, char] = match;
  const hexadecimal = byte ?? short;
  if (hexadecimal !== undefined) {
    return String.fromCharCode(parseInt(hexadecimal, 16));
  }
  const code = unit ?? hex;
  if (code !== undefined) return fromCode(parseInt(code, 16));
  if (decimal !== undefined) return fromCode(Number(decimal));
  if (entity !== undefined) return ENTITIES[entity.toLowerCase()]!;
  return /[bfnrt]/.test(char!) ? "" : char!;
}

function fromCode(code: number): string {
  return code <= 0x10ffff ? toBytes(String.fromCodePoint(code)) : "";
}
