// Pure: no I/O.
import type { SigningCredentials } from "../aws/credentials.ts";
import { ConfigError } from "../errors.ts";

/** Description of the source of each part of credentials, for messages. */
export type KeyPlaces = { readonly [K in keyof SigningCredentials]-?: string };

/**
 * Describes the places of the keys of an AWS profile or, if `profile` is `undefined`, of
 * base credentials from an unknown place.
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

/** Names of characters that are easy to copy by mistake. */
const CHARACTERS: Readonly<Record<string, string>> = {
  " ": "a space",
  "\t": "a tab",
  "\n": "a line break",
  "\r": "a carriage return",
  '"': "a quote",
  "'": "a quote",
};

/**
 * Checks the characters of credentials. AWS's keys and tokens have only visible ASCII
 * characters; other characters cannot be sent, or make AWS reject the signature.
 *
 * @throws {ConfigError} If a part has another character; the message does not show the
 * part.
 */
export function checkKeys(
  credentials: SigningCredentials,
  places: KeyPlaces,
): void {
  for (
    const part of ["accessKeyId", "secretAccessKey", "sessionToken"] as const
  ) {
    const text = credentials[part] ?? "";
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
