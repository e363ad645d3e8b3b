import { assertEquals } from "@std/assert";
import { partitionOf, stsRegion } from "../../lib/aws/partition.ts";

Deno.test("partitionOf() returns the partition to which the prefix of a region belongs", () => {
  const cases = {
    "us-east-1": "aws",
    "eu-west-1": "aws",
    "il-central-1": "aws",
    "cn-north-1": "aws-cn",
    "us-gov-east-1": "aws-us-gov",
    "us-iso-west-1": "aws-iso",
    "us-isob-east-1": "aws-iso-b",
    "eu-isoe-west-1": "aws-iso-e",
    "us-isof-east-1": "aws-iso-f",
    "eusc-de-east-1": "aws-eusc",
  };
  for (const [region, partition] of Object.entries(cases)) {
    assertEquals(partitionOf(region), partition, region);
  }
});

Deno.test("stsRegion() returns a region of the role's own partition", () => {
  const cases: readonly (readonly [string, string | undefined, string])[] = [
    ["aws", undefined, "us-east-1"],
    ["aws", "eu-west-1", "eu-west-1"],
    ["aws", "cn-north-1", "us-east-1"],
    ["aws-cn", undefined, "cn-north-1"],
    ["aws-cn", "cn-northwest-1", "cn-northwest-1"],
    ["aws-cn", "eu-west-1", "cn-north-1"],
    ["aws-us-gov", undefined, "us-gov-west-1"],
    ["aws-us-gov", "us-gov-east-1", "us-gov-east-1"],
    ["aws-us-gov", "us-east-1", "us-gov-west-1"],
    ["aws-iso", "us-isob-east-1", "us-iso-east-1"],
    ["aws-iso-b", undefined, "us-isob-east-1"],
    ["aws-eusc", undefined, "eusc-de-east-1"],
  ];
  for (const [partition, region, expected] of cases) {
    assertEquals(stsRegion(partition, region), expected, `${partition}`);
  }
});

Deno.test("stsRegion() accepts the given region for an unknown partition", () => {
  assertEquals(stsRegion("aws-new", "xx-north-1"), "xx-north-1");
});
