// Pure: no I/O.
import { expand, within } from "../system/path.ts";
import { hostOf } from "../system/url_host.ts";
import {
  CONTAINER_HOSTS,
  METADATA_HOSTS,
  regionalHosts,
  type SignInService,
} from "../aws/hosts.ts";
import { type Profiles, type Section, ssoSession } from "../aws/profiles.ts";
import { keepProvider } from "../aws/profile_provider.ts";
import { sdkVariables, withHome } from "../aws/paths.ts";
import type { SignInToken } from "../aws/sign_in_token.ts";
import type { SsoSession } from "../aws/sign_in_types.ts";
import type { BasePermissions, MachineSource } from "../aws/sdk_interface.ts";
import { sdkSections } from "../aws/sections_for_sdk.ts";
import { metadataVariables } from "./metadata_settings.ts";

const DEFAULT_REGION = "us-east-1";
/** Pattern of a region; a region with other characters cannot be part of a host. */
const REGION = /^[\w-]+$/;

/** A source from which the AWS SDK gets credentials: a sign-in, or outside AWS's files. */
export type SdkSource = SignInToken["kind"] | MachineSource;

/** The services that the SDK calls for the credentials of a sign-in. */
const SERVICES: Readonly<
  Record<SignInToken["kind"], readonly SignInService[]>
> = {
  sso: ["sso", "sso-oidc"],
  login: ["signin"],
};

/** Input of {@linkcode resolveBasePermissions}. */
export interface PermissionContext {
  readonly env: Readonly<Record<string, string>>;
  readonly profiles: Profiles;
  readonly home: string | undefined;
  /** Variables of `env` that the user's environment does not have. */
  readonly restoredVariables?: Readonly<Record<string, string>>;
}

/**
 * Decides the Deno permissions that the sandbox of the AWS SDK needs to find base
 * credentials.
 *
 * @param profile profile of the sign-in, or profile that supplies only settings
 * @param named profile that the user named, with settings of the EC2 instance metadata
 * service
 */
export function resolveBasePermissions(
  profile: string | undefined,
  context: PermissionContext,
  source: SdkSource,
  named: string | undefined = profile,
): BasePermissions {
  const { env, home, profiles } = context;
  const name = profile ?? "default";
  const provider = source === "sso" || source === "login" ? source : undefined;
  // If the keys of other credential providers stayed in the profile, the SDK could choose
  // another credential provider, or assume a role itself.
  const section = keepProvider(profiles.get(name) ?? {}, provider);
  const token = resolveToken(provider, section, context);
  const tokenFile = source === "EcsContainer" &&
    env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  const variables = {
    ...context.restoredVariables,
    ...sdkVariables(env, home),
    ...(source === "Ec2InstanceMetadata" &&
      metadataVariables(env, profiles.get(named ?? "default") ?? {})),
    // The SDK does not expand variables and `~` in the path, and reads only `AWS_REGION`.
    ...(token?.kind === "login" && {
      AWS_LOGIN_CACHE_DIRECTORY: token.directory,
      AWS_REGION: regionOf(env),
    }),
  };
  return {
    sections: sdkSections(
      name,
      section,
      env.AWS_PROFILE || "default",
      profiles,
    ),
    read: tokenFile ? [tokenFile] : [],
    ...(token !== undefined && { token }),
    net: source === "sso" || source === "login"
      ? listSignInHosts(source, section, context)
      : listMachineHosts(source, { ...env, ...variables }),
    ...(Object.keys(variables).length > 0 && { variables }),
  };
}

/**
 * Returns the token that a profile's credential provider needs. The directory of the tokens
 * of `aws login` is the value of `AWS_LOGIN_CACHE_DIRECTORY`, if set, by botocore's rules:
 * an empty value means the working directory.
 *
 * @throws {ConfigError} If the variable names the home of another user.
 */
