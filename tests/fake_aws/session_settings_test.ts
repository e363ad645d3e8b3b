import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
} from "@aws-sdk/client-sts";
import { assertEquals } from "@std/assert";
import { ALICE_KEYS, refusal, role, sts } from "./clients.ts";
import { FakeAws } from "./server.ts";
import { ALICE, type World } from "./world.ts";

const trusts = [role("admin").arn];
const WORLD: World = {
  users: [ALICE],
  roles: [
    role("admin"),
    role("next", { trusts }),
    role("partner", { externalId: "their-number" }),
    role("plain", {
      trusts: [...trusts, "arn:aws:iam::111111111111:user/alice"],
      denied: ["sts:TagSession", "sts:SetSourceIdentity"],
    }),
  ],
};
const POLICY = '{"Version":"2012-10-17","Statement":[]}';
const assume = (name: string, more: Partial<AssumeRoleCommandInput> = {}) =>
  new AssumeRoleCommand({
    RoleArn: role(name).arn,
    RoleSessionName: "alice",
    ...more,
  });
const notAllowed = (action: string, name: string, caller = "user/alice") =>
  [
    "AccessDenied",
    403,
    `User: arn:aws:${
      caller.startsWith("user") ? "iam" : "sts"
    }::111111111111:${caller} is not authorized to perform: ${action} on resource: ${
      role(name).arn
    }`,
  ] as const;

Deno.test("a role that requires an external id is denied without that id", async () => {
  await using aws = new FakeAws(WORLD);
  const client = sts(aws, ALICE_KEYS);
  for (const more of [{}, { ExternalId: "another" }]) {
    assertEquals(await refusal(client.send(assume("partner", more))), [
      ...notAllowed("sts:AssumeRole", "partner"),
    ]);
  }
  const { Credentials } = await client.send(
    assume("partner", { ExternalId: "their-number" }),
  );
  const session = aws.sessionOf(Credentials!.AccessKeyId!);
  assertEquals(session?.settings?.externalId, "their-number");
  assertEquals(aws.calls.at(-1)?.params.ExternalId, "their-number");
});

Deno.test("policies and tags are stored, and count towards PackedPolicySize", async () => {
  await using aws = new FakeAws(WORLD);
  const policyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  const answer = await sts(aws, ALICE_KEYS).send(assume("admin", {
    Policy: POLICY,
    PolicyArns: [{ arn: policyArn }],
    Tags: [{ Key: "Team", Value: "a" }, { Key: "Empty", Value: "" }],
  }));
  assertEquals(answer.PackedPolicySize, 5);
  assertEquals(aws.sessionOf(answer.Credentials!.AccessKeyId!)?.settings, {
    policy: POLICY,
    policyArns: [policyArn],
    tags: [{ key: "Team", value: "a" }, { key: "Empty", value: "" }],
    transitiveTagKeys: [],
  });
});

Deno.test("a chain keeps its source identity and its transitive tags", async () => {
  await using aws = new FakeAws(WORLD);
  const first = await sts(aws, ALICE_KEYS).send(assume("admin", {
    SourceIdentity: "alice",
    Tags: [{ Key: "Team", Value: "a" }, { Key: "Host", Value: "b" }],
    TransitiveTagKeys: ["Team"],
  }));
  assertEquals(first.SourceIdentity, "alice");
  const client = sts(aws, first.Credentials);
  const second = await client.send(
    assume("next", { Tags: [{ Key: "Run", Value: "7" }] }),
  );
  assertEquals(second.SourceIdentity, "alice");
  const settings = aws.sessionOf(second.Credentials!.AccessKeyId!)?.settings;
  assertEquals(settings?.tags, [
    { key: "Team", value: "a" },
    { key: "Run", value: "7" },
  ]);
  const session = "assumed-role/admin/alice";
  assertEquals(
    await refusal(client.send(assume("next", { SourceIdentity: "bob" }))),
    [...notAllowed("sts:SetSourceIdentity", "next", session)],
  );
  // A role must also allow the tags and the source identity that its session inherits.
  assertEquals(await refusal(client.send(assume("plain"))), [
    ...notAllowed("sts:SetSourceIdentity", "plain", session),
  ]);
  assertEquals(
    await refusal(
      client.send(assume("next", { Tags: [{ Key: "team", Value: "c" }] })),
    ),
    [
      "InvalidParameterValue",
      400,
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    ],
  );
});

Deno.test("a role can deny session tags and a source identity", async () => {
  await using aws = new FakeAws(WORLD);
  const client = sts(aws, ALICE_KEYS);
  assertEquals(
    await refusal(
      client.send(assume("plain", { Tags: [{ Key: "a", Value: "b" }] })),
    ),
    [...notAllowed("sts:TagSession", "plain")],
  );
  assertEquals(
    await refusal(client.send(assume("plain", { SourceIdentity: "alice" }))),
    [...notAllowed("sts:SetSourceIdentity", "plain")],
  );
});

Deno.test("invalid or too large session settings are refused", async () => {
  await using aws = new FakeAws(WORLD);
  const client = sts(aws, ALICE_KEYS);
  const tags = (count: number, value: string) =>
    Array.from(
      { length: count },
      (_, index) => ({ Key: `key${index}`, Value: value }),
    );
  const cases: [Partial<AssumeRoleCommandInput>, string, string][] = [
    [
      { Policy: "nonsense" },
      "MalformedPolicyDocument",
      "Unexpected character ('n' (code 110)): expected a valid value (number, String, array, object, 'true', 'false' or 'null')\n at [Source: java.io.StringReader@52b5743d; line: 1, column: 2]",
    ],
    [{ Policy: "{}" }, "MalformedPolicyDocument", "Syntax errors in policy."],
    [
      { Policy: POLICY + " ".repeat(2100 - POLICY.length) },
      "PackedPolicyTooLarge",
      "Packed policy consumes 103% of allotted space, please use smaller policy.",
    ],
    [
      { Tags: tags(50, "v".repeat(200)) },
      "PackedPolicyTooLarge",
      "Packed size of session tags consumes 125% of allotted space.",
    ],
    [
      { Tags: [{ Key: "a", Value: "1" }, { Key: "A", Value: "2" }] },
      "InvalidParameterValue",
      "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    ],
    [
      { TransitiveTagKeys: ["a"] },
      "InvalidParameterValue",
      "The specified transitive tag key must be included in the requested tags.",
    ],
    [
      { Tags: [{ Key: "a!", Value: "1" }] },
      "ValidationError",
      "1 validation error detected: Value 'a!' at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+",
    ],
    [
      { SourceIdentity: "a b" },
      "ValidationError",
      "1 validation error detected: Value 'a b' at 'sourceIdentity' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@\\-]*",
    ],
  ];
  for (const [more, code, message] of cases) {
    assertEquals(await refusal(client.send(assume("admin", more))), [
      code,
      400,
      message,
    ]);
  }
  const [code, , message] = await refusal(
    client.send(assume("admin", { Tags: tags(51, "v") })),
  );
  assertEquals(code, "ValidationError");
  assertEquals(
    message.endsWith(
      "at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
    ),
    true,
  );
});
