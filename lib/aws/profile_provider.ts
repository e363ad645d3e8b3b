// Pure: no I/O.
// Decides by the AWS CLI's rules which keys of an AWS profile give the profile's
// credentials, for example `role_arn`, `sso_*` or `credential_process`.
import { ConfigError } from "../errors.ts";
import type { SigningCredentials } from "./credentials.ts";
import { mergeSections } from "./ini_sections.ts";
import {
  isIdentityKey,
  type ProfileFiles,
  type Profiles,
  type Section,
} from "./profiles.ts";

/** A credential provider: the kind of keys that give a profile's credentials. */
export type Provider =
  /** Role that is assumed with the credentials of `source_profile` or `credential_source`. */
  | "role"
  /** Role that is assumed with the token of `web_identity_token_file`. */
  | "web-identity"
  /** Role that is assumed with the token that `web_identity_token_process` prints. */
  | "token-process"
  /** Session of IAM Identity Center. */
  | "sso"
  /** Access key in `~/.aws/credentials`. */
  | "credentials"
  | "login"
  | "process"
  /** Access key in `~/.aws/config`. */
  | "config";

/** Patterns of the keys in a profile that belong to each credential provider. */
const OWN_KEYS: Readonly<Record<Provider, RegExp>> = {
  "role": /^(?:role_arn|source_profile|credential_source)$/,
  "web-identity": /^(?:role_arn|web_identity_token_file)$/,
  "token-process": /^(?:role_arn|web_identity_token_process)$/,
  "sso": /^sso_/,
  "credentials": /^aws_/,
  "login": /^login_session$/,
  "process": /^credential_process$/,
  "config": /^aws_/,
};

/** Keys of a profile with a role; a key that is present must not be empty. */
const ROLE_KEYS = [
  "role_arn",
  "source_profile",
  "credential_source",
  "external_id",
  "mfa_serial",
  "role_session_name",
];

const SSO_KEYS = [
  "sso_role_name",
  "sso_account_id",
  "sso_start_url",
  "sso_region",
];

/** Options of {@linkcode providerOf}. */
export interface ProviderOptions {
  /**
   * Whether the profile is the `source_profile` of a role. If so, access keys in the
   * profile take precedence over `role_arn` in the profile.
   */
  readonly isSource?: boolean;
  /** Whether to ignore `web_identity_token_file`, as if its value were empty. */
  readonly ignoresToken?: boolean;
}

/**
 * Decides which keys of a profile give the profile's credentials. The order of the checks
 * is botocore's order; the AWS SDK for JavaScript has a different order. As in botocore, a
 * key with an empty value can decide, too: an empty `role_arn` selects `role`. The
 * provider `token-process`, which only aws-vault has, is used only if the AWS CLI finds no
 * credentials for the role.
 *
 * @returns `undefined` if the profile has no credentials
 */
export function providerOf(
  name: string,
  profiles: Profiles,
  { isSource = false, ignoresToken = false }: ProviderOptions = {},
): Provider | undefined {
  const files = profiles.files(name);
  const merged = mergeFiles(files);
  const has = (key: string) => merged[key] !== undefined;
  if (
    has("role_arn") && !has("web_identity_token_file") &&
    !(isSource && hasAnyKey(name, profiles))
  ) return isRoleOfTokenProcess(merged) ? "token-process" : "role";
  if (merged.web_identity_token_file && !ignoresToken) return "web-identity";
  if (has("sso_role_name") || has("sso_account_id")) return "sso";
  if (hasKeyId(files.credentials)) return "credentials";
  if (has("login_session")) return "login";
  if (has("credential_process")) return "process";
  return hasKeyId(files.config) ? "config" : undefined;
}

function isRoleOfTokenProcess(
  { source_profile, credential_source, web_identity_token_process }: Section,
): boolean {
  return source_profile === undefined && credential_source === undefined &&
    !!web_identity_token_process;
}

/** Whether the role of a profile is assumed with a web identity token. */
export function usesToken(name: string, profiles: Profiles): boolean {
  const provider = providerOf(name, profiles);
  return provider === "web-identity" || provider === "token-process";
}

/** Whether a profile has an access key ID, a secret access key or both. */
export function hasAnyKey(name: string, profiles: Profiles): boolean {
  const merged = mergeFiles(profiles.files(name));
  return merged.aws_access_key_id !== undefined ||
    merged.aws_secret_access_key !== undefined;
}

/**
 * Reads a profile's access key from one of AWS's two files. As in the AWS CLI, an access
 * key ID in one file is never combined with a secret access key in the other file.
 *
 * @throws {ConfigError} If the access key ID or the secret access key is missing or empty.
 */
