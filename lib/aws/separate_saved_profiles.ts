// Pure: no I/O.

/** The key that marks a profile as saved by assume-role; AWS's tools ignore the key. */
export const SAVED_PROFILE_MARK = "x_assume_role_arn";
/** The key whose value is the time of expiry; saml2aws and other tools use this key, too. */
export const EXPIRY_KEY = "x_security_token_expires";

/** A line below the header of a saved profile: blank, or a key that assume-role writes. */
const SAVED_LINE =
  /^(?:(?:aws_access_key_id|aws_secret_access_key|aws_session_token|region|x_security_token_expires|x_assume_role_arn) = \S+)?\r?$/;

/** A credentials file without the profiles that assume-role saved in it. */
export interface CredentialsText {
  /** The text without the saved profiles. Blank lines at the end of the text are removed. */
  readonly rest: string;
  /** The names of the saved profiles. */
  readonly savedProfiles: readonly string[];
}

/**
 * Separates the profiles that assume-role saved from the rest of a credentials
 * file. A section with a line that assume-role never writes counts as not saved.
 */
export function separateSavedProfiles(text: string): CredentialsText {
  if (!text.includes(SAVED_PROFILE_MARK)) {
    return { rest: text.trimEnd(), savedProfiles: [] };
  }
  const rest: string[] = [];
  const savedProfiles: string[] = [];
  // For every program that reads the file, a line that starts with `[` is a header or an error.
  for (const part of text.split(/^(?=\[)/m)) {
    const [header = "", ...lines] = part.split("\n");
    const name = /^\[([^\]]+)\]\r?$/.exec(header)?.[1];
    const isSaved = name !== undefined &&
      lines.some((line) => line.startsWith(SAVED_PROFILE_MARK)) &&
      lines.every((line) => SAVED_LINE.test(line));
    if (isSaved) savedProfiles.push(name);
    else rest.push(part);
  }
  return { rest: rest.join("").trimEnd(), savedProfiles };
}
