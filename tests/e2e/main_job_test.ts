/** The main job: a command under a role, the cache and the printed credentials. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertNotMatch,
} from "@std/assert";
import {
  ADMIN_ARN,
  ALICE,
  argv,
  e2e,
  OK,
  PREFIX,
  program,
  WORLD,
} from "../mod.ts";

e2e(
  "a command runs under the role; the second run makes no request",
  async ({ aws, run }) => {
    const first = await run("--role admin printenv AWS_ACCESS_KEY_ID");
    assertEquals([first.status, first.stderr], [0, ""]);
    assertMatch(first.stdout, /^ASIA[0-9A-F]{16}\n$/);
    assertEquals(aws.actions(), [
      "GetCallerIdentity",
      "AssumeRole",
    ]);
    assertEquals(aws.calls[1]?.params.RoleSessionName, "alice");

    const second = await run("--role admin printenv AWS_ACCESS_KEY_ID");
    assertEquals(second, first);
    assertEquals(aws.calls.length, 2);
  },
);

e2e(
  "if the caller's identity is cached, assuming another role needs only one request",
  async ({ aws, run }) => {
    await run("-r admin true");
    assertEquals((await run("-r team-a/long true")).status, 0);
    assertEquals(aws.calls.length, 3);
  },
);

// uber/assume-role-cli calls GetCallerIdentity in every run, also with a valid cache.
e2e("a cached session works offline", async ({ aws, run }) => {
  await run("-r admin true");
  await aws.stop();
  const result = await run("-r admin printenv ASSUME_ROLE_ARN");
  assertEquals(result.stdout, `${ADMIN_ARN}\n`);
});

e2e("without a command, three variables are printed", async ({ run }) => {
  const { status, stdout, stderr } = await run("-r admin");
  assertEquals([status, stderr], [0, ""]);
  assertMatch(
    stdout,
    /^AWS_ACCESS_KEY_ID=ASIA\w{16}\nAWS_SECRET_ACCESS_KEY=\S{40}\nAWS_SESSION_TOKEN=\S+\n$/,
  );
  assertNotMatch(stdout, new RegExp(ALICE.accessKeyId));
});

e2e("role_prefix does not apply to an ARN", async ({ aws, run }) => {
  const arn = `${PREFIX}team-a/long`;
  const result = await run(
    `-r ${arn} --duration 12h printenv ASSUME_ROLE_ARN`,
  );
  assertEquals(result.stdout, `${arn}\n`);
  assertEquals(aws.calls.at(-1)?.params.DurationSeconds, "43200");
});

// In uber/assume-role-cli, a stored session name overrides the option.
e2e(
  "--role-session-name applies even if a session with another session name is cached",
  async ({ aws, run }) => {
    await run("-r admin true");
    const result = await run("-r admin --role-session-name ticket-42 true");
    assertEquals(result, OK);
    assertEquals(aws.calls.at(-1)?.params.RoleSessionName, "ticket-42");
  },
);

const INNER_ARN = "arn:aws:iam::222222222222:role/inner";

e2e(
  "in a nested run, the new session gets the session name of the outer run's session",
  {
    world: {
      ...WORLD,
      roles: [...WORLD.roles, { arn: INNER_ARN, trusts: [ADMIN_ARN] }],
    },
  },
  async ({ aws, run }) => {
    const inner = argv`${program()} -r ${INNER_ARN} printenv ASSUME_ROLE_ARN`;
    const result = await run(
      argv`-r admin -E=DENO_DIR --role-session-name outer-name ${inner}`,
    );
    assertEquals(result, { ...OK, stdout: `${INNER_ARN}\n` });
    assertEquals(aws.calls.at(-1)?.params.RoleSessionName, "outer-name");
  },
);

e2e(
  "a role can have its own settings in assume-role.yaml",
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

e2e("-v prints each step, and no secret", async ({ run }) => {
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

e2e("-f replaces a cached session", async ({ run }) => {
  const first = await run("-r admin printenv AWS_ACCESS_KEY_ID");
  const second = await run("-f -r admin printenv AWS_ACCESS_KEY_ID");
  assertNotEquals(first.stdout, second.stdout);
  assertEquals(await run("-r admin printenv AWS_ACCESS_KEY_ID"), second);
});

e2e(
  "if several processes need the same session at once, only one request is made",
  {
    aws: { latency: 100 },
  },
  async ({ aws, run }) => {
    const runs = Array.from(
      { length: 8 },
      () => run("-r admin printenv AWS_ACCESS_KEY_ID"),
    );
    const results = await Promise.all(runs);
    assertEquals(new Set(results.map(({ stdout }) => stdout)).size, 1);
    assertEquals(results.map(({ status }) => status), Array(8).fill(0));
    assertEquals(aws.count("AssumeRole"), 1);
  },
);
