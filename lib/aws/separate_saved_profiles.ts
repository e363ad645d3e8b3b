// Pure: no I/O.
import type { Credentials } from "./credentials.ts";

/** The key that marks a profile as saved by assume-role; AWS's tools ignore the key. */
export const SAVED_PROFILE_MARK = "x_assume_role_arn";
/** The key whose value is the time of expiry; saml2aws and other tools use this key, too. */
export const EXPIRY_KEY = "x_security_token_expires";

/** A line below the header of a saved profile: blank, or a key that assume-role writes. */
const SAVED_LINE =
  /^(?:(?:aws_access_key_id|aws_secret_access_key|aws_session_token|region|x_security_token_expires|x_assume_role_arn) = \S+)?\r?$/;

/** A profile that assume-role saved. */
export interface SavedProfile {
  readonly name: string;
  /** The lines below the header. */
  readonly text: string;
  /** Whether the profile has lines that assume-role never writes. */
  readonly hasOtherLines: boolean;
}

/** A credentials file without the profiles that assume-role saved in it. */
export interface CredentialsText {
  /**
   * The text without the saved profiles that have no other lines. Blank lines at the end
   * of the text are removed.
   */
  readonly rest: string;
  readonly savedProfiles: readonly SavedProfile[];
}

/** The keys and values of a saved profile; `undefined` if there is no such profile. */
type SavedEntries = Readonly<Record<string, string>> | undefined;

/**
 * Separates the profiles that assume-role saved from the rest of a credentials
 * file. A saved profile that has other lines is in both parts of the result.
 */
export function separateSavedProfiles(text: string): CredentialsText {
  if (!text.includes(SAVED_PROFILE_MARK)) {
    return { rest: text.trimEnd(), savedProfiles: [] };
  }
  const rest: string[] = [];
  const savedProfiles: SavedProfile[] = [];
  // For every program that reads the file, a line that starts with `[` is a header or an error.
  for (const part of text.split(/^(?=\[)/m)) {
    const [header = "", ...lines] = part.split("\n");
    const [, name, end] = /^\[([^\]]+)\](.*)$/s.exec(header) ?? [];
    const isSaved = name !== undefined &&
      lines.some((line) => line.startsWith(SAVED_PROFILE_MARK));
    const hasOtherLines = !isSaved || end?.trimEnd() !== "" ||
      !lines.every((line) => SAVED_LINE.test(line));
    if (isSaved) {
      savedProfiles.push({ name, text: lines.join("\n"), hasOtherLines });
    }
    if (hasOtherLines) rest.push(part);
  }
  return { rest: rest.join("").trimEnd(), savedProfiles };
}

/** Parses the keys and values of a saved profile. */
export function parseSavedProfile({ text }: SavedProfile): SavedEntries {
  const lines = text.matchAll(/^(\w+) *= *(\S+)/gm);
  return Object.fromEntries(
    Array.from(lines, ([, key, value]) => [key, value]),
  );
}

/**
 * Whether a session must be saved as a profile again, because the profile is missing,
 * damaged or has an older session. A profile with a newer session of the same role, or
 * with a valid session of another role, stays.
 *
 * @param entries the profile with the name for this session; `undefined` if missing
 */
export function isOutdated(
  entries: SavedEntries,
  session: Credentials,
  now: number,
): boolean {
  const expiration = Date.parse(entries?.[EXPIRY_KEY] ?? "");
  if (entries === undefined || Number.isNaN(expiration)) return true;
  if (entries[SAVED_PROFILE_MARK] !== session.roleArn) return expiration <= now;
  return entries.aws_access_key_id === session.accessKeyId
    ? entries.aws_secret_access_key !== session.secretAccessKey ||
      entries.aws_session_token !== session.sessionToken
    : expiration < session.expiration;
}
