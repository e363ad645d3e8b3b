// Pure: no I/O.
// The rules are those of "AssumeRole", AWS STS API Reference.
import { InvalidValueError } from "../errors.ts";

/** Of a session policy, in characters. */
const LONGEST_POLICY = 2048;
const MOST_TAGS = 50;
const MOST_POLICY_ARNS = 10;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** A session tag: its key and its value. */
export type Tag = readonly [key: string, value: string];

/** A session policy: its JSON, or the file that has it. */
export type PolicySource = { readonly json: string } | {
  readonly file: string;
};

/** A secret between two accounts, by the pattern of AssumeRole's ExternalId. */
export function parseExternalId(text: string): string {
  if (!/^[\w+=,.@:/-]{2,1224}$/.test(text)) {
    throw new InvalidValueError(
      "an external id has 2 to 1224 of the characters A-Z a-z 0-9 _ + = , . @ : / -",
    );
  }
  return text;
}

/** Who is behind the session, by the pattern of AssumeRole's SourceIdentity. */
export function parseSourceIdentity(text: string): string {
  if (!/^[\w+=,.@-]{2,64}$/.test(text)) {
    throw new InvalidValueError(
      "a source identity has 2 to 64 of the characters A-Z a-z 0-9 _ + = , . @ -",
    );
  }
  return text;
}

/** Session tags, as `Project=apollo,Team=ops`: neither can have a comma. */
export function parseTags(text: string): readonly Tag[] {
  return text.split(",").map((part) => {
    const at = part.indexOf("=");
    if (at < 0) throw new InvalidValueError("a tag is written like KEY=VALUE");
    return toTag(part.slice(0, at).trim(), part.slice(at + 1).trim());
  });
}

/** Session tags, as a mapping of texts: a value may be left out. */
export function parseTagMapping(
  mapping: Readonly<Record<string, unknown>>,
): readonly Tag[] {
  return Object.entries(mapping).map(([key, value]) => {
    const text = value ?? "";
    if (typeof text === "string") return toTag(key, text);
    throw new InvalidValueError(`the value of the tag '${key}' must be text`);
  });
}

/** A session tag of these two. */
export function toTag(key: string, value: string): Tag {
  checkTagKey(key);
  if (value.length > 256 || !TAG_TEXT.test(value)) {
    throw new InvalidValueError(
      `the value of the tag '${key}' has more than 256 characters, or others than letters, digits, spaces and _ . : / = + - @`,
    );
  }
  return [key, value];
}

/** Keys of session tags that are passed on to the next role of a chain. */
export function parseTagKeys(text: string): readonly string[] {
  const keys = text.split(",").map((key) => key.trim());
  keys.forEach(checkTagKey);
  return keys;
}

function checkTagKey(key: string): void {
  if (key === "" || key.length > 128 || !TAG_TEXT.test(key)) {
    throw new InvalidValueError(
      "the key of a tag has 1 to 128 letters, digits, spaces or any of _ . : / = + - @",
    );
  }
  if (/^aws:/i.test(key)) {
    throw new InvalidValueError(
      "tags whose key begins with 'aws:' are AWS's own",
    );
  }
}

/** A session policy: JSON, or the name of a file with it. */
export function parsePolicySource(text: string): PolicySource {
  if (text.trim() === "") throw new InvalidValueError("the value is empty");
  return text.trimStart().startsWith("{")
    ? { json: parsePolicy(text) }
    : { file: text };
}

/** The JSON of a session policy, without what is white space there. */
export function parsePolicy(text: string): string {
  let json: string;
  try {
    json = JSON.stringify(JSON.parse(text));
  } catch (error) {
    throw new InvalidValueError(
      `a policy is JSON, and this is not: ${reasonOfJson(error as Error)}`,
    );
  }
  if (!json.startsWith("{") || !/"Statement":/.test(json)) {
    throw new InvalidValueError("a policy is a JSON object with a 'Statement'");
  }
  if (json.length > LONGEST_POLICY) {
    throw new InvalidValueError(
      `a session policy has at most ${LONGEST_POLICY} characters, and this has ${json.length} without white space`,
    );
  }
  // deno-lint-ignore no-control-regex
  if (!/^[\u0009\u000A\u000D\u0020-\u00FF]+$/.test(json)) {
    throw new InvalidValueError("a policy has no characters beyond Latin-1");
  }
  return json;
}

/** What is wrong with a JSON, and where if that is known, without a piece of it. */
function reasonOfJson({ message }: Error): string {
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(message) ?? [];
  const where = line === undefined ? "" : ` (line ${line}, column ${column})`;
  return message.replace(
    / in JSON\b.*| at position.*|, (?:\.\.\.)?".*| JSON input$/s,
    "",
  ) +
    where;
}

/** ARNs of managed policies. */
export function parsePolicyArns(text: string): readonly string[] {
  const arns = text.split(",").map((arn) => arn.trim());
  for (const arn of arns) {
    if (
      !/^arn:[\w-]+:iam::(?:aws|\d{12}):policy\/[\w+=,.@/-]{1,640}$/.test(arn)
    ) {
      throw new InvalidValueError(
        "a managed policy's ARN is written like arn:aws:iam::aws:policy/ReadOnlyAccess",
      );
    }
  }
  return arns;
}

/**
 * Puts tags together; of a key that stands twice, the first one counts.
 *
 * @throws {InvalidValueError} where there are too many, or two differ in case only
 */
export function mergeTags(
  tags: readonly Tag[],
): Readonly<Record<string, string>> {
  const merged = new Map<string, string>();
  for (const [key, value] of tags) if (!merged.has(key)) merged.set(key, value);
  const keys = [...merged.keys()];
  const lower = keys.map((key) => key.toLowerCase());
  const twice = keys.find((_, at) => lower.indexOf(lower[at]!) !== at);
  if (twice !== undefined) {
    throw new InvalidValueError(
      `AWS takes the tag '${twice}' for the same as one that differs in case only`,
    );
  }
  checkCount(keys, MOST_TAGS, "tags");
  return Object.fromEntries(merged);
}

/** @throws {InvalidValueError} where there are more policies than AWS takes */
export function checkPolicyArns(arns: readonly string[]): readonly string[] {
  checkCount(arns, MOST_POLICY_ARNS, "managed policies");
  return arns;
}

function checkCount(list: readonly string[], most: number, what: string): void {
  if (list.length > most) {
    throw new InvalidValueError(
      `a session has at most ${most} ${what}, and these are ${list.length}`,
    );
  }
}
