// Pure: no I/O.
// Source of the rules: "AssumeRole", AWS STS API Reference.
import { InvalidValueError } from "../errors.ts";

const MAX_POLICY_CHARACTERS = 2048;
const MAX_TAGS = 50;
const MAX_POLICY_ARNS = 10;
const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Session tag: key and value. */
export type Tag = readonly [key: string, value: string];

/** Session policy: JSON, or the path of a file with JSON. */
export type PolicySource = { readonly json: string } | {
  readonly file: string;
};

/** Parses an external ID, by the pattern of AssumeRole's ExternalId. */
export function parseExternalId(text: string): string {
  if (!/^[\w+=,.@:/-]{2,1224}$/.test(text)) {
    throw new InvalidValueError(
      "an external ID must have 2 to 1224 of the characters A-Z a-z 0-9 _ + = , . @ : / -",
    );
  }
  return text;
}

/** Parses a source identity, by the pattern of AssumeRole's SourceIdentity. */
export function parseSourceIdentity(text: string): string {
  if (!/^[\w+=,.@-]{2,64}$/.test(text)) {
    throw new InvalidValueError(
      "a source identity must have 2 to 64 of the characters A-Z a-z 0-9 _ + = , . @ -",
    );
  }
  return text;
}

/** Parses session tags like `Project=apollo,Team=ops`; keys and values cannot contain a comma. */
export function parseTags(text: string): readonly Tag[] {
  const [, key, value] = /^Key=([^,]*),Value=(.*)$/i.exec(text) ?? [];
  if (key !== undefined) {
    throw new InvalidValueError(
      `write '${key}=${value}', not as in the AWS CLI`,
    );
  }
  return text.split(",").map((part) => {
    const at = part.indexOf("=");
    if (at < 0) throw new InvalidValueError("write a tag like KEY=VALUE");
    return toTag(part.slice(0, at).trim(), part.slice(at + 1).trim());
  });
}

/** Parses session tags from a YAML mapping, in which a value may be empty. */
export function parseTagMapping(
  mapping: Readonly<Record<string, unknown>>,
): readonly Tag[] {
  return Object.entries(mapping).map(([key, value]) => {
    const text = value ?? "";
    if (typeof text === "string") return toTag(key, text);
    throw new InvalidValueError(`the value of the tag '${key}' must be text`);
  });
}

/** Checks the key and the value of a session tag. */
export function toTag(key: string, value: string): Tag {
  checkTagKey(key);
  if (value.length > 256 || !TAG_CHARACTERS.test(value)) {
    throw new InvalidValueError(
      `the value of the tag '${key}' can have at most 256 letters, digits, spaces or any of _ . : / = + - @`,
    );
  }
  return [key, value];
}

/** Parses the keys of session tags that the next roles of a role chain inherit. */
export function parseTagKeys(text: string): readonly string[] {
  const keys = text.split(",").map((key) => key.trim());
  keys.forEach(checkTagKey);
  return keys;
}

function checkTagKey(key: string): void {
  if (key === "" || key.length > 128 || !TAG_CHARACTERS.test(key)) {
    throw new InvalidValueError(
      "the key of a tag must have 1 to 128 letters, digits, spaces or any of _ . : / = + - @",
    );
  }
  if (/^aws:/i.test(key)) {
    throw new InvalidValueError(
      "AWS reserves tag keys that begin with 'aws:'",
    );
  }
}

/** Parses a session policy: JSON, or the path of a file with JSON. */
export function parsePolicySource(text: string): PolicySource {
  if (text.trim() === "") throw new InvalidValueError("the value is empty");
  return text.trimStart().startsWith("{")
    ? { json: parsePolicy(text) }
    : { file: text };
}

/** Checks the JSON of a session policy, and removes white space between its tokens. */
export function parsePolicy(text: string): string {
  let json: string;
  try {
    json = JSON.stringify(JSON.parse(text));
  } catch (error) {
    throw new InvalidValueError(
      `the policy is not valid JSON: ${formatJsonError(error as Error)}`,
    );
  }
  if (!json.startsWith("{") || !/"Statement":/.test(json)) {
    throw new InvalidValueError(
      "the policy must be a JSON object with a 'Statement'",
    );
  }
  if (json.length > MAX_POLICY_CHARACTERS) {
    throw new InvalidValueError(
      `a session policy can have at most ${MAX_POLICY_CHARACTERS} characters, but this policy has ${json.length} without white space`,
    );
  }
  // deno-lint-ignore no-control-regex
  if (!/^[\u0009\u000A\u000D\u0020-\u00FF]+$/.test(json)) {
    throw new InvalidValueError(
      "the policy contains characters outside Latin-1",
    );
  }
  return json;
}

/** Formats a JSON error and its position, without the part of the policy that the error quotes. */
function formatJsonError({ message }: Error): string {
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(message) ?? [];
  const position = line === undefined
    ? ""
    : ` (line ${line}, column ${column})`;
  return message.replace(
    / in JSON\b.*| at position.*|, (?:\.\.\.)?".*| JSON input$/s,
    "",
  ) +
    position;
}

/** Parses comma-separated ARNs of managed policies. */
export function parsePolicyArns(text: string): readonly string[] {
  const arns = text.split(",").map((arn) => arn.trim());
  for (const arn of arns) {
    if (
      !/^arn:[\w-]+:iam::(?:aws|\d{12}):policy\/[\w+=,.@/-]{1,640}$/.test(arn)
    ) {
      throw new InvalidValueError(
        "write the ARN of a managed policy like arn:aws:iam::aws:policy/ReadOnlyAccess",
      );
    }
  }
  return arns;
}

/**
 * Merges session tags. If a key occurs twice, the first value counts.
 *
 * @throws {InvalidValueError} If there are too many tags, or two keys are equal for AWS
 * because they differ only in upper and lower case.
 */
export function mergeTags(
  tags: readonly Tag[],
): Readonly<Record<string, string>> {
  const merged = new Map<string, string>();
  for (const [key, value] of tags) if (!merged.has(key)) merged.set(key, value);
  const keys = [...merged.keys()];
  const lower = new Set<string>();
  const duplicate = keys.find((key) => {
    const isSeen = lower.has(key.toLowerCase());
    lower.add(key.toLowerCase());
    return isSeen;
  });
  if (duplicate !== undefined) {
    throw new InvalidValueError(
      `AWS ignores upper and lower case in tag keys, so the tag '${duplicate}' occurs twice`,
    );
  }
  checkCount(keys, MAX_TAGS, "tags");
  return Object.fromEntries(merged);
}

/**
 * Checks the number of managed policies of a session.
 *
 * @throws {InvalidValueError} If there are more policies than AWS allows.
 */
export function checkPolicyArns(arns: readonly string[]): readonly string[] {
  checkCount(arns, MAX_POLICY_ARNS, "managed policies");
  return arns;
}

function checkCount(list: readonly string[], max: number, noun: string): void {
  if (list.length > max) {
    throw new InvalidValueError(
      `a session can have at most ${max} ${noun}, but there are ${list.length}`,
    );
  }
}
