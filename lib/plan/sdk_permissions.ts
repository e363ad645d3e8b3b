// Pure: no I/O.
import { within } from "../system/path.ts";
import { hostOf, hostsOf } from "../aws/hosts.ts";
import { partitionOf } from "../aws/partition.ts";
import {
  type Profiles,
  type Section,
  sourceProfiles,
  ssoSession,
} from "../aws/profiles.ts";
import {
  keepProvider,
  type Provider,
  providerOf,
} from "../aws/profile_provider.ts";
import { sdkVariables } from "../aws/paths.ts";
import type { BasePermissions } from "../aws/sdk_interface.ts";
import { sdkSections } from "../aws/sections_for_sdk.ts";

/** Addresses of the EC2 instance metadata service. */
const METADATA_HOSTS = ["169.254.169.254:80", "[fd00:ec2::254]:80"];
/** Addresses of the container credentials endpoints of ECS and EKS. */
const CONTAINER_HOSTS = [
  "169.254.170.2:80",
  "169.254.170.23:80",
  "[fd00:ec2::23]:80",
];
const DEFAULT_REGION = "us-east-1";

/** Input of {@linkcode resolveBasePermissions}. */
export interface PermissionContext {
  readonly env: Readonly<Record<string, string>>;
  readonly profiles: Profiles;
  readonly home: string | undefined;
  /** Variables that are left out of `env`, and that the SDK must not get either. */
  readonly hiddenVariables?: readonly string[];
  /** Variables of `env` that the user's environment does not have. */
  readonly restoredVariables?: Readonly<Record<string, string>>;
}

/**
 * Decides the Deno permissions that the sandbox of the AWS SDK needs to find base
 * credentials.
 *
 * @param provider the credential provider of the profile; `undefined` if the profile has
 * no credentials, so that the AWS SDK's default chain searches for credentials
 */
export function resolveBasePermissions(
  profile: string | undefined,
  context: PermissionContext,
  provider: Provider | undefined,
): BasePermissions {
  const { env, home, hiddenVariables } = context;
  const name = profile ?? "default";
  const usesChain = provider === undefined;
  const profiles = selectProviders(context.profiles, name, provider);
  const sections = listSections(name, profiles);
  const has = (key: RegExp) =>
    sections.some((section) => Object.keys(section).some((k) => key.test(k)));
  const usesSso = has(/^sso_/);
  const isRemote = usesChain || has(/^credential_source$/);
  const caches = home === undefined ? [] : [
    ...(usesSso ? [within(home, ".aws", "sso", "cache")] : []),
    ...(has(/^login_session$/) ? [within(home, ".aws", "login", "cache")] : []),
  ];
  const tokenFiles = [
    ...sections.map((section) => section.web_identity_token_file),
    env.AWS_WEB_IDENTITY_TOKEN_FILE,
    env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE,
  ];
  const variables = {
    ...context.restoredVariables,
    ...sdkVariables(env, home),
    // Hide the variable from the AWS SDK. If the variable is set, the default chain is
    // used only if the setting `profile` is set too. The AWS CLI then ignores the
    // variable.
    ...(usesChain && env.AWS_WEB_IDENTITY_TOKEN_FILE &&
      { AWS_WEB_IDENTITY_TOKEN_FILE: "" }),
  };
  return {
    sections: sdkSections(
      name,
      env.AWS_PROFILE || "default",
      profiles,
    ),
    read: [
      ...tokenFiles.flatMap((path) => path ? [path] : []),
      ...caches,
    ],
    write: caches,
    net: [...new Set(listHosts(sections, env, usesSso, isRemote))],
    run: has(/^credential_process$/),
    ...(Object.keys(variables).length > 0 && { variables }),
    ...(hiddenVariables !== undefined && { hiddenVariables }),
  };
}

/**
 * Reduces the first profile to the given credential provider, and each other profile to
 * the credential provider that the AWS CLI chooses for it. If the keys of the other credential providers stayed in the profile, the AWS
 * SDK could choose a different credential provider.
 */
function selectProviders(
  profiles: Profiles,
  first: string,
  provider: Provider | undefined,
): Profiles {
  return {
    ...profiles,
    get: (name) => {
      const section = profiles.get(name);
      const chosen = name === first ? provider : providerOf(name, profiles);
      return section && keepProvider(section, chosen);
    },
  };
}

/** Lists the hosts that the SDK may connect to. */
function listHosts(
  sections: readonly Section[],
  env: PermissionContext["env"],
  usesSso: boolean,
  usesChain: boolean,
): string[] {
  const configured = [
    ...Object.keys(env).filter((name) => name.startsWith("AWS_ENDPOINT_URL"))
      .map((name) => env[name]),
    ...sections.map((section) => section.endpoint_url),
    ...(usesChain
      ? [
        env.AWS_EC2_METADATA_SERVICE_ENDPOINT,
        env.AWS_CONTAINER_CREDENTIALS_FULL_URI,
      ]
      : []),
  ].filter((url) => url !== undefined && URL.canParse(url)).map((url) =>
    hostOf(url!)
  );
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  const regions = [
    ...sections.flatMap(({ region, sso_region }) => [region, sso_region]),
    region || DEFAULT_REGION,
  ].filter((region) => region !== undefined);
  const hosts = regions.flatMap((region) => {
    const settings = {
      partition: partitionOf(region),
      region,
      useFips: false,
      useDualstack: false,
    };
    const suffix = settings.partition === "aws-cn"
      ? "amazonaws.com.cn"
      : "amazonaws.com";
    return [
      ...hostsOf("sts", settings),
      ...(usesSso
        ? [`portal.sso.${region}.${suffix}`, `oidc.${region}.${suffix}`]
        : []),
      ...(sections.some(({ login_session }) => login_session !== undefined)
        ? [`${region}.signin.aws.amazon.com`, "signin.aws.amazon.com"]
        : []),
    ];
  });
  return [
    ...configured,
    ...hosts,
    ...(usesChain ? [...METADATA_HOSTS, ...CONTAINER_HOSTS] : []),
  ];
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
