// Pure: no I/O.
// Fills in AWS profiles from the profiles that aws-vault's key `include_profile` names.
import { ConfigError } from "../errors.ts";
import { mergeSections } from "./ini_sections.ts";
import { checkProvider, hasAnyKey, providerOf } from "./profile_provider.ts";
import type { ProfileFiles, Profiles, Section } from "./profiles.ts";

/** Keys that only aws-vault reads, and that name no credentials. */
const VAULT_SETTINGS = [
  "mfa_process",
  "session_tags",
  "transitive_session_tags",
  "source_identity",
];

/** Keys that only aws-vault reads, and only from `~/.aws/config`. */
const VAULT_KEYS = [
  ...VAULT_SETTINGS,
  "include_profile",
  "web_identity_token_process",
];

/** Keys that aws-vault includes from other profiles, and that name no credentials. */
const SETTINGS = [
  ...VAULT_SETTINGS,
  "region",
  "mfa_serial",
  "external_id",
  "role_session_name",
  "duration_seconds",
];

/**
 * Keys that name the credentials of a profile, in aws-vault's order: the keys of the first
 * item that a profile and its included profiles have a value for are used.
 */
const SOURCES: readonly (readonly string[])[] = [
  ["source_profile", "role_arn"],
  [
    "sso_session",
    "sso_start_url",
    "sso_region",
    "sso_account_id",
    "sso_role_name",
  ],
  ["web_identity_token_file", "web_identity_token_process", "role_arn"],
  ["credential_process"],
];

/**
 * Returns profiles that are filled in by `include_profile` as in aws-vault: from the
 * profile that the key names, the profile that is included there, and so on, and at last
 * from `default`. Keys that name credentials are filled in only if the AWS CLI finds no
 * credentials in the profile itself. The AWS CLI does not know `include_profile`, so that
 * otherwise another identity than the AWS CLI's could be used.
 *
 * In aws-vault, `default` fills in profiles without `include_profile`, too. Here, such a
 * profile gets only the keys of `default` that the AWS CLI does not know: other keys, such
 * as `region`, would change how a profile works that was not written for aws-vault.
 *
 * As in aws-vault, the keys that only aws-vault reads do not count if they are empty, or in
 * `~/.aws/credentials`.
 */
export function withIncludedProfiles(profiles: Profiles): Profiles {
  let isInDefault: boolean | undefined;
  // Most files have no key of aws-vault, and can have thousands of profiles.
  const isPlain = (name: string) =>
    !(isInDefault ??= hasVaultKey("default", profiles)) &&
    !hasVaultKey(name, profiles);
  return {
    ...profiles,
    files: (name) =>
      isPlain(name) ? profiles.files(name) : fillIn(name, profiles),
    get: (name) => {
      if (isPlain(name)) return profiles.get(name);
      const { config, credentials } = fillIn(name, profiles);
      if (config === undefined) return credentials?.section;
      return mergeSections(config.section, credentials?.section ?? {});
    },
    check: (name) => {
      const included = listIncluded(name, profiles);
      if (included.loop !== undefined) {
        throw new ConfigError(
          `Cannot use the AWS profile '${name}': include_profile forms a loop: ${
            included.loop.join(" -> ")
          }`,
        );
      }
      profiles.check(name);
      // A mistake in `default` must not refuse profiles that include no profile.
      if (configOf(name, profiles).include_profile === undefined) return;
      included.names.forEach((other) => profiles.check(other));
    },
    ownerOf: (name, key) => {
      const has = (other: string) =>
        configOf(other, profiles)[key] !== undefined;
      const isInCredentials = !VAULT_KEYS.includes(key) &&
        profiles.files(name).credentials?.section[key] !== undefined;
      return isInCredentials || has(name)
        ? name
        : listIncluded(name, profiles).names.find(has) ?? name;
    },
  };
}

function hasVaultKey(name: string, profiles: Profiles): boolean {
  const { config, credentials } = profiles.files(name);
  return VAULT_KEYS.some((key) =>
    config?.section[key] !== undefined ||
    credentials?.section[key] !== undefined
  );
}

