// Pure: no I/O.

/**
 * Each partition except `aws`, with a pattern that matches the partition's regions, and
 * with the partition's default region for STS. The source is the partition metadata of the
 * AWS SDKs.
 */
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

/**
 * Returns the audience of a web identity token for STS of a partition. Only the regions of
 * China have an audience of their own.
 */
export function stsAudience(partition: string): string {
  return partition === "aws-cn" ? "sts.amazonaws.com.cn" : "sts.amazonaws.com";
}

/** Returns the partition that a region belongs to. */
export function partitionOf(region: string): string {
  return PARTITIONS.find(([, regions]) => regions.test(region))?.[0] ?? "aws";
}

/**
 * Returns the region of the STS endpoint for roles of a partition: the given region if
 * the region belongs to the partition, otherwise the partition's default region. If the
 * partition is unknown, returns the given region.
 */
export function stsRegion(partition: string, region?: string): string {
  if (region !== undefined && partitionOf(region) === partition) return region;
  return PARTITIONS.find(([name]) => name === partition)?.[2] ??
    (region === undefined || partition === "aws" ? DEFAULT_REGION : region);
}
