import { e2e } from "../mod.ts";
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE } from "../fake_aws/world.ts";
import { program, TestHome } from "./test_home.ts";
import { WORLD } from "./worlds.ts";

e2e(
  "a command runs under the role, and again from the cache without a request",
  async ({ aws, run }) => {
    const first = await run("--role admin printenv AWS_ACCESS_KEY_ID");
    assertEquals([first.status, first.stderr], [0, ""]);
    assertMatch(first.stdout, /^ASIA[0-9A-F]{16}\n$/);
    assertEquals(aws.calls.map(({ action }) => action), [
      "GetCallerIdentity",
      "AssumeRole",
    ]);
    assertEquals(aws.calls[1]?.params.RoleSessionName, "alice");

    const second = await run("--role admin printenv AWS_ACCESS_KEY_ID");
    assertEquals(second, first);
    assertEquals(aws.calls.length, 2);
  },
);

e2e("a caller that is known costs one request", async ({ aws, run }) => {
  await run("-r admin true");
  assertEquals((await run("-r team-a/long true")).status, 0);
  assertEquals(aws.calls.length, 3);
});

// uber/assume-role-cli asked STS who it is on every run, so a valid cache was useless offline.
Deno.test("the cache works offline", async () => {
  const aws = new FakeAws(WORLD);
  await using home = new TestHome(aws);
  await home.run("-r admin true");
  await aws[Symbol.asyncDispose]();
  const result = await home.run("-r admin printenv ASSUME_ROLE_ARN");
  assertEquals(result.stdout, "arn:aws:iam::111111111111:role/admin\n");
});

e2e("without a command, the three variables are printed", async ({ run }) => {
  const { status, stdout, stderr } = await run("-r admin");
  assertEquals([status, stderr], [0, ""]);
  assertMatch(
    stdout,
    /^AWS_ACCESS_KEY_ID=ASIA\w{16}\nAWS_SECRET_ACCESS_KEY=\S{40}\nAWS_SESSION_TOKEN=\S+\n$/,
  );
  assertNotMatch(stdout, new RegExp(ALICE.accessKeyId));
});

e2e("a full ARN is never prefixed", async ({ aws, run }) => {
  const arn = "arn:aws:iam::111111111111:role/team-a/long";
  const result = await run([
    "-r",
    arn,
    "--duration",
    "12h",
    "printenv",
    "ASSUME_ROLE_ARN",
  ]);
  assertEquals(result.stdout, `${arn}\n`);
  assertEquals(aws.calls.at(-1)?.params.DurationSeconds, "43200");
});

// peers.md: the session name that uber/assume-role-cli had stored beat the option.
e2e(
  "the session name given always wins, also over the cache",
  async ({ aws, run }) => {
    await run("-r admin true");
    const result = await run("-r admin --role-session-name ticket-42 true");
    assertEquals(result.status, 0);
    assertEquals(aws.calls.at(-1)?.params.RoleSessionName, "ticket-42");
  },
);

Deno.test("a caller that is a role's session keeps its session name, and nesting works", async () => {
  await using aws = new FakeAws({
    ...WORLD,
    roles: [...WORLD.roles, {
      arn: "arn:aws:iam::222222222222:role/inner",
      trusts: ["arn:aws:iam::111111111111:role/admin"],
    }],
  });
  await using home = new TestHome(aws);
  const inner = "arn:aws:iam::222222222222:role/inner";
  const result = await home.run([
    "-r",
    "admin",
    "-E=DENO_DIR",
    "--role-session-name",
    "outer-name",
    ...program(),
    "-r",
    inner,
    "printenv",
    "ASSUME_ROLE_ARN",
  ]);
  assertEquals([result.stderr, result.stdout], ["", `${inner}\n`]);
  assertEquals(aws.calls.at(-1)?.params.RoleSessionName, "outer-name");
});

e2e(
  "roles have entries of their own in the file",
  async ({ aws, home, run }) => {
    home.write(
      "assume-role.yaml",
      "roles:\n  ops:\n    role_arn: arn:aws:iam::111111111111:role/team-a/long\n    duration: 2h\n    region: eu-north-1\n",
    );
    const result = await run("-r ops printenv AWS_REGION ASSUME_ROLE_ARN");
    assertEquals(
      result.stdout,
      "eu-north-1\narn:aws:iam::111111111111:role/team-a/long\n",
    );
    assertEquals(aws.calls.at(-1)?.params.DurationSeconds, "7200");
  },
);

e2e("-v says what is done, and no secret", async ({ run }) => {
  const { stdout, stderr } = await run("-v -r admin");
  assertMatch(
    stderr,
    /asking STS for arn:aws:iam::111111111111:role\/admin as 'alice'/,
  );
  const secrets = stdout.matchAll(/=(.*)/g).map(([, value]) => value!)
    .toArray();
  assertEquals(secrets.length, 3);
  for (const secret of [...secrets, ALICE.secretAccessKey]) {
    assert(!stderr.includes(secret), "a secret is in the messages");
  }
});

e2e("-f gets fresh credentials", async ({ home }) => {
  const run = (...args: string[]) =>
    home.run([...args, "-r", "admin", "printenv", "AWS_ACCESS_KEY_ID"]);
  const first = await run();
  const second = await run("-f");
  assert(first.stdout !== second.stdout, "the credentials are the old ones");
  assertEquals((await run()).stdout, second.stdout);
});

e2e("processes that want the same credentials at once make one request", {
  aws: { latency: 100 },
}, async ({ aws, run }) => {
  const runs = Array.from(
    { length: 8 },
    () => run("-r admin printenv AWS_ACCESS_KEY_ID"),
  );
  const results = await Promise.all(runs);
  assertEquals(new Set(results.map(({ stdout }) => stdout)).size, 1);
  assertEquals(results.map(({ status }) => status), Array(8).fill(0));
  assertEquals(aws.count("AssumeRole"), 1);
});
