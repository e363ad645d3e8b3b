// Pure: no I/O.
// Fills in AWS profiles from the profiles that aws-vault's key `include_profile` names.
import { ConfigError } from "../errors.ts";
import { mergeSections } from "./ini_sections.ts";
import { checkProvider, hasAnyKey, providerOf } from "./profile_provider.ts";
import type { ProfileFiles, Profiles, Section } from "./profiles.ts";

/** Keys that only aws-vault reads, and only from `~/.aws/config`. */
const VAULT_KEYS =
  /^(?:include_profile|mfa_process|web_identity_token_process|session_tags|transitive_session_tags|source_identity)$/;

/** Keys that aws-vault includes from other profiles, and that name no credentials. */
const SETTINGS = [
  "region",
  "mfa_serial",
  "mfa_process",
  "external_id",
  "role_session_name",
  "duration_seconds",
  "session_tags",
  "transitive_session_tags",
  "source_identity",
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
 * The keys that only aws-vault reads are left out of `~/.aws/credentials`.
 */
export function withIncludedProfiles(profiles: Profiles): Profiles {
  const files = (name: string) => fillIn(name, profiles);
  return {
    ...profiles,
    files,
    get: (name) => {
      const { config, credentials } = files(name);
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
      [name, ...included.names].forEach((name) => profiles.check(name));
    },
    ownerOf: (name, key) =>
      profiles.get(name)?.[key] !== undefined
        ? name
        : listIncluded(name, profiles).names.find((other) =>
          configOf(other, profiles)[key] !== undefined
        ) ?? name,
  };
}

function fillIn(name: string, profiles: Profiles): ProfileFiles {
  const { config, credentials } = profiles.files(name);
  const own = {
    config,
    credentials: credentials && {
      ...credentials,
      section: withoutVaultKeys(credentials.section),
    },
  };
  if (config?.section.include_profile === undefined) return own;
  const merged = mergeSections(config.section, own.credentials?.section ?? {});
  const included = listIncluded(name, profiles).names.map((other) =>
    configOf(other, profiles)
  );
  const all = included.reduceRight<Section>(
    (below, section) => ({ ...below, ...section }),
    {},
  );
  const keys = hasCredentials(name, profiles)
    ? SETTINGS
    : [...SETTINGS, ...keysOfSource(name, { ...all, ...merged }, profiles)];
  const added = Object.fromEntries(
    keys.flatMap((key) => {
      const value = all[key];
      return value === undefined || merged[key] !== undefined
        ? []
        : [[key, value]];
    }),
  );
  return {
    ...own,
    config: { ...config, section: { ...added, ...config.section } },
  };
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
  if (next === undefined) return { names: [] };
  while (next) {
    if (names.includes(next)) {
      return { names: names.slice(1), loop: [...names, next] };
    }
    names.push(next);
    next = configOf(next, profiles).include_profile;
  }
  if (!names.includes("default")) names.push("default");
  return { names: names.slice(1) };
}

function configOf(name: string, profiles: Profiles): Section {
  return profiles.files(name).config?.section ?? {};
}

function withoutVaultKeys(section: Section): Section {
  return Object.fromEntries(
    Object.entries(section).filter(([key]) => !VAULT_KEYS.test(key)),
  );
}
