// Pure: no I/O.
import { expand, within } from "../system/path.ts";
import { hostOf } from "../system/url_host.ts";
import {
  CONTAINER_HOSTS,
  METADATA_HOSTS,
  regionalHosts,
  type Service,
} from "../aws/hosts.ts";
import {
  type Profiles,
  type Section,
  sourceProfiles,
  ssoSession,
} from "../aws/profiles.ts";
import { keepProvider, type Provider } from "../aws/profile_provider.ts";
import { sdkVariables, withHome } from "../aws/paths.ts";
import type { SignInToken } from "../aws/sign_in_token.ts";
import type { BasePermissions, MachineSource } from "../aws/sdk_interface.ts";
import { sdkSections } from "../aws/sections_for_sdk.ts";

const DEFAULT_REGION = "us-east-1";
/** Pattern of a region; a region with other characters cannot be part of a host. */
const REGION = /^[\w-]+$/;

/** A service that the SDK calls if a section has a key that matches the pattern. */
type BaseService = Exclude<Service, "sts" | "iam">;
const SERVICE_KEYS: Readonly<Record<BaseService, RegExp>> = {
  "sso": /^sso_/,
  "sso-oidc": /^sso_/,
  "signin": /^login_session$/,
};

/** Input of {@linkcode resolveBasePermissions}. */
export interface PermissionContext {
  readonly env: Readonly<Record<string, string>>;
  readonly profiles: Profiles;
  readonly home: string | undefined;
  /** Variables that are left out of `env`, and that the SDK must not get either. */
  readonly hiddenVariables?: readonly string[];
}

/**
 * Decides the Deno permissions that the sandbox of the AWS SDK needs to find base
 * credentials.
 *
 * @param source the credential provider of the profile, or the container or the EC2
 * instance if the profile supplies only settings
 */
export function resolveBasePermissions(
  profile: string | undefined,
  context: PermissionContext,
  source: Provider | MachineSource,
): BasePermissions {
  const { env, home, hiddenVariables } = context;
  const name = profile ?? "default";
  const isContainer = source === "EcsContainer";
  const isInstance = source === "Ec2InstanceMetadata";
  const provider = isContainer || isInstance ? undefined : source;
  const profiles = selectProvider(context.profiles, name, provider);
  const sections = listSections(name, profiles);
  const has = (key: RegExp) =>
    sections.some((section) => Object.keys(section).some((k) => key.test(k)));
  const services = (Object.keys(SERVICE_KEYS) as BaseService[])
    .filter((service) => has(SERVICE_KEYS[service]));
  const token = resolveToken(provider, profiles.get(name) ?? {}, context);
  const tokenFile = isContainer && env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  const variables = {
    ...sdkVariables(env, home),
    // The SDK does not expand variables and `~` in the path, and reads only `AWS_REGION`.
    ...(token?.kind === "login" && {
      AWS_LOGIN_CACHE_DIRECTORY: token.directory,
      AWS_REGION: regionOf(env),
    }),
  };
  return {
    sections: sdkSections(
      name,
      env.AWS_PROFILE || "default",
      profiles,
    ),
    read: tokenFile ? [tokenFile] : [],
    ...(token !== undefined && { token }),
    net: provider === undefined
      ? listMachineHosts(source, env)
      : [...new Set(listHosts(services, sections, context))],
    ...(Object.keys(variables).length > 0 && { variables }),
    ...(hiddenVariables !== undefined && { hiddenVariables }),
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
  provider: Provider | undefined,
  { login_session, sso_session, sso_start_url }: Section,
  { env, home }: PermissionContext,
): SignInToken | undefined {
  if (provider === "sso") {
    const session = sso_session ?? sso_start_url;
    return home === undefined || session === undefined ? undefined : {
      kind: "sso",
      directory: within(home, ".aws", "sso", "cache"),
      session,
    };
  }
  if (provider !== "login" || login_session === undefined) return undefined;
  const { AWS_LOGIN_CACHE_DIRECTORY: path } = env;
  const directory = path === undefined
    ? home && within(home, ".aws", "login", "cache")
    : withHome("AWS_LOGIN_CACHE_DIRECTORY", expand(path, env), home) || ".";
  return directory === undefined
    ? undefined
    : { kind: "login", directory, session: login_session };
}

/**
 * Reduces a profile to the given credential provider. If the keys of the other credential
 * providers stayed in the profile, the AWS SDK could choose a different credential
 * provider, or assume a role itself.
 */
function selectProvider(
  profiles: Profiles,
  name: string,
  provider: Provider | undefined,
): Profiles {
  return {
    ...profiles,
    get: (other) => {
      const section = profiles.get(other);
      return section && other === name
        ? keepProvider(section, provider)
        : section;
    },
  };
}

/** Lists the hosts of the given services: AWS's own hosts, and configured ones. */
function listHosts(
  services: readonly BaseService[],
  sections: readonly Section[],
  { env, profiles }: PermissionContext,
): readonly string[] {
  return services.flatMap((service) => {
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
      ...listRegions(service, sections, env)
        .flatMap((region) => regionalHosts(service, region)),
    ];
  });
}

function regionOf(env: PermissionContext["env"]): string {
  return env.AWS_REGION || env.AWS_DEFAULT_REGION || DEFAULT_REGION;
}

/** Lists the regions in which the SDK may call a service. */
function listRegions(
  service: BaseService,
  sections: readonly Section[],
  env: PermissionContext["env"],
): readonly string[] {
  const regions = service.startsWith("sso")
    ? sections.map(({ sso_region }) => sso_region)
    : [
      ...sections.map(({ region }) => region),
      regionOf(env),
    ];
  return regions.flatMap((region = "") => REGION.test(region) ? region : []);
}

/** Lists the hosts of a container endpoint or of the EC2 instance metadata service. */
function listMachineHosts(
  source: Provider | MachineSource,
  env: PermissionContext["env"],
): readonly string[] {
  const isContainer = source === "EcsContainer";
  const url = isContainer
    ? env.AWS_CONTAINER_CREDENTIALS_FULL_URI
    : env.AWS_EC2_METADATA_SERVICE_ENDPOINT;
  return [
    ...configuredHosts([url]),
    ...(isContainer ? CONTAINER_HOSTS : METADATA_HOSTS),
  ];
}

function configuredHosts(urls: readonly (string | undefined)[]): string[] {
  return urls.filter((url) => url !== undefined)
    .filter((url) => URL.canParse(url)).map(hostOf);
}

/**
 * Lists the sections of a profile, of its source profiles, and of the SSO sessions that
 * these profiles name.
 */
function listSections(name: string, profiles: Profiles): readonly Section[] {
  return sourceProfiles(name, profiles).flatMap(({ section = {} }) => {
    const session = ssoSession(section, profiles);
    return session === undefined ? [section] : [section, session];
  });
}
