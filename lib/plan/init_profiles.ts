// Pure: no I/O.
import { usesToken } from "../aws/profile_provider.ts";
import type { Profiles, Section } from "../aws/profiles.ts";
import type { Config } from "../config/config.ts";
import { keyName } from "../settings/names.ts";
import { SETTINGS } from "../settings/settings.ts";
import { type InitDefaults, isValid } from "./init_defaults.ts";
import {
  findRoleName,
  listRoleNames,
  lookUpIfUsable,
  type LookUpInput,
} from "./look_up_role.ts";
import { sessionProfile } from "./profile_kind.ts";
import { PROFILE_KEYS } from "./profile_settings.ts";

/** Entry of `roles` in `assume-role.yaml` that is made from an AWS profile with a role. */
export interface InitRole {
  readonly name: string;
  /** Keys and values of the entry, in the order in which `assume-role.yaml` has them. */
  readonly keys: readonly (readonly [key: string, value: string])[];
}

/** AWS profile that yields a session without an entry of `roles`. */
export interface InitProfile {
  readonly name: string;
  /** Option that gets the profile's session. */
  readonly option: "role" | "profile";
  /** ARN of the role or, if the ARN is unknown, name of the provider. */
  readonly content: string;
}

/** AWS profiles that yield a session, for a first `assume-role.yaml`. */
export interface InitProfiles {
  /** Profiles that need an entry of `roles`, so that `--role` accepts their names. */
  readonly roles: readonly InitRole[];
  /** Profiles that need no entry. */
  readonly profiles: readonly InitProfile[];
}

/**
 * Whether the base credentials are a ready-made session of a sign-in. If so, `role_prefix`
 * would do harm: `--role` refuses the name of such a profile if `role_prefix` is set,
 * because the role of the profile is not known offline.
 */
export function isSignIn(
  { profile = "default" }: InitDefaults,
  profiles: Profiles,
): boolean {
  const found = sessionProfile(profile, profiles);
  return found?.kind === "session" && found.provider !== "credential_process";
}

/**
 * Decides which AWS profiles need an entry of `roles` in a new `assume-role.yaml`.
 *
 * @param rolePrefix the key `role_prefix` of the new file, if any
 */
export function findInitProfiles(
  { profiles, configs }: Pick<LookUpInput, "profiles" | "configs">,
  rolePrefix: string | undefined,
  defaults: InitDefaults,
): InitProfiles {
  const config: Config = {
    owner: "project",
    path: "assume-role.yaml",
    values: rolePrefix === undefined ? {} : { rolePrefix },
    roles: new Map(),
    locate: () => ({ line: 1, column: 1 }),
  };
  const input: LookUpInput = {
    options: {},
    variables: {},
    configs: [config, ...configs],
    profiles,
  };
  const roles: InitRole[] = [];
  const found: InitProfile[] = [];
  for (const { name, file } of listRoleNames(input)) {
    if (file !== undefined || name.startsWith("arn:")) continue;
    const isByRole = !name.startsWith("-") &&
      lookUpIfUsable(name, input) !== undefined;
    const entries = isByRole ? [] : toEntries(name, profiles, defaults);
    roles.push(...entries);
    // If a file names a role, `--profile` only names the base credentials of that role.
    const isByProfile = findRoleName(input) === undefined;
    if (entries.length > 0 || !isByRole && !isByProfile) continue;
    const session = sessionProfile(name, profiles)!;
    const provider = session.kind === "session" ? session.provider : "";
    found.push({
      name,
      option: isByRole ? "role" : "profile",
      content: session.roleArn ?? provider,
    });
  }
  return { roles, profiles: found };
}

function toEntries(
  name: string,
  profiles: Profiles,
  defaults: InitDefaults,
): readonly InitRole[] {
  // assume-role.yaml has no keys for web identity tokens.
  if (usesToken(name, profiles)) return [];
  return toInitRole(name, profiles.get(name) ?? {}, defaults);
}

/**
 * Makes an entry of `roles` from an AWS profile. The entry has no key `profile` or
 * `region` if the top level of `assume-role.yaml` has this key with the same value.
 */
function toInitRole(
  name: string,
  section: Section,
  { profile, region }: InitDefaults,
): readonly InitRole[] {
  const { role_arn, credential_source } = section;
  if (role_arn === undefined || !isValid("roleArn", role_arn)) return [];
  // assume-role.yaml has no key for `credential_source`.
  if (credential_source) return [];
  if (name.startsWith("-")) return [];
  const keys = PROFILE_KEYS.flatMap(([key, setting]) => {
    const value = section[key];
    const isOmitted = value === undefined || !isValid(setting, value) ||
      setting === "profile" && value === profile ||
      setting === "region" && value === region ||
      // A project's file must not name programs.
      SETTINGS[setting].key?.userFileOnly === true;
    return isOmitted ? [] : [[keyName(setting), value] as const];
  });
  return [{ name, keys }];
}
