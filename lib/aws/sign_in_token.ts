// Pure: no I/O.
// Tokens of sign-ins that the AWS CLI stores in files: the tokens of IAM Identity Center
// (`aws sso login`) and the tokens of `aws login`.
import { toHex } from "../system/bytes.ts";
import type { SsoSession } from "./sign_in_types.ts";

/** The file in which the AWS CLI and the AWS SDKs store the token of a sign-in. */
export interface SignInToken {
  /** The command that signs in: `aws sso login` or `aws login`. */
  readonly kind: "sso" | "login";
  /** Directory of the file. */
  readonly directory: string;
  /** Name of the `sso-session`, start URL, or value of `login_session`. */
  readonly session: string;
  /** Session to sign in to; absent if assume-role cannot sign in. */
  readonly sso?: SsoSession;
}

/** Facts about a stored token. */
export interface TokenFacts {
  /** Time of expiry in milliseconds since the epoch; absent if not known. */
  readonly expiration?: number;
  /** Region of the sign-in service that refreshes the token; absent if not known. */
  readonly region?: string;
  /** Whether the token has what a refresh needs. */
  readonly canRefresh: boolean;
  /** Values that must not be shown. */
  readonly secrets: readonly string[];
}

/** Names of the values that must not be shown. */
const SECRET_NAMES = [
  "accessToken",
  "refreshToken",
  "clientSecret",
  "idToken",
  "dpopKey",
  "secretAccessKey",
  "sessionToken",
];

/** Returns the name of the token's file, which is a hash of the session. */
export async function tokenFileName(
  { kind, session }: SignInToken,
): Promise<string> {
  const hash = await crypto.subtle.digest(
    kind === "sso" ? "SHA-1" : "SHA-256",
    new TextEncoder().encode(session),
  );
  return `${toHex(new Uint8Array(hash))}.json`;
}

/**
 * Reads facts from the text of a token's file; a damaged file has no facts.
 *
 * @param now This machine's time, after which the client of a refresh must not have expired
 */
export function parseTokenFacts(text: string, now = 0): TokenFacts {
  const token = parseObject(text) ?? {};
  const keys = isObject(token.accessToken) ? token.accessToken : token;
  const expiration = Date.parse(String(keys.expiresAt));
  const { signInRegion: region } = token;
  const secrets = [token, keys].flatMap((object) =>
    SECRET_NAMES.map((name) => object[name])
  );
  return {
    ...(!Number.isNaN(expiration) && { expiration }),
    ...(typeof region === "string" && { region }),
    canRefresh: canRefresh(token, now),
    secrets: secrets.filter((value) => typeof value === "string"),
  };
}

/** Whether a token can be refreshed. IAM Identity Center also needs a client that is valid. */
function canRefresh(token: JsonObject, now: number): boolean {
  const { refreshToken, startUrl, clientId, clientSecret } = token;
  const end = Date.parse(String(token.registrationExpiresAt));
  return typeof refreshToken === "string" &&
    (startUrl === undefined ||
      typeof clientId === "string" && typeof clientSecret === "string" &&
        !(end <= now));
}

/** The order in which the AWS CLI writes the values of a token. */
const ORDER: Readonly<Record<SignInToken["kind"], readonly string[]>> = {
  sso: [
    "startUrl",
    "region",
    "accessToken",
    "expiresAt",
    "clientId",
    "clientSecret",
    "registrationExpiresAt",
    "refreshToken",
  ],
  login: [
    "accessKeyId",
    "secretAccessKey",
    "sessionToken",
    "accountId",
    "expiresAt",
  ],
};

/**
 * Formats a token, which the AWS SDK has refreshed, as the AWS CLI writes the token: with
 * the AWS CLI's order of values, with times in whole seconds, and as Python's
 * `json.dumps()` formats JSON.
 *
 * @returns `undefined` if the text is not a JSON object
 */
export function formatToken(
  kind: SignInToken["kind"],
  text: string,
): string | undefined {
  const token = parseObject(text);
  if (token === undefined) return undefined;
  const { accessToken } = token;
  return formatJson(
    kind === "login" && isObject(accessToken)
      ? { ...token, accessToken: sort(accessToken, ORDER.login) }
      : sort(token, ORDER.sso),
  );
}

type JsonObject = Readonly<Record<string, unknown>>;

/** The largest size of a token's file, in characters. */
const MAX_TOKEN_LENGTH = 100_000;

/**
 * Whether the text of a token may be saved: a JSON object with a time of expiry and without
 * control characters. Secrets are sent in headers, so that secrets are ASCII; a start URL
 * can have other letters. A private key in PEM may have line breaks.
 */
export function isToken(text: string): boolean {
  const token = text.length <= MAX_TOKEN_LENGTH ? parseObject(text) : undefined;
  if (token === undefined) return false;
  const { accessToken } = token;
  const { expiresAt } = isObject(accessToken) ? accessToken : token;
  return typeof expiresAt === "string" &&
    !Number.isNaN(Date.parse(expiresAt)) &&
    Object.entries(token).every(([key, value]) => isPlain(key, value));
}

function isPlain(key: string, value: unknown): boolean {
  if (typeof value === "string") {
    if (key === "dpopKey") return /^[ -~\r\n]*$/.test(value);
    const isSecret = SECRET_NAMES.includes(key);
    return (isSecret ? /^[ -~]*$/ : /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u).test(
      value,
    );
  }
  return typeof value !== "object" || value === null ||
    Object.entries(value).every(([key, value]) => isPlain(key, value));
}

/** Moves the values with the given keys to the start, and removes fractions of seconds. */
function sort(object: JsonObject, keys: readonly string[]): JsonObject {
  const { expiresAt } = object;
  const known = keys.filter((key) => object[key] !== undefined);
  return {
    ...Object.fromEntries(known.map((key) => [key, object[key]])),
    ...object,
    ...(typeof expiresAt === "string" &&
      { expiresAt: expiresAt.replace(/\.\d+(?=Z$)/, "") }),
  };
}

/** Formats a value as Python's `json.dumps()` does. */
export function formatJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(formatJson).join(", ")}]`;
  if (isObject(value)) {
    const members = Object.entries(value).map(([key, member]) =>
      `${formatJson(key)}: ${formatJson(member)}`
    );
    return `{${members.join(", ")}}`;
  }
  return JSON.stringify(value).replace(
    /[\x7f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
