// Pure: no I/O.
import type { SigningCredentials } from "../aws/credentials.ts";
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
import { checkKeys, keyPlaces } from "./check_keys.ts";
import { missingSource } from "./check_profile.ts";
import type { Base } from "./plan.ts";
import { type CommonPlan, resolveProfileRolePlan } from "./profile_role.ts";
import type { ReadText } from "./resolve_request.ts";
import { tokenFileBase } from "./token_file.ts";

type Env = Readonly<Record<string, string>>;

/** Input of `resolveBase()` in addition to the name of the profile. */
export interface BaseContext extends PermissionContext {
  readonly readText: ReadText;
  /** ARN of the role to assume; `undefined` for a run without a role. */
  readonly roleArn: string | undefined;
  /** Settings that all roles of the chain share. */
  readonly common: CommonPlan;
  /** Whether the profile is named by AWS's variables instead of the setting `profile`. */
  readonly isByVariable?: boolean;
}

/** Variables that decide the base identity if neither a profile nor keys are given. */
const IDENTITY_VARIABLES = [
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

/**
 * Reads `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` from the environment.
 *
 * @throws {ConfigError} If a variable is missing or has a character that no key has.
 */
export function readEnvironmentCredentials(
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
  // botocore also reads these two variables, in this order.
  const sessionToken = env.AWS_SECURITY_TOKEN || env.AWS_SESSION_TOKEN;
  const credentials = {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(sessionToken && { sessionToken }),
  };
  checkKeys(credentials, {
    accessKeyId: "AWS_ACCESS_KEY_ID",
    secretAccessKey: "AWS_SECRET_ACCESS_KEY",
    sessionToken: env.AWS_SECURITY_TOKEN
      ? "AWS_SECURITY_TOKEN"
      : "AWS_SESSION_TOKEN",
  });
  return credentials;
}

/**
 * Plans to assume the role of a profile that has `role_arn` and `source_profile`, by the
 * rules of the AWS SDKs ("Assume role credential provider", AWS SDKs and Tools
 * Reference Guide).
 */
export async function resolveProfileRole(
  name: string,
  context: BaseContext,
  visited: readonly string[] = [],
): Promise<Base> {
  const { env, profiles, common } = context;
  const section = profiles.get(name)!;
  const base = await resolveProfileSource(name, context, visited);
  const plan = await resolveProfileRolePlan(
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
 * Decides the credentials that a profile's role is assumed with: the source profile,
 * a web identity token, or the keys of the environment.
 *
 * @throws {ConfigError} If the profile has no source or the source cannot be used.
 */
export async function resolveProfileSource(
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
      const keys = readEnvironmentCredentials(env);
      if (keys !== undefined) return await staticBase(keys);
    }
    throw missingSource(name, section);
  }
  const sourceSection = profiles.get(source);
  if (sourceSection === undefined) {
    throw unknownProfile(source, profiles, name);
  }
  // Keys of the source profile take precedence over its role. Therefore a profile with
  // keys and a role can be its own source: the keys assume the role.
  const keys = readStaticCredentials({ ...sourceSection, role_arn: undefined });
  if (keys !== undefined) return await staticBase(keys, source);
  if (chain.includes(source)) {
    throw new ConfigError(
      `Cannot use the AWS profile '${chain[0]}': source_profile forms a loop: ${
        [...chain, source].join(" -> ")
      }`,
    );
  }
  if (sourceSection.role_arn && sourceSection.source_profile) {
    return await resolveProfileRole(source, context, chain);
  }
  return await profileBase(source, context);
}

/** Creates base credentials that the AWS SDK gets from a profile. */
export async function profileBase(
  profile: string,
  context: PermissionContext,
): Promise<Extract<Base, { readonly kind: "profile" }>> {
  const { env, profiles } = context;
  return {
    kind: "profile",
    profile,
    permissions: resolveBasePermissions(profile, context),
    fingerprint: await sha256(profileIdentity(profile, env, profiles)),
  };
}

/** Reads the keys of a profile, unless the profile has a role. */
export function readStaticCredentials(
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

/** Creates base credentials from keys. */
export async function staticBase(
  credentials: SigningCredentials,
  profile?: string,
): Promise<Base & { readonly kind: "static" }> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  checkKeys(credentials, keyPlaces(profile));
  const keys = [[accessKeyId, secretAccessKey, sessionToken]];
  return {
    kind: "static",
    credentials,
    fingerprint: await sha256(keys),
    ...(profile !== undefined && { profile }),
  };
}

/** Lists all values that decide the identity of a profile; the fingerprint hashes them. */
export function profileIdentity(
  name: string,
  env: Env,
  profiles: Profiles,
): unknown[] {
  return sourceProfiles(name, profiles).flatMap(({ section = {} }) => {
    const session = ssoSession(section, profiles);
    return [
      sectionIdentity(section),
      ...(session === undefined ? [] : [sectionIdentity(session)]),
      ...(section.credential_source === undefined
        ? []
        : [environmentIdentity(env), readEnvironmentCredentials(env) ?? null]),
    ];
  });
}

function sectionIdentity(section: Section): readonly [string, string][] {
  return Object.entries(section)
    .filter(([key]) => isIdentityKey(key))
    .sort(([a], [b]) => a < b ? -1 : 1);
}

/** Lists the values of `IDENTITY_VARIABLES`; the fingerprint hashes these values. */
export function environmentIdentity(env: Env): readonly (string | null)[] {
  return IDENTITY_VARIABLES.map((name) => env[name] ?? null);
}

/** Creates the error for a profile that does not exist; suggests a similar name. */
export function unknownProfile(
  name: string,
  profiles: Profiles,
  wantedBy?: string,
): ConfigError {
  const names = profiles.names();
  const near = suggest(name, names);
  const usage = wantedBy === undefined
    ? ""
    : `, the source_profile of '${wantedBy}'`;
  const misnamed = profiles.misnamed().find((other) => other.name === name);
  const reason = misnamed === undefined ? "" : `: ${misnamed.reason}`;
  return new ConfigError(
    `Cannot find the AWS profile '${name}'${usage}${reason}`,
    {
      hint: misnamed !== undefined
        ? misnamed.hint
        : near !== undefined
        ? `did you mean '${near}'?`
        : names.length === 0
        ? "add a profile to ~/.aws/config or ~/.aws/credentials, which have no profiles"
        : "choose one of the profiles in ~/.aws/config and ~/.aws/credentials",
    },
  );
}
