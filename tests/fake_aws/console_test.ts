import {
  AssumeRoleCommand,
  type Credentials,
  GetSessionTokenCommand,
} from "@aws-sdk/client-sts";
import { assertEquals } from "@std/assert";
import { ALICE_KEYS, role, sts } from "./clients.ts";
import { FakeAws } from "./server.ts";
import { ALICE, type World } from "./world.ts";

const WORLD: World = {
  users: [ALICE],
  roles: [role("admin"), role("next", { trusts: [role("admin").arn] })],
};
const assume = (name: string) =>
  new AssumeRoleCommand({ RoleArn: role(name).arn, RoleSessionName: "alice" });

function query(
  credentials: Credentials | undefined,
  more: Record<string, string> = {},
): URLSearchParams {
  const session = {
    sessionId: credentials?.AccessKeyId,
    sessionKey: credentials?.SecretAccessKey,
    sessionToken: credentials?.SessionToken,
  };
  return new URLSearchParams({
    Action: "getSigninToken",
    Session: JSON.stringify(session),
    ...more,
  });
}

async function signalStatus(aws: FakeAws, params: URLSearchParams) {
  const response = await fetch(`${aws.url}/federation?${params}`);
  await response.body?.cancel();
  return response.status;
}

Deno.test("a role's session gets a sign-in token for the console", async () => {
  await using aws = new FakeAws(WORLD);
  const { Credentials } = await sts(aws, ALICE_KEYS).send(assume("admin"));
  const params = query(Credentials, { SessionDuration: "43200" });
  for (
    const response of [
      await fetch(`${aws.url}/federation?${params}`),
      await fetch(`${aws.url}/federation`, { method: "POST", body: params }),
    ]
  ) {
    const { SigninToken } = await response.json();
    assertEquals(
      aws.signedIn(SigninToken)?.arn,
      "arn:aws:sts::111111111111:assumed-role/admin/alice",
    );
  }
  assertEquals(aws.count("getSigninToken"), 2);
});

Deno.test("a sign-in token for a chained session must not have a duration", async () => {
  await using aws = new FakeAws(WORLD);
  const first = await sts(aws, ALICE_KEYS).send(assume("admin"));
  const { Credentials } = await sts(aws, first.Credentials).send(
    assume("next"),
  );
  assertEquals(await signalStatus(aws, query(Credentials)), 200);
  assertEquals(
    await signalStatus(aws, query(Credentials, { SessionDuration: "3600" })),
    400,
  );
});

Deno.test("invalid sessions and durations get no sign-in token", async () => {
  await using aws = new FakeAws(WORLD);
  const client = sts(aws, ALICE_KEYS);
  const { Credentials } = await client.send(assume("admin"));
  const user = await client.send(new GetSessionTokenCommand({}));
  for (
    const params of [
      query({ ...Credentials!, SecretAccessKey: "another" }),
      query({ ...Credentials!, SessionToken: "another" }),
      query({ ...Credentials!, AccessKeyId: ALICE.accessKeyId }),
      query(user.Credentials),
      query(Credentials, { SessionDuration: "899" }),
      query(Credentials, { Session: "nonsense" }),
      query(Credentials, { Action: "another" }),
    ]
  ) assertEquals(await signalStatus(aws, params), 400, String(params));
});

Deno.test("an expired session gets no sign-in token", async () => {
  await using aws = new FakeAws(WORLD, { sessionLife: -1000 });
  const { Credentials } = await sts(aws, ALICE_KEYS).send(assume("admin"));
  assertEquals(await signalStatus(aws, query(Credentials)), 400);
});
