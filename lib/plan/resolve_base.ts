// Pure: no I/O.
import { checkSsoSession } from "../aws/check_sso.ts";
import { checkProvider, providerOf } from "../aws/profile_provider.ts";
import { loadLegacyKeys } from "./boto_key_files.ts";
import type { Base } from "./plan.ts";
import {
  type BaseContext,
  environmentBase,
  machineBase,
  staticBase,
  unknownProfile,
} from "./profile_source.ts";
import { resolveProvider } from "./resolve_provider.ts";
import { gitHubBase, lacksToken, tokenFileRole } from "./web_identity.ts";

/**
 * Decides the source of the base credentials, as the AWS CLI does. The first of these
 * sources that has credentials is used. In this list, "the profile" is the profile that
 * the setting `profile`, `AWS_PROFILE` or `AWS_DEFAULT_PROFILE` names or, if none is set,
 * `default`:
 *
 * 1. access keys in the environment
 * 2. the role of the profile, unless the role needs a web identity token
 * 3. a web identity token: `AWS_WEB_IDENTITY_TOKEN_FILE` or the profile names its file
 * 4. other credentials of the profile: see `providerOf()`
 * 5. access keys in the file that `AWS_CREDENTIAL_FILE` names, or in boto's file
 * 6. if no profile is named: a token of GitHub Actions
 * 7. the credentials of the container or, outside containers, of the EC2 instance
 *
 * If the setting `profile` names the profile, access keys and a web identity token in the
 * environment are ignored.
 *
 * @throws {ConfigError} If the named profile does not exist or cannot be used, if the
 * `sso-session` section that the profile names is incomplete, or if the environment has
 * only one of access key ID and secret access key.
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
  checkSsoSession(name, profiles);
  const usesVariables = profile === undefined || isByVariable;
  if (usesVariables) {
    const base = await environmentBase(env, profile);
    if (base !== undefined) return base;
  }
  const provider = providerOf(name, profiles, {
    ignoresToken: usesVariables && env.AWS_WEB_IDENTITY_TOKEN_FILE === "",
  });
  if (usesVariables && provider !== "role") {
    const base = await tokenFileRole(context, section && name, true);
    if (base !== undefined) return base;
  }
  if (provider !== undefined) {
    return await resolveProvider(name, provider, context);
  }
  profiles.check(name);
  checkProvider(name, undefined, profiles);
  const legacy = await loadLegacyKeys(context);
  if (legacy !== undefined) {
    const { keys, file } = legacy;
    const base = { ...await staticBase(keys), file };
    return profile === undefined
      ? base
      : { ...base, profile, isFromEnvironment: true };
  }
  const token = profile === undefined ? await gitHubBase(env) : undefined;
  if (token !== undefined) {
    return { ...token, ...(section && { profile: name }) };
  }
  return await lastBase(section && name, context);
}

/**
 * Creates the base credentials that are used if no other source has credentials: those of
 * the container or, outside containers, of the EC2 instance.
 */
async function lastBase(
  profile: string | undefined,
  context: BaseContext,
): Promise<Base> {
  const { env } = context;
  const isContainer = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI ||
    env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  const source = isContainer ? "EcsContainer" : "Ec2InstanceMetadata";
  return {
    ...await machineBase(source, profile, context),
    ...(lacksToken(env) && { lacksToken: true as const }),
  };
}
