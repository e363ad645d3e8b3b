// Pure: no I/O.

/** The key that marks a profile that assume-role saved; AWS's tools ignore the key. */
export const SAVED_PROFILE_MARK = "x_assume_role_arn";
/** The key with the time of expiry, by the name that other tools use too. */
export const EXPIRY_KEY = "x_security_token_expires";

/** A line that a saved profile can have: a blank line, or a key that we write. */
const SAVED_LINE =
  /^(?:(?:aws_access_key_id|aws_secret_access_key|aws_session_token|region|x_security_token_expires|x_assume_role_arn) = \S+)?\r?$/;

/** A credentials file without the profiles that assume-role saved in it. */
export interface CredentialsText {
  /** The rest of the file, without blank lines at the ends of sections. */
  readonly rest: string;
  /** The names of the saved profiles. */
  readonly savedProfiles: readonly string[];
}

/**
 * Separates the profiles that assume-role saved from the rest of a credentials
 * file. A section with any line that assume-role does not write stays in the rest.
 */
export function separateSavedProfiles(text: string): CredentialsText {
  if (!text.includes(SAVED_PROFILE_MARK)) {
    return { rest: text.trimEnd(), savedProfiles: [] };
  }
  const rest: string[] = [];
  const savedProfiles: string[] = [];
  // A bracket at the start of a line is a header, or an error, to every reader.
  for (const part of text.split(/^(?=\[)/m)) {
    const [header = "", ...lines] = part.split("\n");
    const name = /^\[([^\]]+)\]\r?$/.exec(header)?.[1];
    const isSaved = name !== undefined &&
      lines.some((line) => line.startsWith(SAVED_PROFILE_MARK)) &&
      lines.every((line) => SAVED_LINE.test(line));
    if (isSaved) savedProfiles.push(name);
    else rest.push(part.trimEnd());
  }
  return { rest: rest.join("\n"), savedProfiles };
}
