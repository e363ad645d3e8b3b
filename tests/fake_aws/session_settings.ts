import { invalid, Refusal } from "./refusal.ts";
import type { SessionSettings, SessionTag } from "./world.ts";

/** The maximum length of all session policies together, in characters. */
const MAX_POLICY_CHARS = 2048;
/**
 * The maximum length of all session tags together. AWS limits their compressed length
 * instead.
 */
const MAX_TAG_CHARS = 8192;

/** The pattern and the length of a valid parameter. */
interface Format {
  readonly pattern: string;
  readonly minLength: number;
  readonly maxLength: number;
}

const TAG_CHARACTER = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]";
const TAG_KEY: Format = {
  pattern: `${TAG_CHARACTER}+`,
  minLength: 1,
  maxLength: 128,
};
const TAG_VALUE: Format = {
  pattern: `${TAG_CHARACTER}*`,
  minLength: 0,
  maxLength: 256,
};
const EXTERNAL_ID: Format = {
  pattern: "[\\w+=,.@:\\/\\-]*",
  minLength: 2,
  maxLength: 1224,
};
const SOURCE_IDENTITY: Format = {
  pattern: "[\\w+=,.@\\-]*",
  minLength: 2,
  maxLength: 64,
};
const POLICY_ARN = /^arn:[\w-]+:iam::(\d{12}|aws):policy\/.+$/;

/**
 * Parses the settings of the requested session.
 *
 * @throws {Refusal} If a setting is invalid.
 */
export function parseSettings(params: URLSearchParams): SessionSettings {
  const tags = members(params, "Tags.member.N.Key").map((key, index) => ({
    key,
    value: params.get(`Tags.member.${index + 1}.Value`) ?? "",
  }));
  checkCount("tags", tags.map(({ key }) => key), 50);
  for (const [index, { key, value }] of tags.entries()) {
    check(`tags.${index + 1}.member.key`, key, TAG_KEY);
    check(`tags.${index + 1}.member.value`, value, TAG_VALUE);
  }
  const policyArns = members(params, "PolicyArns.member.N.arn");
  checkCount("policyArns", policyArns, 10);
  const wrong = policyArns.find((arn) => !POLICY_ARN.test(arn));
  if (wrong !== undefined) {
    throw new Refusal("ValidationError", `ARN ${wrong} is not valid.`);
  }
  const transitiveTagKeys = members(params, "TransitiveTagKeys.member.N");
  const externalId = optional(params, "ExternalId", EXTERNAL_ID);
  const sourceIdentity = optional(params, "SourceIdentity", SOURCE_IDENTITY);
  const policy = params.get("Policy");
  return {
    tags,
    transitiveTagKeys,
    policyArns,
    ...(externalId !== undefined && { externalId }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    ...(policy !== null && { policy }),
  };
}

/**
 * Adds the tags and the source identity that the calling session passes on.
 *
 * @throws {Refusal} If tags conflict.
 */
export function inherit(
  asked: SessionSettings,
  from: SessionSettings | undefined,
): SessionSettings {
  const keys = new Set(asked.tags.map(({ key }) => key.toLowerCase()));
  const inheritedKeys = from?.transitiveTagKeys ?? [];
  if (keys.size < asked.tags.length) {
    throw conflict(
      "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    );
  }
  if (inheritedKeys.some((key) => keys.has(key.toLowerCase()))) {
    throw conflict(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  if (asked.transitiveTagKeys.some((key) => !keys.has(key.toLowerCase()))) {
    throw conflict(
      "The specified transitive tag key must be included in the requested tags.",
    );
  }
  const sourceIdentity = asked.sourceIdentity ?? from?.sourceIdentity;
  return {
    ...asked,
    tags: [...passedOn(from), ...asked.tags],
    transitiveTagKeys: [...inheritedKeys, ...asked.transitiveTagKeys],
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  };
}

/**
 * Returns `PackedPolicySize`: the used part of the allowed size, in percent.
 * Returns `undefined` if the session has no policies and tags.
 *
 * @throws {Refusal} If the settings need too much space, or the policy is invalid.
 */
export function packedSize(settings: SessionSettings): number | undefined {
  const { policy, policyArns, tags } = settings;
  const text = (policy ?? "") + policyArns.join("");
  if (policy !== undefined && text.length <= MAX_POLICY_CHARS) {
    checkPolicy(policy);
  }
  const used = percent(text.length, MAX_POLICY_CHARS);
  if (used > 100) {
    throw new Refusal(
      "PackedPolicyTooLarge",
      `Packed policy consumes ${used}% of allotted space, please use smaller policy.`,
    );
  }
  const tagText = tags.map(({ key, value }) => key + value).join("");
  const usedByTags = percent(tagText.length, MAX_TAG_CHARS);
  if (usedByTags > 100) {
    throw new Refusal(
      "PackedPolicyTooLarge",
      `Packed size of session tags consumes ${usedByTags}% of allotted space.`,
    );
  }
  const sum = Math.min(used + usedByTags, 100);
  return sum === 0 ? undefined : sum;
}

/** Returns the tags that a session passes on to the next role of a chain. */
export function passedOn(
  settings: SessionSettings | undefined,
): readonly SessionTag[] {
  const keys = settings?.transitiveTagKeys.map((key) => key.toLowerCase());
  return settings?.tags.filter(({ key }) =>
    keys?.includes(key.toLowerCase())
  ) ??
    [];
}

function checkPolicy(policy: string): void {
  try {
    const document: unknown = JSON.parse(policy);
    if (
      typeof document === "object" && document !== null &&
      "Statement" in document
    ) return;
  } catch {
    const first = policy.charAt(0);
    throw new Refusal(
      "MalformedPolicyDocument",
      `Unexpected character ('${first}' (code ${
        first.charCodeAt(0)
      })): expected a valid value (number, String, array, object, 'true', 'false' or 'null')\n at [Source: java.io.StringReader@52b5743d; line: 1, column: 2]`,
    );
  }
  throw new Refusal("MalformedPolicyDocument", "Syntax errors in policy.");
}

/** Returns the members of a list; `N` in the name stands for a member's number. */
function members(params: URLSearchParams, name: string): readonly string[] {
  const values: string[] = [];
  for (;;) {
    const member = name.replace("N", String(values.length + 1));
    const value = params.get(member);
    if (value === null) return values;
    values.push(value);
  }
}

function optional(
  params: URLSearchParams,
  name: string,
  format: Format,
): string | undefined {
  const value = params.get(name);
  if (value === null) return undefined;
  check(name.charAt(0).toLowerCase() + name.slice(1), value, format);
  return value;
}

function check(name: string, value: string, format: Format): void {
  const { pattern, minLength, maxLength } = format;
  const fault = value.length < minLength
    ? `have length greater than or equal to ${minLength}`
    : value.length > maxLength
    ? `have length less than or equal to ${maxLength}`
    : !new RegExp(`^${pattern}$`, "u").test(value)
    ? `satisfy regular expression pattern: ${pattern}`
    : undefined;
  if (fault !== undefined) throw invalid(name, value, `Member must ${fault}`);
}

function checkCount(
  name: string,
  values: readonly string[],
  maxLength: number,
): void {
  if (values.length <= maxLength) return;
  throw invalid(
    name,
    `[${values.join(", ")}]`,
    `Member must have length less than or equal to ${maxLength}`,
  );
}

function conflict(message: string): Refusal {
  return new Refusal("InvalidParameterValue", message);
}

function percent(length: number, maxLength: number): number {
  return Math.ceil(100 * length / maxLength);
}
