// Pure: no I/O.
import { within } from "../system/path.ts";
import { hostOf } from "../aws/hosts.ts";
import { partitionOf } from "../aws/partition.ts";
import {
  type Profiles,
  type Section,
  sourceProfiles,
  ssoSession,
} from "../aws/profiles.ts";
import { keepProvider, type Provider } from "../aws/profile_provider.ts";
import { sdkVariables } from "../aws/paths.ts";
import type { BasePermissions, MachineSource } from "../aws/sdk_interface.ts";
import { sdkSections } from "../aws/sections_for_sdk.ts";

/** Addresses of the EC2 instance metadata service. */
const METADATA_HOSTS = ["169.254.169.254:80", "[fd00:ec2::254]:80"];
/** Addresses of the container credentials endpoints of ECS and EKS. */
const CONTAINER_HOSTS = [
  "169.254.170.2:80",
  "169.254.170.23:80",
  "[fd00:ec2::23]:80",
];
/** Variables with endpoints of the services that give base credentials. */
const ENDPOINT_VARIABLES = [
  "AWS_ENDPOINT_URL",
  "AWS_ENDPOINT_URL_SSO",
  "AWS_ENDPOINT_URL_SSO_OIDC",
  "AWS_ENDPOINT_URL_SIGNIN",
];
const DEFAULT_REGION = "us-east-1";

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
  const usesSso = has(/^sso_/);
  const caches = home === undefined ? [] : [
    ...(usesSso ? [within(home, ".aws", "sso", "cache")] : []),
    ...(has(/^login_session$/) ? [within(home, ".aws", "login", "cache")] : []),
  ];
  const tokenFile = isContainer && env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  const variables = sdkVariables(env, home);
  return {
    sections: sdkSections(
      name,
      env.AWS_PROFILE || "default",
      profiles,
    ),
    read: [...(tokenFile ? [tokenFile] : []), ...caches],
    write: caches,
    net: [...new Set(listHosts(sections, env, usesSso, source))],
    ...(Object.keys(variables).length > 0 && { variables }),
    ...(hiddenVariables !== undefined && { hiddenVariables }),
  };
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

/** Lists the hosts that the SDK may connect to. */
function listHosts(
  sections: readonly Section[],
  env: PermissionContext["env"],
  usesSso: boolean,
  source: Provider | MachineSource,
): string[] {
  if (source === "EcsContainer") {
    const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url } = env;
    return [...toHosts(url), ...CONTAINER_HOSTS];
  }
  if (source === "Ec2InstanceMetadata") {
    const { AWS_EC2_METADATA_SERVICE_ENDPOINT: url } = env;
    return [...toHosts(url), ...METADATA_HOSTS];
  }
  const configured = [
    ...ENDPOINT_VARIABLES.map((name) => env[name]),
    ...sections.map((section) => section.endpoint_url),
  ].flatMap(toHosts);
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  const regions = [
    ...sections.flatMap(({ region, sso_region }) => [region, sso_region]),
    region || DEFAULT_REGION,
  ].filter((region) => region !== undefined);
  const hosts = regions.flatMap((region) => {
    const suffix = partitionOf(region) === "aws-cn"
      ? "amazonaws.com.cn"
      : "amazonaws.com";
    return [
      ...(usesSso
        ? [`portal.sso.${region}.${suffix}`, `oidc.${region}.${suffix}`]
        : []),
      ...(sections.some(({ login_session }) => login_session !== undefined)
        ? [`${region}.signin.aws.amazon.com`, "signin.aws.amazon.com"]
        : []),
    ];
  });
  return [...configured, ...hosts];
}

/** Returns the host of a URL; an empty list if the URL is missing or invalid. */
function toHosts(url: string | undefined): string[] {
  return url !== undefined && URL.canParse(url) ? [hostOf(url)] : [];
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
