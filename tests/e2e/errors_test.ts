import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE } from "../fake_aws/world.ts";
import { NOBODY, Sandbox } from "./sandbox.ts";
import { role, WORLD, worldWith } from "./worlds.ts";

const ADMIN = "arn:aws:iam::111111111111:role/admin";

/** The error and the hint of a run that fails. */
async function failure(
  box: Sandbox,
  args: string[],
  env = {},
): Promise<[string, string | undefined]> {
  const { status, stdout, stderr } = await box.run(args, { env });
  assertEquals([status, stdout], [125, ""]);
  const [error, hint, ...more] = stderr.split("\n").slice(0, -1);
  assertEquals(more, []);
  return [
    error!.replace("assume-role: error: ", ""),
    hint?.replace("assume-role: hint: ", ""),
  ];
}

Deno.test("a role that does not exist, or may not be assumed", async () => {
  const { world, user } = worldWith({ devices: [] });
  await using aws = new FakeAws(world);
  await using box = new Sandbox(aws, user);
  for (const name of ["none", "others", "deploy"]) {
    const [error, hint] = await failure(box, ["-r", name, "true"]);
    assertEquals(
      error,
      `Cannot assume arn:aws:iam::111111111111:role/${name}: AWS denies it`,
    );
    assertStringIncludes(hint!, "the role may not exist");
  }
});

Deno.test("no base credentials, wrong ones, expired ones", async () => {
  await using aws = new FakeAws(WORLD);
  await using box = new Sandbox(aws);
  const keys = {
    AWS_ACCESS_KEY_ID: ALICE.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ALICE.secretAccessKey,
  };
  const args = ["-r", "admin", "true"];
  const task = "Cannot tell whose the base credentials are";

  const [unknown] = await failure(box, args, {
    ...keys,
    AWS_ACCESS_KEY_ID: "AKIAUNKNOWN",
  });
  assertEquals(unknown, `${task}: AWS does not know the base access key`);
  const [wrong] = await failure(box, args, {
    ...keys,
    AWS_SECRET_ACCESS_KEY: "wrong",
  });
  assertEquals(
    wrong,
    `${task}: AWS rejects the signature of the base credentials`,
  );

  aws.fail("GetCallerIdentity", {
    kind: "error",
    code: "ExpiredToken",
    status: 403,
  });
  const [expired, renew] = await failure(box, args, keys);
  assertEquals(expired, `${task}: the base credentials have expired`);
  assertStringIncludes(renew!, "aws sso login");

  Deno.removeSync(`${box.home}/.aws/credentials`);
  const [none, hint] = await failure(box, args);
  assertEquals(none, "Cannot find base credentials");
  assertStringIncludes(hint!, "aws configure");
});

Deno.test("what AWS repeats of a secret is not shown, not even with -v", async () => {
  const { world, user } = worldWith({
    sessionToken: "the/secret/session/token",
  });
  await using aws = new FakeAws(world);
  await using box = new Sandbox(aws, user);
  const env = {
    AWS_ACCESS_KEY_ID: user.accessKeyId,
    AWS_SECRET_ACCESS_KEY: "mistyped",
    AWS_SESSION_TOKEN: user.sessionToken!,
  };
  const { stderr } = await box.run(["-v", "-r", "admin"], { env });
  assertMatch(stderr, /AWS: SignatureDoesNotMatch, request fake-/);
  assertStringIncludes(stderr, "x-amz-security-token:***");
  assert(!stderr.includes("the/secret/session/token"));
});

Deno.test("no network", async () => {
  await using box = new Sandbox();
  const [error, hint] = await failure(box, ["-r", "admin", "true"]);
  assertEquals(
    error,
    `Cannot tell whose the base credentials are: no answer from ${NOBODY}`,
  );
  assertStringIncludes(hint!, "HTTPS_PROXY");
});

Deno.test("throttling and 5xx are tried again, and named when they last", async () => {
  await using aws = new FakeAws(WORLD);
  await using box = new Sandbox(aws);
  const throttled = { kind: "error", code: "Throttling", status: 400 } as const;
  aws.fail("AssumeRole", throttled, 1);
  aws.fail("AssumeRole", {
    kind: "error",
    code: "InternalFailure",
    status: 500,
  }, 1);
  assertEquals((await box.run(["-r", "admin", "true"])).status, 0);
  aws.fail("AssumeRole", throttled, 3);
  const [error] = await failure(box, ["-f", "-r", "admin", "true"]);
  assertEquals(error, `Cannot assume ${ADMIN}: AWS is throttling the requests`);
});

Deno.test("a connection that is cut is tried again; an answer that is none is said so", async () => {
  await using aws = new FakeAws(WORLD);
  await using box = new Sandbox(aws);
  aws.fail("AssumeRole", { kind: "cut" }, 2);
  assertEquals((await box.run(["-r", "admin", "true"])).status, 0);
  aws.fail("AssumeRole", { kind: "cut" }, 3);
  const [cut] = await failure(box, ["-f", "-r", "admin", "true"]);
  assertEquals(
    cut,
    `Cannot assume ${ADMIN}: the connection to ${aws.url} was cut`,
  );
  aws.fail("AssumeRole", { kind: "malformed" }, 3);
  const [malformed] = await failure(box, ["-f", "-r", "admin", "true"]);
  assertEquals(
    malformed,
    `Cannot assume ${ADMIN}: the answer of ${aws.url} cannot be read`,
  );
});

Deno.test("a duration that the role does not allow", async () => {
  await using aws = new FakeAws({
    ...WORLD,
    roles: [role("admin", { maxSessionDuration: 3600 })],
  });
  await using box = new Sandbox(aws);
  const [error, hint] = await failure(box, [
    "--duration",
    "2h",
    "-r",
    "admin",
    "true",
  ]);
  assertEquals(
    error,
    `Cannot assume ${ADMIN}: the role does not allow sessions that long`,
  );
  assertStringIncludes(hint!, "--duration");
});

// 99designs/aws-vault#1049: clock skew shows as SignatureDoesNotMatch.
Deno.test("a clock that is wrong is corrected, for the expiry too", async () => {
  for (const hours of [-3, 3]) {
    await using aws = new FakeAws(WORLD, { clockOffset: hours * 3600_000 });
    await using box = new Sandbox(aws);
    const run = () => box.run(["-r", "admin", "printenv", "AWS_ACCESS_KEY_ID"]);
    const first = await run();
    assertEquals([first.status, first.stderr], [0, ""]);
    assertEquals(
      (await run()).stdout,
      first.stdout,
      "the cached session was not used",
    );
    assertEquals(aws.count("AssumeRole"), 1);
  }
});
