// Pure: no I/O.
// Reads the output of a `credential_process` ("Sourcing credentials with an external
// process", AWS CLI User Guide) by the rules of botocore.
import type { FoundCredentials } from "./sdk_interface.ts";

/** The reason why the output of a `credential_process` cannot be used, and a hint. */
export interface OutputProblem {
  readonly reason: string;
  readonly hint: string;
}

const JSON_HINT =
  'let the program print {"Version": 1, "AccessKeyId": …, "SecretAccessKey": …}';

/** Matches a time with a time zone. Some programs write the zone as `+0000` or `UTC`. */
const TIME =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(?:(Z|UTC|GMT)|([+-]\d\d):?(\d\d))$/i;

/**
 * Parses the output of a `credential_process`.
 *
 * @param now the time in milliseconds since the epoch
 */
export function parseProcessOutput(
  text: string,
  now: number,
): FoundCredentials | OutputProblem {
  const values = parseObject(text);
  if (values === undefined) return { reason: "no JSON", hint: JSON_HINT };
  if (values.get("Version") !== 1) {
    return { reason: 'JSON without "Version": 1', hint: JSON_HINT };
  }
  const [accessKeyId, secretAccessKey, sessionToken, expiration] = [
    "AccessKeyId",
    "SecretAccessKey",
    "SessionToken",
    "Expiration",
  ].map((name) => values.get(name) ?? undefined);
  if (!isFilledText(accessKeyId) || !isFilledText(secretAccessKey)) {
    return {
      reason: "JSON without AccessKeyId or SecretAccessKey",
      hint: JSON_HINT,
    };
  }
  if (sessionToken !== undefined && typeof sessionToken !== "string") {
    return { reason: "a SessionToken that is not a text", hint: JSON_HINT };
  }
  const time = expiration === undefined ? undefined : parseTime(expiration);
  if (Number.isNaN(time)) {
    return {
      reason: "an Expiration that is not a time",
      hint: "let the program print a time such as 2030-12-31T23:59:59Z",
    };
  }
  if (time !== undefined && time <= now) {
    return {
      reason: "credentials that have expired",
      hint: "sign in again with the program of credential_process",
    };
  }
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken && { sessionToken }),
    ...(time !== undefined && { expiration: time }),
  };
}

/** Parses a JSON object; returns `undefined` if the text is not JSON. */
function parseObject(text: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null;
    return new Map(isObject ? Object.entries(value) : []);
  } catch {
    return undefined;
  }
}

const isFilledText = (value: unknown): value is string =>
  typeof value === "string" && value !== "";

/**
 * Parses a time with a time zone to milliseconds since the epoch. Returns `NaN` for
 * anything else: the AWS CLI refuses a time without a time zone, too.
 */
function parseTime(value: unknown): number {
  const match = TIME.exec(typeof value === "string" ? value.trim() : "");
  if (match === null) return NaN;
  const [, date, time, , hours, minutes] = match;
  const zone = hours === undefined ? "Z" : `${hours}:${minutes}`;
  return Date.parse(`${date}T${time}${zone}`);
}
