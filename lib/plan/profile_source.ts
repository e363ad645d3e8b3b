// Pure: no I/O.
import type { SigningCredentials } from "../aws/credentials.ts";
import type { MachineSource } from "../aws/sdk_interface.ts";
import { checkSsoSession } from "../aws/check_sso.ts";
import { checkProvider, providerOf } from "../aws/profile_provider.ts";
import {
  isIdentityKey,
  type Profiles,
  type Section,
  ssoSession,
} from "../aws/profiles.ts";
import { ConfigError } from "../errors.ts";
import { suggest } from "../settings/suggest.ts";
import { sha256 } from "../settings/sha256.ts";
import {
  type PermissionContext,
  resolveBasePermissions,
  type SdkSource,
} from "./sdk_permissions.ts";
import { checkKeys, keyPlaces } from "./check_keys.ts";
import type { Base, ProfileBase } from "./plan.ts";
import { processIdentity, processWords } from "./process_words.ts";
import type { CommonPlan } from "./profile_role.ts";
import type { ReadText } from "./resolve_request.ts";

type Env = Readonly<Record<string, string>>;

/** Input of {@linkcode sessionBase} and {@linkcode profileBase}. */
export interface SessionBaseContext extends PermissionContext {
  /** Variables that are left out of `env`, and that a program must not get either. */
  readonly hiddenVariables?: readonly string[];
}

/** Input of `resolveBase()` in addition to the name of the profile. */
export interface BaseContext extends SessionBaseContext {
  readonly readText: ReadText;
  /** ARN of the role to assume; `undefined` for a run without a role. */
  readonly roleArn: string | undefined;
  /** Settings that all roles of the chain share. */
  readonly common: CommonPlan;
  /**
   * Whether `AWS_PROFILE` or `AWS_DEFAULT_PROFILE` names the profile, and the setting
   * `profile` has no value.
   */
  readonly isByVariable?: boolean;
}

/** Variables that determine which credentials a container or an EC2 instance gives. */
const MACHINE_VARIABLES: Readonly<Record<MachineSource, readonly string[]>> = {
  EcsContainer: [
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  ],
  Ec2InstanceMetadata: ["AWS_EC2_METADATA_SERVICE_ENDPOINT"],
};

/**
 * Reads `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and the session token from the
 * environment.
 *
 * @throws {ConfigError} If only one of the two variables for the access key is set, or if
 * a value has a character that AWS's keys and tokens never have.
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
  // As in botocore, `AWS_SECURITY_TOKEN` takes precedence over `AWS_SESSION_TOKEN`.
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
 * Creates the base credentials of a profile that yields a session.
 *
 * @throws {ConfigError} If the profile is incomplete. The AWS CLI refuses such a profile
 * too.
 */
export async function sessionBase(
  profile: string,
  context: SessionBaseContext,
): Promise<ProfileBase> {
  const { profiles } = context;
  const provider = providerOf(profile, profiles);
  profiles.check(profile);
  checkProvider(profile, provider, profiles);
  checkSsoSession(profile, profiles);
  // Other providers yield no session: see `kindOfProfile()`.
  return await profileBase(profile, provider as SessionProvider, context);
}

/** A credential provider that yields a session, except of a role. */
type SessionProvider = Exclude<SdkSource, MachineSource> | "process";

/**
 * Creates base credentials that a credential provider of a profile issues. The AWS SDK gets
 * them, unless the provider is `credential_process`, which assume-role runs itself.
 *
 * @throws {ConfigError} If `credential_process` cannot be split into words.
 */
export async function profileBase(
  profile: string,
  provider: SessionProvider,
  context: SessionBaseContext,
): Promise<ProfileBase> {
  const { profiles } = context;
  const identity = profileIdentity(profile, profiles);
  if (provider === "process") {
    const words = processWords(profile, profiles);
    const { hiddenVariables } = context;
    const command = profiles.get(profile)?.credential_process ?? "";
    const variables = processIdentity(command, context.env);
    const fingerprint = await sha256([provider, ...identity, ...variables]);
    const hidden = hiddenVariables && { hiddenVariables };
    return { kind: "process", profile, words, fingerprint, ...hidden };
  }
  const permissions = resolveBasePermissions(profile, context, provider);
  const fingerprint = await sha256([provider, ...identity]);
  return { kind: "profile", profile, permissions, fingerprint };
}

/**
 * Creates base credentials from the access keys of the environment. The time of expiry of
 * these access keys is read from `AWS_CREDENTIAL_EXPIRATION`.
 *
 * @param profile profile that supplies settings, but not the access keys
 * @returns `undefined` if the environment has no keys
 */
export async function environmentBase(
  env: Env,
  profile?: string,
): Promise<Base | undefined> {
  const keys = readEnvironmentCredentials(env);
  if (keys === undefined) return undefined;
  const expiration = Date.parse(env.AWS_CREDENTIAL_EXPIRATION ?? "");
  return {
    ...await staticBase(keys, profile),
    ...(profile !== undefined && { isFromEnvironment: true }),
    ...(!Number.isNaN(expiration) && { expiration }),
  };
}

/** Creates base credentials from access keys and, if present, a session token. */
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

/**
 * Creates base credentials that the AWS SDK gets from a container or an EC2 instance.
 *
 * @param profile profile that supplies settings, but not the credentials
 * @param named profile that the user named, if its `source_profile` led to `profile`
 * @throws {ConfigError} If a setting of the EC2 instance metadata service is invalid.
 */
export async function machineBase(
  source: MachineSource,
  profile: string | undefined,
  context: PermissionContext,
  named = profile,
): Promise<Extract<Base, { readonly kind: "machine" }>> {
  const permissions = resolveBasePermissions(profile, context, source, named);
  const env = { ...context.env, ...permissions.variables };
  const values = MACHINE_VARIABLES[source].map((name) => env[name] ?? null);
  return {
    kind: "machine",
    source,
    permissions,
    fingerprint: await sha256([source, ...values]),
    ...(profile !== undefined && { profile }),
  };
}

/**
 * Lists the identity keys of a profile and of its `sso-session` section. The fingerprint
 * of the profile's credentials is a hash of these keys.
 */
function profileIdentity(name: string, profiles: Profiles): unknown[] {
  const section = profiles.get(name) ?? {};
  const session = ssoSession(section, profiles);
  return [section, ...(session === undefined ? [] : [session])].map(
    sectionIdentity,
  );
}

function sectionIdentity(section: Section): readonly [string, string][] {
  return Object.entries(section)
    .filter(([key]) => isIdentityKey(key))
    .sort(([a], [b]) => a < b ? -1 : 1);
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
      isBaseMissing: true,
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
