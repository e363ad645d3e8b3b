// Pure: no I/O.
// Makes base credentials from an AWS profile. If the profile has a role, follows
// `source_profile` to the credentials that assume the role.
import { checkSsoSession } from "../aws/check_sso.ts";
import {
  checkProvider,
  hasAnyKey,
  type Provider,
  providerOf,
  readKeys,
} from "../aws/profile_provider.ts";
import type { Section } from "../aws/profiles.ts";
import { ConfigError } from "../errors.ts";
import { checkChainLength } from "./chain_length.ts";
import type { Base } from "./plan.ts";
import { profileRoleBase } from "./profile_role.ts";
import {
  type BaseContext,
  environmentBase,
  machineBase,
  profileBase,
  staticBase,
  unknownProfile,
} from "./profile_source.ts";
import { tokenFileBase, tokenProcessBase } from "./token_file.ts";
import { tokenFileRole, tokenProcessRole } from "./web_identity.ts";

/**
 * Creates the base credentials that a profile supplies through the given credential
 * provider.
 *
 * @param visited profiles whose `source_profile` led to this profile, to detect loops
 * @throws {ConfigError} If the profile cannot be used.
 */
export async function resolveProvider(
  name: string,
  provider: Provider | undefined,
  context: BaseContext,
  visited: readonly string[] = [],
): Promise<Base> {
  const { profiles } = context;
  profiles.check(name);
  checkProvider(name, provider, profiles);
  switch (provider) {
    case "role":
      return await resolveProfileRole(name, context, visited);
    case "web-identity":
      return (await tokenFileRole(context, name, false))!;
    case "token-process":
      return await tokenProcessRole(context, name);
    case "credentials":
    case "config":
      return await staticBase(readKeys(name, provider, profiles), name);
    case undefined:
      throw new ConfigError(
        `Cannot use the AWS profile '${
          visited.at(-1)
        }': its source_profile '${name}' has no credentials`,
        {
          hint:
            `add access keys, or a credential_process that prints access keys, to the profile '${name}'`,
        },
      );
    default:
      return await profileBase(name, provider, context);
  }
}

async function resolveProfileRole(
  name: string,
  context: BaseContext,
  visited: readonly string[],
): Promise<Base> {
  const base = await resolveProfileSource(name, context, visited);
  return await profileRoleBase(name, base, context);
}

/**
 * Decides, by the rules of botocore, the credentials that a profile's role is assumed
 * with. These are the credentials of the source profile, a web identity token, or the
 * credentials that `credential_source` names: those of the environment, the container or
 * the EC2 instance.
 *
 * @throws {ConfigError} If the profile names no credentials for its role, or these
 * credentials cannot be used.
 */
export async function resolveProfileSource(
  name: string,
  context: BaseContext,
  visited: readonly string[] = [],
): Promise<Base> {
  const { env, profiles, readText } = context;
  const section = profiles.get(name)!;
  const { source_profile: source, credential_source } = section;
  const provider = providerOf(name, profiles);
  profiles.check(name);
  checkProvider(name, provider, profiles);
  // The AWS CLI checks only the section of the first profile.
  if (visited.length === 0) checkSsoSession(name, profiles);
  if (provider === "web-identity") {
    const path = section.web_identity_token_file!;
    return await tokenFileBase({ kind: "file", path, profile: name }, readText);
  }
  if (provider === "token-process") {
    return await tokenProcessBase(name, context);
  }
  if (source === undefined) {
    if (
      credential_source === "EcsContainer" ||
      credential_source === "Ec2InstanceMetadata"
    ) {
      const base = await machineBase(
        credential_source,
        name,
        context,
        visited[0],
      );
      return { ...base, isNamed: true };
    }
    const base = credential_source === "Environment"
      ? await environmentBase(env)
      : undefined;
    if (base === undefined) throw noSource(name, section);
    return base;
  }
  if (credential_source !== undefined) {
    throw new ConfigError(
      `Cannot use the AWS profile '${name}': the profile has both source_profile and credential_source`,
      { hint: "remove one of the two keys" },
    );
  }
  if (profiles.get(source) === undefined) {
    throw unknownProfile(source, profiles, name);
  }
  const chain = [...visited, name];
  // A profile with keys and a role can be its own source: its keys assume its role.
  const isOwnSource = source === name && hasAnyKey(name, profiles);
  if (chain.includes(source) && !isOwnSource) {
    throw new ConfigError(
      `Cannot use the AWS profile '${chain[0]}': source_profile forms a loop: ${
        [...chain, source].join(" -> ")
      }`,
    );
  }
  checkChainLength(chain);
  const sourceProvider = providerOf(source, profiles, { isSource: true });
  return await resolveProvider(source, sourceProvider, context, chain);
}

function noSource(
  name: string,
  { credential_source }: Section,
): ConfigError {
  return credential_source === undefined
    ? new ConfigError(
      `Cannot use the AWS profile '${name}': the profile has role_arn, but no source_profile, credential_source or web_identity_token_file`,
      { hint: "add 'source_profile = <base profile>' to the profile" },
    )
    : new ConfigError(
      `Cannot use the AWS profile '${name}': credential_source is ${credential_source}, but ${
        credential_source === "Environment"
          ? "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set"
          : "must be Environment, Ec2InstanceMetadata or EcsContainer"
      }`,
    );
}
