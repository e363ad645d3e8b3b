import { invalid, Refusal } from "./refusal.ts";
import type { SessionSettings, SessionTag } from "./world.ts";

/** How long the text of all policies may be, in characters. */
const MOST_TEXT = 2048;
/** Rather AWS's measure than ours: it compresses, and says no more of it. */
const MOST_TAG_TEXT = 8192;

/** A pattern for all of a text, and how long the text may be. */
interface Form {
  readonly pattern: string;
  readonly least: number;
  readonly most: number;
}

const TAG_CHARACTER = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]";
const TAG_KEY: Form = { pattern: `${TAG_CHARACTER}+`, least: 1, most: 128 };
const TAG_VALUE: Form = { pattern: `${TAG_CHARACTER}*`, least: 0, most: 256 };
const EXTERNAL_ID: Form = {
  pattern: "[\\w+=,.@:\\/\\-]*",
  least: 2,
  most: 1224,
};
const SOURCE_IDENTITY: Form = {
  pattern: "[\\w+=,.@\\-]*",
  least: 2,
  most: 64,
};
const POLICY_ARN = /^arn:[\w-]+:iam::(\d{12}|aws):policy\/.+$/;

/** Reads what a session is to be like; refuses what is not of its form. */
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

/** Adds what a chain of roles passes on; refuses tags that are in conflict. */
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
 * How much of the space of a session is used, in percent; refuses what does
 * not fit, and policies that are none. `undefined` where nothing was asked for.
 */
export function packedSize(settings: SessionSettings): number | undefined {
  const { policy, policyArns, tags } = settings;
  const text = (policy ?? "") + policyArns.join("");
  if (policy !== undefined && text.length <= MOST_TEXT) checkPolicy(policy);
  const used = percent(text.length, MOST_TEXT);
  if (used > 100) {
    throw new Refusal(
      "PackedPolicyTooLarge",
      `Packed policy consumes ${used}% of allotted space, please use smaller policy.`,
    );
  }
  const tagText = tags.map(({ key, value }) => key + value).join("");
  const usedByTags = percent(tagText.length, MOST_TAG_TEXT);
  if (usedByTags > 100) {
    throw new Refusal(
      "PackedPolicyTooLarge",
      `Packed size of session tags consumes ${usedByTags}% of allotted space.`,
    );
  }
  const sum = Math.min(used + usedByTags, 100);
  return sum === 0 ? undefined : sum;
}

/** The tags that a session passes on to the roles that it assumes. */
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

/** The members of a list, whose name has an `N` for the number. */
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
  form: Form,
): string | undefined {
  const value = params.get(name);
  if (value === null) return undefined;
  check(name.charAt(0).toLowerCase() + name.slice(1), value, form);
  return value;
}

function check(name: string, value: string, form: Form): void {
  const { pattern, least, most } = form;
  const fault = value.length < least
    ? `have length greater than or equal to ${least}`
    : value.length > most
    ? `have length less than or equal to ${most}`
    : !new RegExp(`^${pattern}$`, "u").test(value)
    ? `satisfy regular expression pattern: ${pattern}`
    : undefined;
  if (fault !== undefined) throw invalid(name, value, `Member must ${fault}`);
}

function checkCount(
  name: string,
  values: readonly string[],
  most: number,
): void {
  if (values.length <= most) return;
  throw invalid(
    name,
    `[${values.join(", ")}]`,
    `Member must have length less than or equal to ${most}`,
  );
}

function conflict(message: string): Refusal {
  return new Refusal("InvalidParameterValue", message);
}

function percent(length: number, most: number): number {
  return Math.ceil(100 * length / most);
}
