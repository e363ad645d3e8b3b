// Pure: no I/O.
import type { RoleArn } from "../aws/arn.ts";
import {
  isIdentityKey,
  type ProfileFiles,
  type Section,
} from "../aws/profiles.ts";
import type { SettingLayers } from "./setting_resolver.ts";
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

/** A prefix of the names of saved profiles, and where the prefix comes from. */
export interface NamePrefix {
  readonly text: string;
  /** Whether a project's `assume-role.yaml` gives the prefix. */
  readonly isPrefixFromProject: boolean;
  /** Whether a project's `assume-role.yaml` gives the role. */
  readonly isRoleFromProject: boolean;
}

/**
 * Returns the reason why a prefix must not name the profile of a role; `undefined` if
 * the prefix may. Other programs take the name for the profile of another account or role.
 */
export function refusePrefix(
  { text, isPrefixFromProject, isRoleFromProject }: NamePrefix,
  { arn, accountId, roleName }: RoleArn,
  { config, credentials }: ProfileFiles,
  { configs }: Pick<SettingLayers, "configs">,
): string | undefined {
  const [, account, rest] = /^(\d{12})(-.*)?$/.exec(text) ?? [];
  if (account !== undefined && account !== accountId) {
    return `profile_name_prefix is the id of another account than ${accountId}`;
  }
  if (!isPrefixFromProject || text === accountId) return undefined;
  const owner = credentials?.section[SAVED_PROFILE_MARK];
  const user = configs.find(({ owner }) => owner === "user");
  const name = `${text}-${roleName}`;
  const entry = user?.roles.get(name);
  const ownArn = entry?.roleArn ?? `${user?.values.rolePrefix ?? ""}${name}`;
  const fault = rest !== undefined
    ? "start with an account id and '-'"
    : config !== undefined
    ? "give the name of a profile of ~/.aws/config"
    : entry !== undefined && ownArn !== arn
    ? `give the name of your role '${name}'`
    : isRoleFromProject && text === user?.values.profileNamePrefix
    ? "be your own profile_name_prefix"
    : owner !== undefined && owner !== arn
    ? `give the name of the profile of ${owner}`
    : undefined;
  return fault && `the profile_name_prefix of a project must not ${fault}`;
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
