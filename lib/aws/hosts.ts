// Pure: no I/O.
import type { ConnectionSettings } from "./sdk_interface.ts";

/** The domains of each partition's hosts: `plain` without dual-stack, `dual` with dual-stack. */
const SUFFIXES: Readonly<
  Record<string, { readonly plain: string; readonly dual: string }>
> = {
  "aws": { plain: "amazonaws.com", dual: "api.aws" },
  "aws-cn": {
    plain: "amazonaws.com.cn",
    dual: "api.amazonwebservices.com.cn",
  },
  "aws-us-gov": { plain: "amazonaws.com", dual: "api.aws" },
  "aws-iso": { plain: "c2s.ic.gov", dual: "api.aws.ic.gov" },
  "aws-iso-b": { plain: "sc2s.sgov.gov", dual: "api.aws.scloud" },
  "aws-iso-e": { plain: "cloud.adc-e.uk", dual: "api.cloud-aws.adc-e.uk" },
  "aws-iso-f": { plain: "csp.hci.ic.gov", dual: "api.aws.hci.ic.gov" },
  "aws-eusc": { plain: "amazonaws.eu", dual: "api.amazonwebservices.eu" },
};

/**
 * Returns all hosts that the AWS SDK's endpoint rules can choose for STS or IAM. If an
 * address is configured, returns only its host.
 */
export function hostsOf(
  service: "sts" | "iam",
  settings: Omit<ConnectionSettings, "credentials">,
): readonly string[] {
  const configured = settings[service];
  if (configured !== undefined) return [hostOf(configured)];
  const { partition, region, useFips, useDualstack } = settings;
  const { plain, dual } = SUFFIXES[partition] ?? SUFFIXES.aws!;
  const suffix = useDualstack ? dual : plain;
  const names = useFips ? [service, `${service}-fips`] : [service];
  return names.flatMap((name) => [
    `${name}.${suffix}`,
    `${name}.${region}.${suffix}`,
    // IAM is a global service: IAM's host can have another word in the place of the region.
    ...(name.startsWith("iam")
      ? [
        `${name}.global.${suffix}`,
        `${name}.us-gov.${suffix}`,
        `${name}.cn-north-1.${suffix}`,
        `${name}.us-gov-west-1.${suffix}`,
      ]
      : []),
  ]);
}

/** Returns the host at which STS is called. */
export function stsHost(
  settings: Omit<ConnectionSettings, "credentials">,
): string {
  const { partition, sts, useFips } = settings;
  if (sts !== undefined) return new URL(sts).host;
  // In GovCloud, the host without `-fips` in the name is the FIPS endpoint.
  const isPlain = !useFips || partition === "aws-us-gov";
  return hostsOf("sts", settings).at(isPlain ? 1 : -1)!;
}

/** Returns the host at which IAM is called. */
export function iamHost(
  settings: Omit<ConnectionSettings, "credentials">,
): string {
  const { iam, partition, region, useFips } = settings;
  if (iam !== undefined) return new URL(iam).host;
  const { plain } = SUFFIXES[partition] ?? SUFFIXES.aws!;
  switch (partition) {
    case "aws":
      return `iam${useFips ? "-fips" : ""}.${plain}`;
    case "aws-cn":
      return `iam.cn-north-1.${plain}`;
    case "aws-us-gov":
      return `iam.us-gov.${plain}`;
    default:
      return `iam.${region}.${plain}`;
  }
}

/** Returns the host and port of a URL, as Deno's `net` permission expects them. */
export function hostOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === "http:" ? "80" : "443")}`;
}
