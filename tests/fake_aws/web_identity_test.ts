import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  GetCallerIdentityCommand,
} from "@aws-sdk/client-sts";
import { assert, assertEquals } from "@std/assert";
import { refusal, role, sts } from "./clients.ts";
import { FakeAws } from "./server.ts";
import { ALICE, type World } from "./world.ts";

const SUBJECT = "repo:example/project:ref:refs/heads/main";
const WORLD: World = {
  users: [ALICE],
  roles: [
    role("pipeline", { trustsTokens: ["repo:example/project:*"] }),
    role("tagged", {
      trustsTokens: ({ environment }) => environment === "production",
    }),
    role("long", { trustsTokens: ["*"], maxSessionDuration: 43_200 }),
    role("next", { trusts: [role("long").arn], maxSessionDuration: 43_200 }),
  ],
};
const assume = (
  name: string,
  WebIdentityToken: string,
  more: Partial<AssumeRoleWithWebIdentityCommandInput> = {},
) =>
  new AssumeRoleWithWebIdentityCommand({
    RoleArn: role(name).arn,
    RoleSessionName: "run-7",
    WebIdentityToken,
    ...more,
  });

Deno.test("a web identity token assumes a role in a request that no keys sign", async () => {
  await using aws = new FakeAws(WORLD);
  const answer = await sts(aws, undefined).send(
    assume("pipeline", await aws.idToken(), {
      Policy: '{"Version":"2012-10-17","Statement":[]}',
      PolicyArns: [{ arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
    }),
  );
  assertEquals([
    answer.SubjectFromWebIdentityToken,
    answer.Audience,
    answer.Provider,
    answer.AssumedRoleUser?.Arn,
  ], [
    SUBJECT,
    "sts.amazonaws.com",
    "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com",
    "arn:aws:sts::111111111111:assumed-role/pipeline/run-7",
  ]);
  const { Arn } = await sts(aws, answer.Credentials).send(
    new GetCallerIdentityCommand({}),
  );
  assertEquals(Arn, answer.AssumedRoleUser?.Arn);
  const settings = aws.sessionOf(answer.Credentials!.AccessKeyId!)?.settings;
  assertEquals(settings?.policyArns.length, 1);
  assertEquals(aws.calls[0]?.accessKeyId, "");
});

Deno.test("a role can check all claims of a token", async () => {
  await using aws = new FakeAws(WORLD);
  const client = sts(aws, undefined);
  const token = await aws.idToken({ environment: "production" });
  assert((await client.send(assume("tagged", token))).Credentials);
  const cases = [
    ["tagged", await aws.idToken()],
    ["pipeline", await aws.idToken({ sub: "repo:example/project" })],
    ["absent", token],
    ["next", token],
  ] as const;
  for (const [name, token] of cases) {
    assertEquals(await refusal(client.send(assume(name, token))), [
      "AccessDenied",
      403,
      "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    ]);
  }
});

Deno.test("a session from a web identity token is not a chained session, but the session of the next role is a chained session", async () => {
  await using aws = new FakeAws(WORLD);
  const { Credentials } = await sts(aws, undefined).send(
    assume("long", await aws.idToken(), { DurationSeconds: 43_200 }),
  );
  const next = new AssumeRoleCommand({
    RoleArn: role("next").arn,
    RoleSessionName: "run-7",
    DurationSeconds: 43_200,
  });
  const [code] = await refusal(sts(aws, Credentials).send(next));
  assertEquals(code, "ValidationError");
});

Deno.test("invalid tokens are refused", async () => {
  await using aws = new FakeAws(WORLD);
  const client = sts(aws, undefined);
  const token = await aws.idToken();
  const [header, , signature] = token.split(".");
  const other = (await aws.idToken({ sub: "repo:example/other" })).split(".");
  const past = Math.floor(Date.now() / 1000) - 60;
  const invalid = "InvalidIdentityToken";
  const cases = [
    ["none", invalid, /^The ID Token provided is not a valid JWT\./],
    ["a.b.c", invalid, /^The ID Token provided is not a valid JWT\./],
    [
      [header, other[1], signature].join("."),
      invalid,
      /^The web identity token that was passed could not be validated/,
    ],
    [
      await aws.idToken({ iss: "https://example.com" }),
      invalid,
      /^No OpenIDConnect provider found in your account for https:\/\/example\.com$/,
    ],
    [
      await aws.idToken({ aud: "api://default" }),
      invalid,
      /^Incorrect token audience$/,
    ],
    [
      await aws.idToken({ exp: past }),
      "ExpiredTokenException",
      RegExp(
        `^Token expired: current date/time \\d+ must be before the expiration date/time ${past}$`,
      ),
    ],
  ] as const;
  for (const [token, code, message] of cases) {
    const actual = await refusal(client.send(assume("pipeline", token)));
    assertEquals(actual.slice(0, 2), [code, 400], actual[2]);
    assert(message.test(actual[2]), actual[2]);
  }
});