function resolveToken(
  kind: SignInToken["kind"] | undefined,
  section: Section,
  context: PermissionContext,
): SignInToken | undefined {
  const { env, home } = context;
  const { login_session, sso_session, sso_start_url } = section;
  if (kind === "sso") {
    const session = sso_session ?? sso_start_url;
    const sso = resolveSso(section, context);
    return home === undefined || session === undefined ? undefined : {
      kind,
      directory: within(home, ".aws", "sso", "cache"),
      session,
      ...(sso && { sso }),
    };
  }
  if (kind !== "login" || login_session === undefined) return undefined;
  const { AWS_LOGIN_CACHE_DIRECTORY: path } = env;
  const directory = path === undefined
    ? home && within(home, ".aws", "login", "cache")
    : withHome("AWS_LOGIN_CACHE_DIRECTORY", expand(path, env), home) || ".";
  return directory === undefined
    ? undefined
    : { kind, directory, session: login_session };
}

/**
 * Returns the session that assume-role can sign in to, with the scopes as the AWS CLI reads
 * `sso_registration_scopes`.
 */
function resolveSso(
  profile: Section,
  context: PermissionContext,
): SsoSession | undefined {
  const section = ssoSession(profile, context.profiles) ?? profile;
  const { sso_start_url, sso_region = "" } = section;
  if (sso_start_url === undefined || !REGION.test(sso_region)) return undefined;
  const { sso_session } = profile;
  const scopes = sso_session && section.sso_registration_scopes;
  return {
    startUrl: sso_start_url,
    region: sso_region,
    ...(sso_session !== undefined && { name: sso_session }),
    ...(scopes !== undefined && {
      scopes: scopes.split(",").map((scope) => scope.trim()).filter((scope) =>
        scope !== ""
      ),
    }),
    hosts: listSignInHosts("sso", profile, context, ["sso-oidc"]),
  };
}

/**
 * Lists the hosts of services of a sign-in (default: all services): AWS's own hosts, and
 * configured ones.
 */
function listSignInHosts(
  kind: SignInToken["kind"],
  section: Section,
  { env, profiles }: PermissionContext,
  services = SERVICES[kind],
): readonly string[] {
  const session = ssoSession(section, profiles);
  const sections = session === undefined ? [section] : [section, session];
  const regions = kind === "sso"
    ? sections.map(({ sso_region }) => sso_region)
    : [section.region, regionOf(env)];
  const hosts = services.flatMap((service) => {
    const id = service.replace("-", "_");
    const urls = [
      env[`AWS_ENDPOINT_URL_${id.toUpperCase()}`],
      env.AWS_ENDPOINT_URL,
      ...sections.flatMap(({ endpoint_url, services = "" }) => [
        profiles.section("services", services)?.[`${id}.endpoint_url`],
        endpoint_url,
      ]),
    ];
    return [
      ...configuredHosts(urls),
      ...regions.filter((region = "") => REGION.test(region))
        .flatMap((region) => regionalHosts(service, region!)),
    ];
  });
  return [...new Set(hosts)];
}

function regionOf(env: PermissionContext["env"]): string {
  return env.AWS_REGION || env.AWS_DEFAULT_REGION || DEFAULT_REGION;
}

/** Lists the hosts of a container endpoint or of the EC2 instance metadata service. */
function listMachineHosts(
  source: MachineSource,
  env: PermissionContext["env"],
): readonly string[] {
  const [url, hosts] = source === "EcsContainer"
    ? [env.AWS_CONTAINER_CREDENTIALS_FULL_URI, CONTAINER_HOSTS]
    : [env.AWS_EC2_METADATA_SERVICE_ENDPOINT, METADATA_HOSTS];
  return [...configuredHosts([url]), ...hosts];
}

function configuredHosts(urls: readonly (string | undefined)[]): string[] {
  return urls.filter((url) => url !== undefined)
    .filter((url) => URL.canParse(url)).map(hostOf);
}
