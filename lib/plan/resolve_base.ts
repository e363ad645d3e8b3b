// Pure: no I/O.
import {
  isIdentityKey,
  type Section,
  sourceProfiles,
} from "../aws/profiles.ts";
import { sha256 } from "../settings/sha256.ts";
import { resolveBasePermissions } from "./base_permissions.ts";
import { loadLegacyKeys } from "./boto_key_files.ts";
import type { Base } from "./plan.ts";
import {
  type BaseContext,
  environmentIdentity,
  profileBase,
  profileIdentity,
  readEnvironmentCredentials,
  readStaticCredentials,
  resolveProfileRole,
  staticBase,
  unknownProfile,
} from "./profile_source.ts";
import { lacksToken, webIdentityBase } from "./web_identity.ts";

/**
 * Decides the source of the base credentials, as the AWS CLI does. If the setting
 * `profile` names a profile, only that profile is used. Otherwise the first of these
 * sources counts. In this list, "the profile" is the profile that `AWS_PROFILE` or
 * `AWS_DEFAULT_PROFILE` names or, if neither is set, `default`:
 *
 * 1. keys in the environment
 * 2. the role of the profile, unless the role needs a web identity token
 * 3. the web identity token of `AWS_WEB_IDENTITY_TOKEN_FILE`
 * 4. other credentials of the profile
 * 5. if no profile is named: keys of the file that `AWS_CREDENTIAL_FILE` or `BOTO_CONFIG`
 *    names, then a token of GitHub Actions
 * 6. if no profile is named: the default chain of the AWS SDK
 *
 * @throws {ConfigError} If the named profile does not exist or cannot be used, or if the
 * environment has only one of access key ID and secret access key.
 */
export async function resolveBase(
  profile: string | undefined,
  context: BaseContext,
): Promise<Base> {
  const { env, profiles, isByVariable = false } = context;
  const name = profile ?? "default";
  const section = profiles.get(name);
  if (section === undefined && profile !== undefined) {
    throw unknownProfile(profile, profiles);
  }
  if (profile === undefined || isByVariable) {
    const keys = readEnvironmentCredentials(env);
    if (keys !== undefined) {
      const base = await staticBase(keys, profile);
      return profile === undefined
        ? base
        : { ...base, isFromEnvironment: true };
    }
    const hasRole = section?.role_arn && !section.web_identity_token_file;
    if (env.AWS_WEB_IDENTITY_TOKEN_FILE && !hasRole) {
      const base = await webIdentityBase(context, section && name);
      if (base !== undefined) return base;
    }
  }
  sourceProfiles(name, profiles).forEach((step) => profiles.check(step.name));
  const credentials = section && readStaticCredentials(section);
  if (credentials) return await staticBase(credentials, name);
  if (section?.role_arn && section.source_profile) {
    return await resolveProfileRole(name, context);
  }
  if (profile === undefined && !hasIdentity(section)) {
    const keys = await loadLegacyKeys(context);
    if (keys !== undefined) return await staticBase(keys);
    const base = await webIdentityBase(context, section && name);
    if (base !== undefined) return base;
  }
  const permissions = resolveBasePermissions(profile, context);
  const tokenFlag = lacksToken(env) && { lacksToken: true as const };
  if (section === undefined) {
    const fingerprint = await sha256([environmentIdentity(env)]);
    return { kind: "chain", permissions, fingerprint, ...tokenFlag };
  }
  if (profile !== undefined) return await profileBase(profile, context);
  // If the profile `default` has no credentials, the SDK uses variables such as
  // AWS_CONTAINER_CREDENTIALS_FULL_URI, so the fingerprint includes the variables.
  const identity = [
    ...profileIdentity(name, env, profiles),
    environmentIdentity(env),
  ];
  const fingerprint = await sha256(identity);
  return {
    kind: "chain",
    profile: name,
    permissions,
    fingerprint,
    ...tokenFlag,
  };
}

function hasIdentity(section: Section | undefined): boolean {
  return Object.keys(section ?? {}).some(isIdentityKey);
}
