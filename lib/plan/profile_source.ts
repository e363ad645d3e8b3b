// Pure: no I/O.
import {
  isIdentityKey,
  type Profiles,
  type Section,
  sourceProfiles,
  ssoSession,
} from "../aws/profiles.ts";
import { ConfigError } from "../errors.ts";
import { suggest } from "../settings/suggest.ts";
import { sha256 } from "../settings/sha256.ts";
import {
  type PermissionContext,
  resolveBasePermissions,
} from "./base_permissions.ts";
import { roleBase } from "./cache_key.ts";
import type { Base, SigningCredentials } from "./plan.ts";
import { type CommonPlan, profileRolePlan } from "./profile_role.ts";
import type { ReadText } from "./request.ts";
import { tokenFileBase } from "./token_file.ts";

type Env = Readonly<Record<string, string>>;

/** What the choice of base credentials depends on beside the profile. */
export interface BaseContext {
  readonly env: Env;
  readonly profiles: Profiles;
  readonly home: string | undefined;
  readonly readText: ReadText;
  /** The role that they are for, where they are for one. */
  readonly roleArn: string | undefined;
  /** What the roles on the way to it have in common with it. */
  readonly common: CommonPlan;
  /** Whether AWS's variables name the profile, and no setting of ours. */
  readonly isByVariable?: boolean;
}

// The variables that do so where no profile and no keys are given.
const IDENTITY_VARIABLES = [
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

/** The keys of the environment. */
export function environmentCredentials(
  env: Env,
): SigningCredentials | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = env;
  if (!AWS_ACCESS_KEY_ID && !AWS_SECRET_ACCESS_KEY) return undefined;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    const [set, unset] = AWS_ACCESS_KEY_ID
      ? ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
      : ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"];
    throw new ConfigError(
      `Cannot use the base credentials of the environment: ${set} is set, but ${unset} is not`,
    );
  }
  // Both names of the token, and their order, are those of botocore.
  const sessionToken = env.AWS_SECURITY_TOKEN || env.AWS_SESSION_TOKEN;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(sessionToken && { sessionToken }),
  };
}

/**
 * The role that a profile stands for by `role_arn` and `source_profile`, by the
 * rules of the AWS SDKs ("Assume role credential provider", AWS SDKs and Tools
 * Reference Guide).
 */
export async function roleOfProfile(
  name: string,
  context: BaseContext,
  visited: readonly string[] = [],
): Promise<Base> {
  const { env, profiles, common } = context;
  const section = profiles.get(name)!;
  const base = await sourceOfProfile(name, context, visited);
  const plan = await profileRolePlan(
    name,
    section,
    base,
    env,
    profiles,
    common,
  );
  return await roleBase(plan, name);
}

/**
 * Decides what the role of a profile is assumed with: the profile that it names
 * as its source, a web identity token, or the keys of the environment.
 *
 * @throws {ConfigError} If the profile names no source that can be used
 */
export async function sourceOfProfile(
  name: string,
  context: BaseContext,
  visited: readonly string[] = [],
): Promise<Base> {
  const { env, profiles, readText } = context;
  const section = profiles.get(name)!;
  const chain = [...visited, name];
  const source = section.source_profile;
  if (!source) {
    if (section.web_identity_token_file) {
      const path = section.web_identity_token_file;
      return await tokenFileBase(
        { kind: "file", path, profile: name },
        readText,
      );
    }
    if (section.credential_source === "Environment") {
      const keys = environmentCredentials(env);
      if (keys !== undefined) return await staticBase(keys);
    }
    throw noSource(name, section);
  }
  const sourceSection = profiles.get(source);
  if (sourceSection === undefined) {
    throw unknownProfile(source, profiles.names(), name);
  }
  // A profile may be its own source, and keys win over a role further back.
  const keys = staticCredentials({ ...sourceSection, role_arn: undefined });
  if (keys !== undefined) return await staticBase(keys, source);
  if (chain.includes(source)) {
    throw new ConfigError(
      `Cannot use the AWS profile '${
        chain[0]
      }': its source_profile leads in a circle: ${
        [...chain, source].join(" -> ")
      }`,
    );
  }
  if (sourceSection.role_arn && sourceSection.source_profile) {
    return await roleOfProfile(source, context, chain);
  }
  return await providedBase(source, context);
}

/** The base credentials that a profile gives, as the AWS SDK finds them. */
export async function providedBase(
  profile: string,
  context: PermissionContext,
): Promise<Extract<Base, { readonly kind: "profile" }>> {
  const { env, profiles } = context;
  return {
    kind: "profile",
    profile,
    permissions: resolveBasePermissions(profile, context),
    fingerprint: await sha256(closure(profile, env, profiles)),
  };
}

function noSource(name: string, { credential_source }: Section): ConfigError {
  return credential_source === undefined
    ? new ConfigError(
      `Cannot use the AWS profile '${name}': it has role_arn, but neither source_profile, credential_source nor web_identity_token_file`,
      { hint: `add 'source_profile = <profile with credentials>' to it` },
    )
    : new ConfigError(
      `Cannot use the AWS profile '${name}': its credential_source is ${credential_source}, but ${
        credential_source === "Environment"
          ? "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set"
          : "that is none of Environment, Ec2InstanceMetadata and EcsContainer"
      }`,
    );
}

export function staticCredentials(
  section: Readonly<Record<string, string | undefined>>,
): SigningCredentials | undefined {
  const { aws_access_key_id, aws_secret_access_key } = section;
  if (!aws_access_key_id || !aws_secret_access_key) return undefined;
  if (section.role_arn !== undefined) return undefined;
  const sessionToken = section.aws_security_token ?? section.aws_session_token;
  return {
    accessKeyId: aws_access_key_id,
    secretAccessKey: aws_secret_access_key,
    ...(sessionToken && { sessionToken }),
  };
}

export async function staticBase(
  credentials: SigningCredentials,
  profile?: string,
): Promise<Base & { readonly kind: "static" }> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const chain = [[accessKeyId, secretAccessKey, sessionToken]];
  return {
    kind: "static",
    credentials,
    fingerprint: await sha256(chain),
    ...(profile !== undefined && { profile }),
  };
}

/** Everything in the profiles that decides whose credentials a profile gives. */
export function closure(name: string, env: Env, profiles: Profiles): unknown[] {
  return sourceProfiles(name, profiles).flatMap(({ section = {} }) => {
    const session = ssoSession(section, profiles);
    return [
      identityOf(section),
      ...(session === undefined ? [] : [identityOf(session)]),
      ...(section.credential_source === undefined
        ? []
        : [ambient(env), environmentCredentials(env) ?? null]),
    ];
  });
}

function identityOf(section: Section): readonly (readonly [string, string])[] {
  return Object.entries(section)
    .filter(([key]) => isIdentityKey(key))
    .sort(([a], [b]) => a < b ? -1 : 1);
}

export function ambient(env: Env): readonly (string | null)[] {
  return IDENTITY_VARIABLES.map((name) => env[name] ?? null);
}

export function unknownProfile(
  name: string,
  names: readonly string[],
  wantedBy?: string,
): ConfigError {
  const near = suggest(name, names);
  const whose = wantedBy === undefined
    ? ""
    : `, the source_profile of '${wantedBy}'`;
  return new ConfigError(`Cannot find the AWS profile '${name}'${whose}`, {
    hint: near !== undefined
      ? `did you mean '${near}'?`
      : names.length === 0
      ? "there are no profiles in ~/.aws/config and ~/.aws/credentials"
      : "see ~/.aws/config and ~/.aws/credentials for the profiles that there are",
  });
}
