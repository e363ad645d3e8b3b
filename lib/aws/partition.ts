// Pure: no I/O.

// From the partitions' metadata that the AWS SDKs carry: the regions' prefixes
// and the region whose STS endpoint serves a partition where none is given.
const PARTITIONS: readonly (readonly [string, RegExp, string])[] = [
  ["aws-cn", /^cn-/, "cn-north-1"],
  ["aws-us-gov", /^us-gov-/, "us-gov-west-1"],
  ["aws-iso", /^us-iso-/, "us-iso-east-1"],
  ["aws-iso-b", /^us-isob-/, "us-isob-east-1"],
  ["aws-iso-e", /^eu-isoe-/, "eu-isoe-west-1"],
  ["aws-iso-f", /^us-isof-/, "us-isof-south-1"],
  ["aws-eusc", /^eusc-/, "eusc-de-east-1"],
];

const DEFAULT_REGION = "us-east-1";

/** The partition that a region belongs to. */
export function partitionOf(region: string): string {
  return PARTITIONS.find(([, regions]) => regions.test(region))?.[0] ?? "aws";
}

/**
 * The region whose STS is asked for a role of this partition: the given one
 * where it belongs to the partition, else the partition's own.
 */
export function stsRegion(partition: string, region?: string): string {
  if (region !== undefined && partitionOf(region) === partition) return region;
  return PARTITIONS.find(([name]) => name === partition)?.[2] ??
    (region === undefined || partition === "aws" ? DEFAULT_REGION : region);
}
