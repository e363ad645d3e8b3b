import { AssumeRoleWithWebIdentityCommand } from "@aws-sdk/client-sts";
import { assert, assertEquals } from "@std/assert";
import { role, sts } from "./clients.ts";
import { readToken } from "./jwt.ts";
import { FakeAws } from "./server.ts";
import type { World } from "./world.ts";

const SUBJECT = "repo:example/project:environment:production";
const WORLD: World = {
  users: [],
  roles: [role("pipeline", { trustsTokens: [SUBJECT] })],
  workflow: { requestToken: "the-request-token", sub: SUBJECT },
};
const AUTHORIZATION = { authorization: "bearer the-request-token" };

Deno.test("a job gets an ID token that assumes a role", async () => {
  await using aws = new FakeAws(WORLD);
  const url = `${aws.url}/actions/id-token?api-version=2.0`;
  const response = await fetch(`${url}&audience=sts.amazonaws.com`, {
    headers: AUTHORIZATION,
  });
  const { value } = await response.json();
  const { claims, valid } = (await readToken(value))!;
  assertEquals([claims.sub, claims.aud, valid], [
    SUBJECT,
    "sts.amazonaws.com",
    true,
  ]);
  assert(Math.abs(claims.exp - Date.now() / 1000 - 300) < 5);
  const { Audience } = await sts(aws, undefined).send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: role("pipeline").arn,
      RoleSessionName: "run-7",
      WebIdentityToken: value,
    }),
  );
  assertEquals(Audience, "sts.amazonaws.com");
  assertEquals(aws.calls[0]?.params, {
    "api-version": "2.0",
    audience: "sts.amazonaws.com",
  });
});

Deno.test("if the request names no audience, the audience of the ID token is the repository's owner", async () => {
  await using aws = new FakeAws(WORLD);
  const response = await fetch(`${aws.url}/actions/id-token`, {
    headers: AUTHORIZATION,
  });
  const { value } = await response.json();
  const read = await readToken(value);
  assertEquals(read?.claims.aud, "https://github.com/example");
});

Deno.test("a request without the job's token gets no ID token", async () => {
  await using aws = new FakeAws(WORLD);
  await using other = new FakeAws({ users: [], roles: [] });
  for (
    const [{ url }, headers] of [
      [aws, undefined],
      [aws, { authorization: "bearer another" }],
      [aws, { authorization: "the-request-token" }],
      [other, AUTHORIZATION],
    ] as const
  ) {
    const response = await fetch(
      `${url}/actions/id-token`,
      headers && { headers },
    );
    await response.body?.cancel();
    assertEquals(response.status, 401);
  }
});
