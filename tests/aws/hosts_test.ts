import { assertEquals } from "@std/assert";
import { hostsOf, iamHost, stsHost } from "../../lib/aws/hosts.ts";

const SETTINGS = {
  partition: "aws",
  region: "eu-west-1",
  useFips: false,
  useDualstack: false,
};

Deno.test("stsHost() and iamHost() are hosts that may be called", () => {
  const cases:
    readonly (readonly [Partial<typeof SETTINGS>, string, string])[] = [
      [{}, "sts.eu-west-1.amazonaws.com", "iam.amazonaws.com"],
      [
        { useFips: true },
        "sts-fips.eu-west-1.amazonaws.com",
        "iam-fips.amazonaws.com",
      ],
      [
        { partition: "aws-cn", region: "cn-north-1" },
        "sts.cn-north-1.amazonaws.com.cn",
        "iam.cn-north-1.amazonaws.com.cn",
      ],
      [
        { partition: "aws-us-gov", region: "us-gov-east-1" },
        "sts.us-gov-east-1.amazonaws.com",
        "iam.us-gov.amazonaws.com",
      ],
      [
        { partition: "aws-eusc", region: "eusc-de-east-1" },
        "sts.eusc-de-east-1.amazonaws.eu",
        "iam.eusc-de-east-1.amazonaws.eu",
      ],
    ];
  for (const [more, sts, iam] of cases) {
    const settings = { ...SETTINGS, ...more };
    assertEquals([stsHost(settings), iamHost(settings)], [sts, iam]);
    assertEquals(hostsOf("sts", settings).includes(sts), true);
    assertEquals(hostsOf("iam", settings).includes(iam), true);
  }
});
