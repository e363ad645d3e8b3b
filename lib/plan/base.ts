// Pure: no I/O.
import {
  isIdentityKey,
  type Profiles,
  profileTrail,
  type Section,
  ssoSession,
} from "../aws/profiles.ts";
import { ConfigError } from "../errors.ts";
import { closest } from "../settings/closest.ts";
import { digest } from "../settings/digest.ts";
import { needsOf } from "./base_needs.ts";
import { roleBase } from "./cache_key.ts";
import type { Base, BaseCredentials } from "./plan.ts";
import { type CommonPlan, profileRolePlan } from "./profile_role.ts";
import type { ReadText } from "./request.ts";
import { lacksToken, webIdentityBase } from "./web_identity.ts";

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

/**
 * Decides what supplies the base credentials, as the AWS SDK's chain would:
 * the named profile and nothing else, else keys in the environment, else the
 * profile `default`, else a web identity token, else whatever the SDK finds.
 *
 * @throws {ConfigError} if the named profile does not exist or must not be used,
 * or the environment has half of a pair of keys
 */
export async function selectBase(
  profile: string | undefined,
  context: BaseContext,
): Promise<Base> {
  const { env, profiles } = context;
  if (profile === undefined) {
    const fromEnv = environmentCredentials(env);
    if (fromEnv !== undefined) return await staticBase(fromEnv);
  }
  const name = profile ?? "default";
  const section = profiles.get(name);
  if (section === undefined && profile !== undefined) {
    throw unknownProfile(profile, profiles.names());
  }
  profileTrail(name, profiles).forEach((step) => profiles.check(step.name));
  const credentials = section && staticCredentials(section);
  if (credentials) return await staticBase(credentials, name);
  if (section?.role_arn && section.source_profile) {
    return await roleOfProfile(name, context);
  }
  if (profile === undefined && !hasIdentity(section)) {
    const base = await webIdentityBase(context, section && name);
    if (base !== undefined) return base;
  }
  const needs = needsOf(profile, context);
  const lacks = lacksToken(env) && { lacksToken: true as const };
  if (section === undefined) {
    const fingerprint = await digest([ambient(env)]);
    return { kind: "chain", needs, fingerprint, ...lacks };
  }
  const trail = closure(name, env, profiles);
  if (profile !== undefined) {
    return {
      kind: "profile",
      profile,
      needs,
      fingerprint: await digest(trail),
    };
  }
  // Where the profile `default` gives none, the SDK's chain goes on to these.
  trail.push(ambient(env));
  const fingerprint = await digest(trail);
  return { kind: "chain", profile: name, needs, fingerprint, ...lacks };
}

function environmentCredentials(env: Env): BaseCredentials | undefined {
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

function hasIdentity(section: Section | undefined): boolean {
  return Object.keys(section ?? {}).some(isIdentityKey);
}

/**
 * The role that a profile stands for by `role_arn` and `source_profile`, by the
 * rules of the AWS SDKs ("Assume role credential provider", AWS SDKs and Tools
 * Reference Guide).
 */
async function roleOfProfile(
  name: string,
  context: BaseContext,
  visited: readonly string[] = [],
): Promise<Base> {
  const { env, profiles, common } = context;
  const section = profiles.get(name)!;
  const trail = [...visited, name];
  const source = section.source_profile!;
  const sourceSection = profiles.get(source);
  if (sourceSection === undefined) {
    throw unknownProfile(source, profiles.names(), name);
  }
  // A profile may be its own source, and keys win over a role further back.
  const keys = staticCredentials({ ...sourceSection, role_arn: undefined });
  let base: Base;
  if (keys !== undefined) {
    base = await staticBase(keys, source);
  } else if (trail.includes(source)) {
    throw new ConfigError(
      `Cannot use the AWS profile '${
        trail[0]
      }': its source_profile leads in a circle: ${
        [...trail, source].join(" -> ")
      }`,
    );
  } else if (sourceSection.role_arn && sourceSection.source_profile) {
    base = await roleOfProfile(source, context, trail);
  } else {
    base = {
      kind: "profile",
      profile: source,
      needs: needsOf(source, context),
      fingerprint: await digest(closure(source, env, profiles)),
    };
  }
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

function staticCredentials(
  section: Readonly<Record<string, string | undefined>>,
): BaseCredentials | undefined {
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

async function staticBase(
  credentials: BaseCredentials,
  profile?: string,
): Promise<Base> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const trail = [[accessKeyId, secretAccessKey, sessionToken]];
  return {
    kind: "static",
    credentials,
    fingerprint: await digest(trail),
    ...(profile !== undefined && { profile }),
  };
}

/** Everything in the profiles that decides whose credentials a profile gives. */
function closure(name: string, env: Env, profiles: Profiles): unknown[] {
  return profileTrail(name, profiles).flatMap(({ section = {} }) => {
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

function ambient(env: Env): readonly (string | null)[] {
  return IDENTITY_VARIABLES.map((name) => env[name] ?? null);
}

function unknownProfile(
  name: string,
  names: readonly string[],
  wantedBy?: string,
): ConfigError {
  const near = closest(name, names);
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
