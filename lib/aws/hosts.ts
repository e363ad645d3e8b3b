// Pure: no I/O.
// The table of hosts. The permissions of the executable, the permissions of the sandbox and
// the documents are made from this table and from the table of partitions.
import {
  partitionNamed,
  partitionOf,
  PARTITIONS,
  realRegion,
} from "./partition.ts";
import { hostOf } from "../system/url_host.ts";
import type { ConnectionSettings } from "./sdk_interface.ts";

/** Settings that determine the host of a service. */
export type HostSettings = Omit<ConnectionSettings, "credentials">;

/** A service of AWS that the AWS SDK calls for assume-role. */
export type Service = "sts" | "iam" | SignInService;

/** A service of AWS that the AWS SDK calls for the credentials of a sign-in. */
export type SignInService = "sso" | "sso-oidc" | "signin";

/** The first label, or labels, of each service's hosts. */
const LABELS: Readonly<Record<Service, string>> = {
  "sts": "sts",
  "iam": "iam",
  "sso": "portal.sso",
  "sso-oidc": "oidc",
  "signin": "signin",
};

/** Addresses of the EC2 instance metadata service. */
export const METADATA_HOSTS: readonly string[] = [
  "169.254.169.254:80",
  "[fd00:ec2::254]:80",
];

/** Addresses of the container credentials endpoints of ECS, and of EKS Pod Identity. */
export const CONTAINER_HOSTS: readonly string[] = [
  "169.254.170.2:80",
  "169.254.170.23:80",
  "[fd00:ec2::23]:80",
];

/** Hosts of this machine, where emulators of AWS and container endpoints can be. */
const LOOPBACK_HOSTS = ["127.0.0.0/8", "localhost", "[::1]"];

/**
 * Domains of the hosts at which GitHub Actions issues tokens: of github.com, and of
 * subdomains of ghe.com (GitHub Enterprise Cloud with data residency).
 */
const GITHUB_DOMAINS = ["actions.githubusercontent.com", "ghe.com"];

/**
 * Lists the hosts that the executable may connect to. An entry `*.` stands for a domain and
 * all its subdomains.
 */
export function allowedHosts(): readonly string[] {
  const aws = PARTITIONS.flatMap((
    { domain, dualStackDomain, signinDomains },
  ) => [domain, dualStackDomain, ...signinDomains]);
  const local = [...METADATA_HOSTS, ...CONTAINER_HOSTS]
    .map((host) => host.replace(/:80$/, ""));
  return [
    ...[...new Set(aws)].map((domain) => `*.${domain}`),
    ...LOOPBACK_HOSTS,
    ...local,
    ...GITHUB_DOMAINS.map((domain) => `*.${domain}`),
  ];
}

/**
 * Returns all hosts that the AWS SDK's endpoint rules can choose for STS or IAM. If an
 * address is configured, returns only its host.
 */
export function hostsOf(
  service: "sts" | "iam",
  settings: HostSettings,
): readonly string[] {
  const configured = settings[service];
  if (configured !== undefined) return [hostOf(configured)];
  const { partition, region, useFips, useDualstack } = settings;
  const { domain, dualStackDomain, region: main } = partitionNamed(partition);
  const suffix = useDualstack ? dualStackDomain : domain;
  // IAM is a global service: the hosts of IAM have one of these words in place of the region.
  const regions = service === "iam" ? [main, "global", "us-gov"] : [region];
  return namesOf(service, useFips).flatMap((name) => [
    `${name}.${suffix}`,
    ...regions.map((region) => `${name}.${region}.${suffix}`),
  ]);
}

/**
 * Returns all hosts that the AWS SDK's endpoint rules can choose for a service in a region:
 * with and without FIPS and dual-stack, because the SDK itself reads these settings.
 */
export function regionalHosts(
  service: SignInService,
  region: string,
): readonly string[] {
  const real = realRegion(region);
  const partition = partitionNamed(partitionOf(real));
  const hosts = namesOf(service, true).flatMap((name) => [
    `${name}.${real}.${partition.domain}`,
    `${name}.${real}.${partition.dualStackDomain}`,
  ]);
  if (service !== "signin") return hosts;
  return [
    ...partition.signinDomains.flatMap((domain) => [
      domain,
      `${real}.${domain}`,
    ]),
    ...hosts,
  ];
}

/** Returns the labels of a service's hosts, without FIPS and, if `useFips`, also with FIPS. */
function namesOf(service: Service, useFips: boolean): readonly string[] {
  const label = LABELS[service];
  return useFips ? [label, `${label}-fips`] : [label];
}

/** Returns the host at which STS is called. */
export function stsHost(settings: HostSettings): string {
  const { partition, sts, useFips } = settings;
  if (sts !== undefined) return new URL(sts).host;
  // In GovCloud, the host without `-fips` in the name is the FIPS endpoint.
  const isPlain = !useFips || partition === "aws-us-gov";
  return hostsOf("sts", settings).at(isPlain ? 1 : -1)!;
}

/** Returns the host at which IAM is called. */
export function iamHost(settings: HostSettings): string {
  const { iam, partition, useFips } = settings;
  if (iam !== undefined) return new URL(iam).host;
  const { domain, region } = partitionNamed(partition);
  switch (partition) {
    case "aws":
      return `iam${useFips ? "-fips" : ""}.${domain}`;
    case "aws-us-gov":
      return `iam.us-gov.${domain}`;
    default:
      return `iam.${region}.${domain}`;
  }
}
