import { ListMFADevicesCommand } from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
} from "@aws-sdk/client-sts";
import { assert, assertEquals } from "@std/assert";
import { ALICE_KEYS, iam, refusal, role, sts } from "./clients.ts";
import { FakeAws } from "./server.ts";
import { ALICE, type World } from "./world.ts";

const SERIAL = ALICE.devices?.[0]?.serial;
const WORLD: World = {
  users: [ALICE],
  roles: [
    role("admin", { maxSessionDuration: 43_200 }),
    role("deploy", { requiresMfa: true }),
  ],
};
const assume = (name: string, DurationSeconds?: number) =>
  new AssumeRoleCommand({
    RoleArn: role(name).arn,
    RoleSessionName: "alice",
    DurationSeconds,
  });

Deno.test("a session with MFA acts as the user for STS and IAM", async () => {
  await using aws = new FakeAws(WORLD);
  const { Credentials } = await sts(aws, ALICE_KEYS).send(
    new GetSessionTokenCommand({
      DurationSeconds: 129_600,
      SerialNumber: SERIAL,
      TokenCode: await aws.code(ALICE),
    }),
  );
  const hours = (Credentials!.Expiration!.getTime() - Date.now()) / 3_600_000;
  assertEquals(Math.round(hours), 36);
  assertEquals(aws.sessionOf(Credentials!.AccessKeyId!)?.mfa, true);
  const client = sts(aws, Credentials);
  const { Arn } = await client.send(new GetCallerIdentityCommand({}));
  assertEquals(Arn, "arn:aws:iam::111111111111:user/alice");
  assert((await client.send(assume("deploy"))).Credentials);
  const { MFADevices } = await iam(aws, Credentials).send(
    new ListMFADevicesCommand({}),
  );
  assertEquals(MFADevices?.map((device) => device.SerialNumber), [SERIAL]);
});

Deno.test("a session without MFA is refused by IAM and by roles that require MFA", async () => {
  await using aws = new FakeAws(WORLD);
  const { Credentials } = await sts(aws, ALICE_KEYS).send(
    new GetSessionTokenCommand({}),
  );
  const client = sts(aws, Credentials);
  assert((await client.send(assume("admin"))).Credentials);
  assertEquals(await refusal(client.send(assume("deploy"))), [
    "AccessDenied",
    403,
    `User: arn:aws:iam::111111111111:user/alice is not authorized to perform: sts:AssumeRole on resource: ${
      role("deploy").arn
    }`,
  ]);
  assertEquals(
    await refusal(iam(aws, Credentials).send(new ListMFADevicesCommand({}))),
    [
      "InvalidClientTokenId",
      403,
      "The security token included in the request is invalid",
    ],
  );
});

Deno.test("a role assumed from a session lasts at most one hour", async () => {
  await using aws = new FakeAws(WORLD);
  const { Credentials } = await sts(aws, ALICE_KEYS).send(
    new GetSessionTokenCommand({}),
  );
  assertEquals(
    await refusal(sts(aws, Credentials).send(assume("admin", 7200))),
    [
      "ValidationError",
      400,
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    ],
  );
  assert((await sts(aws, ALICE_KEYS).send(assume("admin", 7200))).Credentials);
});

Deno.test("GetSessionToken is denied to a session, whether the session is a user's or a role's", async () => {
  await using aws = new FakeAws(WORLD);
  const client = sts(aws, ALICE_KEYS);
  const command = new GetSessionTokenCommand({});
  const ofUser = await client.send(command);
  const ofRole = await client.send(assume("admin"));
  for (const { Credentials } of [ofUser, ofRole]) {
    assertEquals(await refusal(sts(aws, Credentials).send(command)), [
      "AccessDenied",
      403,
      "Cannot call GetSessionToken with session credentials",
    ]);
  }
});

Deno.test("GetSessionToken refuses wrong codes and durations", async () => {
  await using aws = new FakeAws(WORLD);
  const client = sts(aws, ALICE_KEYS);
  const cases = [
    [
      { SerialNumber: SERIAL, TokenCode: "000000" },
      "AccessDenied",
      "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
    ],
    [
      { TokenCode: "123456" },
      "AccessDenied",
      "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
    ],
    [
      { DurationSeconds: 899 },
      "ValidationError",
      "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    ],
    [
      { DurationSeconds: 129_601 },
      "ValidationError",
      "1 validation error detected: Value '129601' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 129600",
    ],
  ] as const;
  for (const [input, code, message] of cases) {
    const [actual, , text] = await refusal(
      client.send(new GetSessionTokenCommand(input)),
    );
    assertEquals([actual, text], [code, message]);
  }
});
