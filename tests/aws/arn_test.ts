import { assertEquals } from "@std/assert";
import {
  callerName,
  isIamUser,
  splitRoleArn,
  toSessionName,
} from "../../lib/aws/arn.ts";

Deno.test("splitRoleArn() returns the partition, account and name of a role's ARN", () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    ["arn:aws:iam::111111111111:role/admin", "aws", "111111111111", "admin"],
    ["arn:aws-cn:iam::000000000007:role/a", "aws-cn", "000000000007", "a"],
    ["arn:aws:iam::111111111111:role/x/y/z", "aws", "111111111111", "z"],
    [
      "arn:aws-us-gov:iam::111111111111:role/aws-reserved/sso/A_b+c=d,e.f@g-h",
      "aws-us-gov",
      "111111111111",
      "A_b+c=d,e.f@g-h",
    ],
  ];
  for (const [arn, partition, accountId, roleName] of cases) {
    assertEquals(splitRoleArn(arn), { arn, partition, accountId, roleName });
  }
});

Deno.test("callerName() and isIamUser() read a caller's ARN", () => {
  const cases: readonly (readonly [string, string | undefined, boolean])[] = [
    ["arn:aws:iam::111111111111:user/alice", "alice", true],
    ["arn:aws-cn:iam::111111111111:user/team/a/alice", "alice", true],
    [
      "arn:aws:sts::111111111111:assumed-role/ops/bob@x.org",
      "bob@x.org",
      false,
    ],
    ["arn:aws:sts::111111111111:federated-user/carol", "carol", false],
    ["arn:aws:sts::111111111111:federated-user/a:b", "a:b", false],
    ["arn:aws:iam::111111111111:root", undefined, false],
    ["arn:aws:iam::111111111111:something/else", undefined, false],
    ["garbage", undefined, false],
  ];
  for (const [arn, name, isUser] of cases) {
    const caller = { arn, accountId: "111111111111" };
    assertEquals([callerName(caller), isIamUser(caller)], [name, isUser], arn);
  }
});

Deno.test("toSessionName() converts a name to a valid session name", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["alice", "alice"],
    ["alice@example.com", "alice@example.com"],
    ["a+b=c,d.e-f_g", "a+b=c,d.e-f_g"],
    ["DOMAIN\\alice smith", "DOMAIN-alice-smith"],
    ["zoë", "zo-"],
    ["a😀b", "a-b"],
    ["a:b/c", "a-b-c"],
    ["a", "a-"],
    ["", "--"],
    ["x".repeat(65), "x".repeat(64)],
    ["é".repeat(100), "-".repeat(64)],
  ];
  for (const [name, expected] of cases) {
    assertEquals(toSessionName(name), expected);
  }
});