function fillIn(name: string, profiles: Profiles): ProfileFiles {
  const { config, credentials } = profiles.files(name);
  if (config === undefined && credentials === undefined) {
    return { config, credentials };
  }
  const section = configOf(name, profiles);
  const others = withoutVaultKeys(credentials?.section ?? {});
  const own = mergeSections(section, others);
  const all = listIncluded(name, profiles).names.reduceRight<Section>(
    (below, included) => ({ ...below, ...configOf(included, profiles) }),
    {},
  );
  const added = Object.fromEntries(
    listKeys(name, { ...all, ...own }, profiles).flatMap((key) => {
      const value = all[key];
      return value === undefined || own[key] !== undefined
        ? []
        : [[key, value]];
    }),
  );
  const path = config?.path ?? profiles.files("default").config?.path;
  return {
    config: path === undefined
      ? undefined
      : { path, section: { ...added, ...section } },
    credentials: credentials && { ...credentials, section: others },
  };
}

/** Lists the keys that included profiles fill in. */
function listKeys(
  name: string,
  all: Section,
  profiles: Profiles,
): readonly string[] {
  if (configOf(name, profiles).include_profile === undefined) {
    return VAULT_SETTINGS;
  }
  return hasCredentials(name, profiles)
    ? SETTINGS
    : [...SETTINGS, ...keysOfSource(name, all, profiles)];
}

/** Lists the keys of the source of credentials that aws-vault would use. */
function keysOfSource(
  name: string,
  section: Section,
  profiles: Profiles,
): readonly string[] {
  // A profile that names itself as its source has its own keys. In aws-vault, these keys
  // are in a keychain.
  const isOwnSource = section.source_profile === name &&
    !hasAnyKey(name, profiles);
  return SOURCES.find((keys) =>
    keys.some((key) =>
      key !== "role_arn" && section[key] !== undefined &&
      !(key === "source_profile" && isOwnSource)
    )
  ) ?? [];
}

/** Whether the AWS CLI finds credentials in a profile. */
function hasCredentials(name: string, profiles: Profiles): boolean {
  const { source_profile, credential_source, role_arn } = profiles.get(name) ??
    {};
  switch (providerOf(name, profiles)) {
    case undefined:
      return hasAnyKey(name, profiles); // half of a key pair is an error
    case "token-process":
      return false;
    case "role":
      return source_profile !== undefined || credential_source !== undefined;
    case "web-identity":
      return role_arn !== undefined;
    case "sso":
      return isCompleteSso(name, profiles);
    default:
      return true;
  }
}

function isCompleteSso(name: string, profiles: Profiles): boolean {
  try {
    checkProvider(name, "sso", profiles);
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

/**
 * Lists the profiles that a profile includes, the nearest first. If they form a loop,
 * `loop` is the chain of names up to the name that occurs twice.
 */
function listIncluded(
  name: string,
  profiles: Profiles,
): { readonly names: readonly string[]; readonly loop?: readonly string[] } {
  const names = [name];
  let next = configOf(name, profiles).include_profile;
  while (next !== undefined) {
    if (names.includes(next)) {
      return { names: names.slice(1), loop: [...names, next] };
    }
    names.push(next);
    next = configOf(next, profiles).include_profile;
  }
  if (!names.includes("default")) names.push("default");
  return { names: names.slice(1) };
}

/** Returns a profile of the config file without the empty keys of aws-vault. */
function configOf(name: string, profiles: Profiles): Section {
  const section = profiles.files(name).config?.section ?? {};
  const isEmpty = (key: string) =>
    section[key] === "" && VAULT_KEYS.includes(key);
  return Object.keys(section).some(isEmpty)
    ? Object.fromEntries(
      Object.entries(section).filter(([key]) => !isEmpty(key)),
    )
    : section;
}

function withoutVaultKeys(section: Section): Section {
  return Object.fromEntries(
    Object.entries(section).filter(([key]) => !VAULT_KEYS.includes(key)),
  );
}