export function readKeys(
  name: string,
  file: "credentials" | "config",
  profiles: Profiles,
): SigningCredentials {
  const { path, section } = profiles.files(name)[file]!;
  const { aws_access_key_id, aws_secret_access_key } = section;
  if (!aws_access_key_id || !aws_secret_access_key) {
    throw halfPair(name, path, section);
  }
  const sessionToken = section.aws_security_token ?? section.aws_session_token;
  return {
    accessKeyId: aws_access_key_id,
    secretAccessKey: aws_secret_access_key,
    ...(sessionToken && { sessionToken }),
  };
}

/**
 * Checks that a profile has the values that the profile's credential provider needs.
 *
 * @throws {ConfigError} If a value is missing or empty. The AWS CLI refuses such a profile,
 * too.
 */
export function checkProvider(
  name: string,
  provider: Provider | undefined,
  profiles: Profiles,
): void {
  const files = profiles.files(name);
  const merged = mergeFiles(files);
  if (provider === "sso") return checkSso(name, merged, profiles);
  const required = provider === "role" ? ROLE_KEYS : Object.keys(merged)
    .filter((key) => provider !== undefined && OWN_KEYS[provider].test(key));
  const empty = required.find((key) => merged[key] === "");
  if (empty !== undefined && !empty.startsWith("aws_")) {
    throw new ConfigError(
      `Cannot use the AWS profile '${name}': ${empty} is empty`,
      { hint: `give ${empty} a value, or remove the key` },
    );
  }
  if (provider === undefined && merged.web_identity_token_process) {
    throw new ConfigError(
      `Cannot use the AWS profile '${name}': the profile has web_identity_token_process, but no role_arn`,
    );
  }
  const half = [files.credentials, files.config].find((file) =>
    file?.section.aws_secret_access_key !== undefined
  );
  if (provider === undefined && half !== undefined) {
    throw halfPair(name, half.path, half.section);
  }
}

/**
 * Removes the keys that belong only to other credential providers, so that the AWS SDK uses
 * the given credential provider.
 */
export function keepProvider(
  section: Section,
  provider: Provider | undefined,
): Section {
  return Object.fromEntries(
    Object.entries(section).filter(([key]) =>
      provider !== undefined && OWN_KEYS[provider].test(key) ||
      !isIdentityKey(key) ||
      !Object.values(OWN_KEYS).some((pattern) => pattern.test(key))
    ),
  );
}

/**
 * Merges a profile's keys of the two files. If a key is in both files, the value in the
 * credentials file is used, even if that value is empty, as in botocore.
 */
function mergeFiles({ config, credentials }: ProfileFiles): Section {
  return mergeSections(config?.section ?? {}, credentials?.section ?? {});
}

function hasKeyId(file: ProfileFiles["config"]): boolean {
  return file?.section.aws_access_key_id !== undefined;
}

function halfPair(name: string, path: string, section: Section): ConfigError {
  const [has, lacks] = section.aws_access_key_id
    ? ["aws_access_key_id", "aws_secret_access_key"]
    : ["aws_secret_access_key", "aws_access_key_id"];
  return new ConfigError(
    section[has]
      ? `Cannot use the AWS profile '${name}': ${path} has ${has}, but no ${lacks}`
      : `Cannot use the AWS profile '${name}': ${path} has no value for its keys`,
    {
      hint: `write both keys of '${name}' into ${path}, or remove both`,
    },
  );
}

function checkSso(name: string, profile: Section, profiles: Profiles): void {
  const refuse = (reason: string, hint: string): never => {
    throw new ConfigError(
      `Cannot use the AWS profile '${name}' with IAM Identity Center: ${reason}`,
      { hint },
    );
  };
  const { sso_session } = profile;
  const session = sso_session === undefined
    ? {}
    : profiles.section("sso-session", sso_session) ??
      refuse(
        `the section [sso-session ${sso_session}] does not exist`,
        "correct sso_session, or add the section to ~/.aws/config",
      );
  for (const [key, value] of Object.entries(session)) {
    if ((profile[key] ?? value) === value) continue;
    refuse(
      `${key} differs from [sso-session ${sso_session}]`,
      `remove ${key} from the profile`,
    );
  }
  const values: Section = { ...profile, ...session };
  const missing = SSO_KEYS.filter((key) => !values[key]);
  if (missing.length > 0) {
    refuse(
      `the profile has no ${missing.join(", ")}`,
      "run 'aws configure sso' to complete the profile",
    );
  }
}
