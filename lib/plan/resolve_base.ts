// Pure: no I/O.
import {
  isIdentityKey,
  type Section,
  sourceProfiles,
} from "../aws/profiles.ts";
import { sha256 } from "../settings/sha256.ts";
import { resolveBasePermissions } from "./base_permissions.ts";
import { oldFileKeys } from "./legacy_key_files.ts";
import type { Base } from "./plan.ts";
import {
  ambient,
  type BaseContext,
  closure,
  environmentCredentials,
  providedBase,
  roleOfProfile,
  staticBase,
  staticCredentials,
  unknownProfile,
} from "./profile_source.ts";
import { lacksToken, webIdentityBase } from "./web_identity.ts";

/**
 * Decides what supplies the base credentials, as the AWS CLI does. A profile that
 * our own settings name is used and nothing else. Otherwise the order is: keys in
 * the environment, the role of the profile that AWS's variables name or of
 * `default`, a web identity token in the environment, the rest of that profile,
 * a token of GitHub Actions, and what the SDK finds.
 *
 * @throws {ConfigError} If the named profile does not exist or must not be used,
 * or the environment has half of a pair of keys
 */
export async function resolveBase(
  profile: string | undefined,
  context: BaseContext,
): Promise<Base> {
  const { env, profiles, isByVariable = false } = context;
  const name = profile ?? "default";
  const section = profiles.get(name);
  if (section === undefined && profile !== undefined) {
    throw unknownProfile(profile, profiles.names());
  }
  if (profile === undefined || isByVariable) {
    const fromEnv = environmentCredentials(env);
    if (fromEnv !== undefined) {
      const base = await staticBase(fromEnv, profile);
      return profile === undefined ? base : { ...base, isOfEnvironment: true };
    }
    const hasRole = section?.role_arn && !section.web_identity_token_file;
    if (env.AWS_WEB_IDENTITY_TOKEN_FILE && !hasRole) {
      const base = await webIdentityBase(context, section && name);
      if (base !== undefined) return base;
    }
  }
  sourceProfiles(name, profiles).forEach((step) => profiles.check(step.name));
  const credentials = section && staticCredentials(section);
  if (credentials) return await staticBase(credentials, name);
  if (section?.role_arn && section.source_profile) {
    return await roleOfProfile(name, context);
  }
  if (profile === undefined && !hasIdentity(section)) {
    const keys = await oldFileKeys(context);
    if (keys !== undefined) return await staticBase(keys);
    const base = await webIdentityBase(context, section && name);
    if (base !== undefined) return base;
  }
  const permissions = resolveBasePermissions(profile, context);
  const lacks = lacksToken(env) && { lacksToken: true as const };
  if (section === undefined) {
    const fingerprint = await sha256([ambient(env)]);
    return { kind: "chain", permissions, fingerprint, ...lacks };
  }
  if (profile !== undefined) return await providedBase(profile, context);
  // Where the profile `default` gives none, the SDK's chain goes on to these.
  const chain = [...closure(name, env, profiles), ambient(env)];
  const fingerprint = await sha256(chain);
  return { kind: "chain", profile: name, permissions, fingerprint, ...lacks };
}

function hasIdentity(section: Section | undefined): boolean {
  return Object.keys(section ?? {}).some(isIdentityKey);
}
