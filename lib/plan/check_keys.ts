// Pure: no I/O.
import type { SigningCredentials } from "../aws/credentials.ts";
import { ConfigError } from "../errors.ts";

/**
 * Names, for error messages, of the places that an access key ID, a secret access key and
 * a session token come from.
 */
export type KeyPlaces = { readonly [K in keyof SigningCredentials]-?: string };

/**
 * Returns names for the places of credentials in an AWS profile, such as its key
 * `aws_access_key_id`. If `profile` is `undefined`, the names do not mention a profile.
 */
export function keyPlaces(profile: string | undefined): KeyPlaces {
  const of = `of the AWS profile '${profile}'`;
  return profile === undefined ? UNKNOWN_PLACES : {
    accessKeyId: `aws_access_key_id ${of}`,
    secretAccessKey: `aws_secret_access_key ${of}`,
    sessionToken: `aws_session_token ${of}`,
  };
}

const UNKNOWN_PLACES: KeyPlaces = {
  accessKeyId: "the access key ID of the base credentials",
  secretAccessKey: "the secret access key of the base credentials",
  sessionToken: "the session token of the base credentials",
};

/** Names of characters that are easily copied along with an access key by mistake. */
const CHARACTERS: Readonly<Record<string, string>> = {
  " ": "a space",
  "\t": "a tab",
  "\n": "a line break",
  "\r": "a carriage return",
  '"': "a quote",
  "'": "a quote",
};

/** The greatest length of a value; `isShaped()` has the same limit. */
const MAX_LENGTH = 20_000;

/**
 * Checks the characters of credentials. AWS's keys and tokens have only visible ASCII
 * characters; other characters cannot be sent, or make AWS reject the signature.
 *
 * @throws {ConfigError} If an access key or a token has a character that is not visible
 * ASCII, has a quote at its start or end, or is longer than 20,000 characters. The message does not show the access key or
 * token.
 */
export function checkKeys(
  credentials: SigningCredentials,
  places: KeyPlaces,
): void {
  for (
    const part of ["accessKeyId", "secretAccessKey", "sessionToken"] as const
  ) {
    const text = credentials[part] ?? "";
    if (text.length > MAX_LENGTH) {
      throw new ConfigError(
        `Cannot use ${
          places[part]
        }: the value has more than ${MAX_LENGTH} characters`,
      );
    }
    const found = /[^!-~]|^["']|["']$/u.exec(text);
    if (found === null) continue;
    const isAtEnd = text.slice(found.index).trim() === "";
    const character = CHARACTERS[found[0]] ??
      (/[\0-\x7f]/.test(found[0])
        ? "a control character"
        : "a character that is not ASCII");
    throw new ConfigError(
      `Cannot use ${places[part]}: the value has ${character}${
        isAtEnd ? " at its end" : ""
      }`,
      { hint: "set the value again, without spaces, quotes and line breaks" },
    );
  }
}
