// Pure: no I/O.

/**
 * A partition of AWS. This table is the only list of AWS's domains: the permissions of the
 * executable and of the sandbox are made from it, and a test compares it with the partition
 * data of the AWS SDK.
 */
export interface Partition {
  readonly name: string;
  /** Pattern that matches the partition's regions, also regions that AWS adds later. */
  readonly regions: RegExp;
  /** Default region of STS. */
  readonly region: string;
  /** Domain of the services' hosts. */
  readonly domain: string;
  /** Domain of the services' dual-stack hosts. */
  readonly dualStackDomain: string;
  /** Domains of the sign-in service, which has other domains than the other services. */
  readonly signinDomains: readonly string[];
  /** Domain of the console; absent if the console's address is not known. */
  readonly consoleDomain?: string;
  /** Whether the console's sign-in has an address for each region, and no other address. */
  readonly hasRegionalSignin?: true;
}

/** The partition of each region that matches no pattern. */
const AWS: Partition = {
  name: "aws",
  regions: /^(?:us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/,
  region: "us-east-1",
  domain: "amazonaws.com",
  dualStackDomain: "api.aws",
  signinDomains: ["signin.aws.amazon.com"],
  consoleDomain: "aws.amazon.com",
};

/** All partitions of AWS. */
export const PARTITIONS: readonly Partition[] = [
  AWS,
  {
    name: "aws-cn",
    regions: /^cn-\w+-\d+$/,
    region: "cn-north-1",
    domain: "amazonaws.com.cn",
    dualStackDomain: "api.amazonwebservices.com.cn",
    signinDomains: ["signin.amazonaws.cn"],
    consoleDomain: "amazonaws.cn",
  },
  {
    name: "aws-us-gov",
    regions: /^us-gov-\w+-\d+$/,
    region: "us-gov-west-1",
    domain: "amazonaws.com",
    dualStackDomain: "api.aws",
    signinDomains: [
      "signin.amazonaws-us-gov.com",
      "signin-fips.amazonaws-us-gov.com",
    ],
    consoleDomain: "amazonaws-us-gov.com",
  },
  {
    name: "aws-iso",
    regions: /^us-iso-\w+-\d+$/,
    region: "us-iso-east-1",
    domain: "c2s.ic.gov",
    dualStackDomain: "api.aws.ic.gov",
    signinDomains: ["signin.c2shome.ic.gov"],
  },
  {
    name: "aws-iso-b",
    regions: /^us-isob-\w+-\d+$/,
    region: "us-isob-east-1",
    domain: "sc2s.sgov.gov",
    dualStackDomain: "api.aws.scloud",
    signinDomains: ["signin.sc2shome.sgov.gov"],
  },
  {
    name: "aws-iso-e",
    regions: /^eu-isoe-\w+-\d+$/,
    region: "eu-isoe-west-1",
    domain: "cloud.adc-e.uk",
    dualStackDomain: "api.cloud-aws.adc-e.uk",
    signinDomains: ["signin.csphome.adc-e.uk"],
  },
  {
    name: "aws-iso-f",
    regions: /^us-isof-\w+-\d+$/,
    region: "us-isof-south-1",
    domain: "csp.hci.ic.gov",
    dualStackDomain: "api.aws.hci.ic.gov",
    signinDomains: ["signin.csphome.hci.ic.gov"],
  },
  {
    name: "aws-eusc",
    regions: /^eusc-(?:de)-\w+-\d+$/,
    region: "eusc-de-east-1",
    domain: "amazonaws.eu",
    dualStackDomain: "api.amazonwebservices.eu",
    signinDomains: ["signin.amazonaws-eusc.eu"],
    consoleDomain: "amazonaws-eusc.eu",
    hasRegionalSignin: true,
  },
];

/**
 * Returns the partition with the given name. If the partition is unknown, returns `aws`,
 * because the AWS SDK uses the domains of `aws` for unknown regions.
 */
export function partitionNamed(name: string): Partition {
  return PARTITIONS.find((partition) => partition.name === name) ?? AWS;
}

/**
 * Returns the audience of a web identity token for STS of a partition. Only the regions of
 * China have an audience of their own.
 */
export function stsAudience(partition: string): string {
  return partition === "aws-cn" ? "sts.amazonaws.com.cn" : "sts.amazonaws.com";
}

/**
 * Returns the partition that a region belongs to, by the rules of the AWS SDKs. An unknown
 * region belongs to `aws`. The global pseudo-region of a partition, such as
 * `aws-cn-global`, belongs to that partition.
 */
export function partitionOf(region: string): string {
  const real = realRegion(region);
  const found = PARTITIONS.find(({ name, regions }) =>
    regions.test(real) || real === `${name}-global`
  );
  return (found ?? AWS).name;
}

/** Whether a region is a pseudo-region that selects FIPS endpoints, such as `fips-us-east-1`. */
export function isFipsRegion(region: string): boolean {
  return realRegion(region) !== region;
}

/** Returns the region that a FIPS pseudo-region stands for; returns any other region unchanged. */
export function realRegion(region: string): string {
  return region.replace(/^fips-|-fips$/, "");
}

/**
 * Returns the region of the STS endpoint for roles of a partition: the given region if
 * the region belongs to the partition, otherwise the partition's default region. If the
 * partition is unknown, returns the given region.
 */
export function stsRegion(partition: string, region?: string): string {
  const real = region && realRegion(region);
  if (real && partitionOf(real) === partition) return real;
  const known = PARTITIONS.find(({ name }) => name === partition);
  return known?.region ?? real ?? AWS.region;
}
