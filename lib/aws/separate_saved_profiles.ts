// Pure: no I/O.
import type { Credentials } from "./credentials.ts";

/** The key that marks a profile as saved by assume-role; AWS's tools ignore the key. */
export const SAVED_PROFILE_MARK = "x_assume_role_arn";
/** The key whose value is the time of expiry; saml2aws and other tools use this key, too. */
export const EXPIRY_KEY = "x_security_token_expires";

/** The keys that assume-role writes below the header of a saved profile. */
const SAVED_KEYS =
  "aws_access_key_id aws_secret_access_key aws_session_token region x_security_token_expires x_assume_role_arn"
    .split(" ");

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

/** The keys and values of a saved profile. */
export type SavedEntries = Readonly<Record<string, string>>;

/**
 * Separates the profiles that assume-role saved from the rest of a credentials
 * file. A saved profile that has other lines is in both parts of the result.
 */
export function separateSavedProfiles(text: string): CredentialsText {
  const savedProfiles: SavedProfile[] = [];
  let rest = "";
  let end = 0;
  // Look only at sections with the mark, so that many other sections cost no time.
  for (let at; (at = text.indexOf(SAVED_PROFILE_MARK, end)) !== -1;) {
    const start = Math.max(end, startOfSection(text, at));
    rest += text.slice(end, start);
    const next = text.indexOf("\n[", at);
    end = next === -1 ? text.length : next + 1;
    const part = text.slice(start, end);
    const profile = readSavedProfile(part);
    if (profile !== undefined) savedProfiles.push(profile);
    if (profile?.hasOtherLines ?? true) rest += part;
  }
  return { rest: (rest + text.slice(end)).trimEnd(), savedProfiles };
}

/**
 * Finds the start of the section at a position. For every program that reads the file, a
 * line that starts with `[` is a header or an error. A line can end with a carriage return.
 */
function startOfSection(text: string, at: number): number {
  return Math.max(text.lastIndexOf("\n[", at), text.lastIndexOf("\r[", at)) + 1;
}

/** Reads a section; returns `undefined` if assume-role did not save the section. */
function readSavedProfile(part: string): SavedProfile | undefined {
  const [header = "", ...lines] = part.split("\n");
  const close = header.indexOf("]");
  const isSaved = header.startsWith("[") && close > 1 &&
    lines.some((line) => line.startsWith(SAVED_PROFILE_MARK));
  if (!isSaved) return undefined;
  const hasOtherLines = header.slice(close + 1).trimEnd() !== "" ||
    !lines.every(isSavedLine);
  const name = header.slice(1, close);
  return { name, text: lines.join("\n"), hasOtherLines };
}

/** Whether a line is empty, or has a key that assume-role writes. */
function isSavedLine(line: string): boolean {
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  const [key = "", value, ...more] = text.split(" = ");
  if (value === undefined) return key === "";
  return more.length === 0 && SAVED_KEYS.includes(key) && /^\S+$/.test(value);
}

/** Parses the keys and values of a saved profile. */
export function parseSavedProfile({ text }: SavedProfile): SavedEntries {
  const entries: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const at = line.indexOf("=");
    if (at > 0) {
      entries[line.slice(0, at).trimEnd()] = line.slice(at + 1).trim();
    }
  }
  return entries;
}

/**
 * Whether a session must be saved as a profile again, because the profile is missing,
 * damaged or has an older session. A profile with a newer session of the same role, or
 * with a valid session of another role, stays.
 *
 * @param entries the profile with the name for this session; `undefined` if missing
 */
export function isOutdated(
  entries: SavedEntries | undefined,
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
