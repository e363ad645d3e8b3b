// Pure: no I/O.
import {
  isIdentityKey,
  type ProfileFiles,
  type Section,
} from "../aws/profiles.ts";
import { SAVED_PROFILE_MARK } from "../aws/separate_saved_profiles.ts";

/** The state of the profile in which a session is to be saved. */
export interface SaveTarget {
  /**
   * Whether a profile that assume-role did not write has the name. Such a profile must
   * not be overwritten.
   */
  readonly isTaken?: true;
  /** The values of the saved profile; absent if the profile is missing. */
  readonly found?: Section;
}

/** Returns the state of a profile in which a session is to be saved. */
export function saveTargetOf(
  { config, credentials }: ProfileFiles,
): SaveTarget {
  const found = credentials?.section ?? {};
  const isSaved = found[SAVED_PROFILE_MARK] !== undefined;
  const isTaken = !isSaved && Object.keys(found).length > 0 ||
    Object.keys({ ...config?.section, ...found }).some((key) =>
      isIdentityKey(key) && !(isSaved && isSavedKey(key))
    );
  return { ...(isTaken && { isTaken }), ...(isSaved && { found }) };
}

/** Whether an identity key is one that assume-role writes into saved profiles. */
function isSavedKey(key: string): boolean {
  return /^aws_(?:access_key_id|secret_access_key|session_token)$/.test(key);
}
