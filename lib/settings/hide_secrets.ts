// Pure: no I/O.
// Hides secrets in text from outside, such as an answer of AWS that repeats a part of the
// request. This is the only place that hides known secrets. Never use it for text of our
// own, because a short secret can be a part of our words.
import { type Bytes, decodeRun, decodeText, encodeBytes } from "./encodings.ts";

/** The text that replaces a secret. */
const HIDDEN = "***";
/** Length below which a secret is not hidden: such a text protects nothing. */
const MIN_LENGTH = 3;
/** Length below which a secret is hidden only if it is no part of a longer word or number. */
const MIN_LENGTH_IN_WORDS = 8;
/** Length from which pieces of a secret are hidden, too. */
const MIN_LENGTH_IN_PIECES = 16;
/** Length of the pieces: a piece of this length is no text by chance. */
const PIECE_LENGTH = 12;
/** Length of a text above which the rest is removed. */
const MAX_TEXT_LENGTH = 20_000;
/** The number of encodings that are decoded, one within another. */
const MAX_DEPTH = 3;
/** Length of a value above which one encoding is decoded; below, two. */
const MAX_NAME_LENGTH = 500;

/** Matches text that can be base64 or base64url, or hexadecimal. */
const RUNS = /[\w+/-]{4,}/g;

/** A part of a text, by its first character and the character after it. */
type Range = readonly [start: number, end: number];

/** Hides the given secrets in a text. */
export function hideSecrets(
  text: string,
  secrets: readonly (string | undefined)[],
): string {
  return new SecretHider(secrets).hide(text);
}

/**
 * Hides secrets in texts: as they are, escaped for URLs, forms, JSON, XML, HTML and
 * shells, as base64 or base64url at any position of a longer base64 text, as hexadecimal
 * digits, and combinations of these. Pieces of long secrets are hidden, too.
 */
export class SecretHider {
  /** The texts to find, by their length. */
  readonly #needles = new Map<number, Set<string>>();

  /**
   * Creates an object that hides these secrets; `undefined` is ignored.
   *
   * @param parts whether pieces of long secrets are hidden, too
   */
  constructor(
    secrets: readonly (string | undefined)[],
    parts: "pieces" | "whole" = "pieces",
  ) {
    for (const secret of secrets) {
      const { text } = encodeBytes(secret ?? "");
      if (text.length < MIN_LENGTH) continue;
      const isWhole = parts === "whole" || text.length < MIN_LENGTH_IN_PIECES;
      const length = isWhole ? text.length : PIECE_LENGTH;
      const needles = this.#needles.get(length) ?? new Set();
      this.#needles.set(length, needles);
      for (let at = 0; at + length <= text.length; at++) {
        needles.add(text.slice(at, at + length));
      }
    }
  }

  /** Replaces the secrets of a text by `***`. */
  hide(text: string): string {
    if (this.#needles.size === 0) return text;
    const shown = text.length > MAX_TEXT_LENGTH
      ? text.slice(0, MAX_TEXT_LENGTH) + "…"
      : text;
    let hidden = "";
    let at = 0;
    const found = this.#find(encodeBytes(shown), MAX_DEPTH);
    for (const [start, end] of merge(found)) {
      hidden += shown.slice(at, start) + HIDDEN;
      at = end;
    }
    return hidden + shown.slice(at);
  }

  /** Whether a value, such as a name or a token, has one of the secrets. */
  isIn(value: string): boolean {
    if (this.#needles.size === 0) return false;
    const depth = value.length > MAX_NAME_LENGTH ? 1 : 2;
    return this.#find(encodeBytes(value), depth).length > 0;
  }

  /** Finds the secrets in the original text of some bytes, up to a depth of encodings. */
  #find(bytes: Bytes, depth: number): readonly Range[] {
    const found = this.#search(bytes);
    if (depth === 0) return found;
    const layers = [...decodeText(bytes)];
    for (const { 0: run, index } of bytes.text.matchAll(RUNS)) {
      layers.push(...decodeRun(bytes, index, run.length));
    }
    return [
      ...found,
      ...layers.flatMap((layer) => this.#find(layer, depth - 1)),
    ];
  }

  #search({ text, starts, ends }: Bytes): readonly Range[] {
    const found: Range[] = [];
    for (const [length, needles] of this.#needles) {
      for (let at = 0; at + length <= text.length; at++) {
        if (!needles.has(text.slice(at, at + length))) continue;
        const last = at + length - 1;
        const isPart = length < MIN_LENGTH_IN_WORDS &&
          (continues(text, starts, ends, at - 1) ||
            continues(text, starts, ends, last));
        if (!isPart) found.push([starts[at]!, ends[last]!]);
      }
    }
    return found;
  }
}

/** Whether a byte and the next byte are neighbors in one word or in one number. */
function continues(
  text: string,
  starts: Bytes["starts"],
  ends: Bytes["ends"],
  at: number,
): boolean {
  if (at < 0 || at + 1 >= text.length) return false;
  if (ends[at]! < starts[at + 1]!) return false; // separated by removed characters
  const pair = text.slice(at, at + 2);
  return /^(?:\d\d|[a-z\x80-\xff]{2})$/i.test(pair);
}

/** Sorts ranges, and joins ranges that touch or overlap. */
function merge(ranges: readonly Range[]): readonly Range[] {
  const merged: [number, number][] = [];
  for (const [start, end] of ranges.toSorted(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last[1]) {
      last[1] = Math.max(last[1], end);
    } else merged.push([start, end]);
  }
  return merged;
}

/** Matches the user and the password in a URL, or before a host with a port. */
const URL_PASSWORD =
  /\/\/([^\s/@:]*):(?!\d{1,5}[/?#])(\S+)@|^([^\s/@:]*):([^\s/]+)@[\w.-]+:\d+\/?$/g;
/** Names of variables whose values are secrets that a run can send or pass on. */
const SECRET_VARIABLES = [
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  "ASSUME_ROLE_MFA_TOKEN",
];

/** Lists the secrets in the variables of an environment, such as passwords of proxies. */
export function secretsOfEnv(
  env: Readonly<Record<string, string>>,
): readonly string[] {
  const values = SECRET_VARIABLES.map((name) => env[name]?.trim() ?? "");
  return [...values, ...Object.values(env).flatMap(passwordsIn)];
}

/** Lists the passwords of the URLs in a text, as written and decoded. */
export function passwordsIn(text: string): readonly string[] {
  return Array.from(text.matchAll(URL_PASSWORD), (match) => {
    const [user, password] = match.slice(match[2] === undefined ? 3 : 1);
    return [
      password!,
      // A proxy gets the user and the password together as base64.
      `${user}:${password}`,
      ...decodeText(encodeBytes(password!)).map(({ text }) => text),
    ];
  }).flat();
}
