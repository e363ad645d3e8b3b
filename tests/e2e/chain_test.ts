/** Chains of roles: `via` in assume-role.yaml. */
import { e2e } from "../mod.ts";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE, type Role, type World } from "../fake_aws/world.ts";
import { HAS_TERMINAL, keysOf, program, TestHome } from "./test_home.ts";
import { role, WORLD } from "./worlds.ts";

const ARN = "arn:aws:iam::111111111111";
const SERIAL = `${ARN}:mfa/alice`;
const OK = { status: 0, signal: null, stdout: "", stderr: "" };

/** A role that another role may assume. */
const after = (from: string, name: string, more: Partial<Role> = {}) =>
  role(name, { trusts: [`${ARN}:role/${from}`], ...more });

const CHAIN: World = {
  ...WORLD,
  roles: [
    role("jump"),
    role("guard", { requiresMfa: true }),
    after("jump", "middle", { externalId: "between-us" }),
    after("middle", "end", { maxSessionDuration: 43_200 }),
    after("jump", "left"),
    after("jump", "right", { maxSessionDuration: 43_200 }),
    after("guard", "safe"),
    after("guard", "sound"),
  ],
};

const ROLES = `
role_prefix: ${ARN}:role/
roles:
  jump:
    role_session_name: hop-1
    duration: 30m
    tags: { Project: apollo, Local: here }
    transitive_tags: Project
    source_identity: alice@example.com
  middle:
    via: jump
    role_session_name: hop-2
    external_id: between-us
    duration: 15m
  end:
    via: middle
    role_session_name: hop-3
  left: { via: jump }
  right: { via: jump }
  safe: { via: guard }
  sound: { via: guard }
`;

/** A sandbox with these chains. */
function sandbox(aws: FakeAws, roles = ROLES): TestHome {
  const home = new TestHome(aws);
  home.write("assume-role.yaml", roles);
  return home;
}

/** The names of the roles that were assumed, in order. */
const assumed = (aws: FakeAws) =>
  aws.calls.flatMap(({ params }) => params.RoleArn?.split("/").at(-1) ?? []);

e2e("a chain of three: each role is asked for with its own settings", {
  world: CHAIN,
  home: sandbox,
}, async ({ aws, run }) => {
  const { status, stdout, stderr } = await run(
    "-r end printenv AWS_ACCESS_KEY_ID",
  );
  assertEquals([status, stderr], [0, ""]);
  assertEquals(
    aws.calls.map(({ action, params }) => [
      action,
      params.RoleArn?.split("/").at(-1),
      params.RoleSessionName,
      params.DurationSeconds,
      params.ExternalId,
    ]),
    // All sessions have a name, so nobody is asked who the caller is.
    [
      ["AssumeRole", "jump", "hop-1", "1800", undefined],
      ["AssumeRole", "middle", "hop-2", "900", "between-us"],
      ["AssumeRole", "end", "hop-3", "3600", undefined],
    ],
  );
  // Only the values that AWS passes on from session to session have arrived.
  assertEquals(aws.sessionOf(stdout.trim())?.settings, {
    tags: [{ key: "Project", value: "apollo" }],
    transitiveTagKeys: ["Project"],
    policyArns: [],
    sourceIdentity: "alice@example.com",
  });
  // Each is called with the keys of the session before it.
  assertEquals(
    aws.calls.map(({ accessKeyId }) =>
      aws.sessionOf(accessKeyId)?.arn ?? accessKeyId
    ),
    [
      ALICE.accessKeyId,
      "arn:aws:sts::111111111111:assumed-role/jump/hop-1",
      "arn:aws:sts::111111111111:assumed-role/middle/hop-2",
    ],
  );
});

e2e("each role of a chain is kept by itself, and shared", {
  world: CHAIN,
  home: sandbox,
}, async ({ aws, home, run }) => {
  for (const name of ["left", "right", "left", "jump"]) {
    assertEquals(await run(["-r", name, "true"]), OK);
  }
  assertEquals(assumed(aws), ["jump", "left", "right"]);
  // A session without a configured name has the name of the session before it.
  assertEquals(aws.calls.at(-1)?.params.RoleSessionName, "hop-1");
  // Only what was asked for is a profile to be used by other tools.
  const profiles = home.readHome(".aws/credentials").match(/^\[.+\]$/gm);
  assertEquals(profiles, [
    "[default]",
    "[111111111111-left]",
    "[111111111111-right]",
  ]);
});

e2e("-f refreshes the last role of a chain only", {
  world: CHAIN,
  home: sandbox,
}, async ({ aws, run }) => {
  await run("-r left true");
  assertEquals(await run("-f -r left true"), OK);
  assertEquals(assumed(aws), ["jump", "left", "left"]);
});

Deno.test("options of a session are for the last role, those of the start for the first", async () => {
  await using aws = new FakeAws(CHAIN);
  await using home = sandbox(aws);
  home.writeHome(".aws/credentials", keysOf(ALICE, "work"));
  const args = ["--profile", "work", "--mfa-serial", SERIAL, "--mfa-token"];
  const result = await home.run([
    ...args,
    await aws.code(ALICE),
    "--role-session-name",
    "asked-for",
    "--duration",
    "15m",
    "--tag",
    "Team=ops",
    "-r",
    "safe",
    "true",
  ]);
  assertEquals(result, OK);
  const [first, last] = aws.calls.filter(({ action }) =>
    action === "AssumeRole"
  ).map(({ params: { TokenCode: _, Action: _a, Version: _v, ...rest } }) =>
    rest
  );
  assertEquals(first, {
    RoleArn: `${ARN}:role/guard`,
    RoleSessionName: "alice",
    DurationSeconds: "3600",
    SerialNumber: SERIAL,
  });
  assertEquals(last, {
    RoleArn: `${ARN}:role/safe`,
    RoleSessionName: "asked-for",
    DurationSeconds: "900",
    "Tags.member.1.Key": "Team",
    "Tags.member.1.Value": "ops",
  });
});

e2e("only the first role of a chain can want a code", {
  ignore: !HAS_TERMINAL,
  world: CHAIN,
  home: sandbox,
}, async ({ aws, home, run }) => {
  const result = await home.runOnTerminal("-r safe true", [[
    `MFA code for ${SERIAL}: `,
    `${await aws.code(ALICE)}\n`,
  ]]);
  assertEquals(result.status, 0, result.stdout);
  assertEquals(await run("--no-input -r sound true"), OK);
  assertEquals(assumed(aws), ["guard", "guard", "safe", "sound"]);
});

e2e("a role that is denied is named, whichever of the chain it is", {
  world: { ...CHAIN, roles: [role("jump")] },
  home: sandbox,
}, async ({ aws, run }) => {
  const { status, stderr } = await run("-r left true");
  assertEquals(status, 125);
  assertEquals(
    stderr.split("\n")[0],
    `assume-role: error: Cannot assume ${ARN}:role/left: AWS denies access`,
  );
  // No device of alice's can help a session.
  assertEquals(aws.count("ListMFADevices"), 0);
});

Deno.test("a circle and an unknown role are named before any call", async () => {
  await using aws = new FakeAws(CHAIN);
  await using home = sandbox(
    aws,
    `role_prefix: ${ARN}:role/
roles:
  a: { via: b }
  b: { via: a }
  self: { via: self }
  entry: { via: a }
`,
  );
  const cases = {
    a: "Cannot assume 'a': the role chain forms a loop: a via b via a",
    self: "Cannot assume 'self': the role chain forms a loop: self via self",
    entry:
      "Cannot assume 'entry': the role chain forms a loop: entry via a via b via a",
  };
  for (const [name, error] of Object.entries(cases)) {
    assertEquals(await home.run(["-r", name, "true"]), {
      ...OK,
      status: 125,
      stderr: `assume-role: error: ${error}\n`,
    });
  }
  home.write(
    "assume-role.yaml",
    `roles:\n  jump: { role_arn: "${ARN}:role/jump" }\n  end: { role_arn: "${ARN}:role/end", via: jmp }\n`,
  );
  assertEquals((await home.run("-r end true")).stderr.split("\n"), [
    "assume-role: error: Cannot find the role 'jmp', from which 'end' is assumed: 'roles' has no such entry, and 'role_prefix' is not set",
    "assume-role: hint: did you mean 'jump'?",
    "",
  ]);
  assertEquals(aws.calls, []);
});

// 99designs/aws-vault#351, #263: the limit on chained roles fails late and unclearly.
e2e("the hour that a chained role has at most is applied, and said once", {
  world: CHAIN,
  home: sandbox,
}, async ({ aws, run }) => {
  const args = ["--duration", "4h", "-r", "right", "true"];
  const first = await run(args);
  assertEquals(first, {
    ...OK,
    stderr:
      `assume-role: warning: The session of ${ARN}:role/right lasts 1h: AWS limits a role assumed from another session to 1h; you asked for 4h\n`,
  });
  assertEquals(aws.calls.at(-1)?.params.DurationSeconds, "3600");
  assertEquals(await run(args), OK);
  assertEquals(assumed(aws), ["jump", "right"]);
  // The limit also holds for base credentials that are a session.
  const nested = await run([
    ...["-r", "jump", "-E=DENO_DIR", ...program()],
    ...["--duration", "2h", "-r", `${ARN}:role/left`, "true"],
  ]);
  assertEquals(nested, {
    ...OK,
    stderr:
      `assume-role: warning: The session of ${ARN}:role/left lasts 1h: AWS limits a role assumed from another session to 1h; you asked for 2h\n`,
  });
});

Deno.test("a duration for all roles is reported for the requested role", async () => {
  await using aws = new FakeAws({
    ...CHAIN,
    roles: CHAIN.roles.map((role) => ({ ...role, maxSessionDuration: 43_200 })),
  });
  await using home = sandbox(
    aws,
    ROLES.replace(/ +(duration|tags|transitive).+\n/g, "") + "duration: 4h\n",
  );
  const { status, stderr } = await home.run("-r end true");
  assertEquals([status, stderr.match(/warning/g)?.length], [0, 1], stderr);
  assertEquals(
    aws.calls.map(({ params }) => params.DurationSeconds),
    ["14400", "3600", "3600"],
  );
});

e2e("a role on the way that has grown old is refreshed, others are not", {
  world: CHAIN,
  home: sandbox,
}, async ({ aws, home, run }) => {
  await run("-r left true");
  const cache = join(home.path, ".aws/assume-role/cache");
  for (const { name } of Deno.readDirSync(cache)) {
    const path = join(cache, name);
    if (!name.endsWith(".json")) continue;
    const entry = JSON.parse(Deno.readTextFileSync(path));
    if (entry.value.roleArn !== `${ARN}:role/jump`) continue;
    // With ten minutes left, it is within refresh_before_expiry.
    entry.value.expiration -= 20 * 60_000;
    entry.value.obtainedAt -= 20 * 60_000;
    Deno.writeTextFileSync(path, JSON.stringify(entry));
  }
  // A hit on the last role does not look at the way to it.
  assertEquals(await run("-r left true"), OK);
  assertEquals(assumed(aws), ["jump", "left"]);
  assertEquals(await run("-r right true"), OK);
  assertEquals(assumed(aws), ["jump", "left", "jump", "right"]);
});

e2e(
  "16 processes at once on two roles behind one: a call for each role, and one question",
  {
    ignore: !HAS_TERMINAL,
    world: CHAIN,
    aws: { latency: 50 },
    home: (aws) => sandbox(aws, `${ROLES}mfa_serial: ${SERIAL}\n`),
  },
  async ({ aws, home }) => {
    const script =
      'i=0; while [ $i -lt 8 ]; do "$@" -r safe echo success & "$@" -r sound echo success & i=$((i+1)); done; wait';
    const all = ["sh", "-c", script, "sh", ...program(), "-q"];
    const code = await aws.code(ALICE);
    const { stdout } = await home.play(all, [["MFA code", `${code}\n`]]);
    assertEquals(stdout.match(/MFA code/g)?.length, 1, stdout);
    assertEquals(stdout.match(/^success\r$/gm)?.length, 16, stdout);
    assertEquals(assumed(aws).toSorted(), ["guard", "safe", "sound"]);
    assert(assumed(aws)[0] === "guard");
  },
);

e2e("--server refreshes a chain, and asks for a new code for its first role", {
  ignore: Deno.build.os === "windows",
  world: CHAIN,
  aws: { sessionLife: 6000 },
  home: (aws) => sandbox(aws, `${ROLES}mfa_serial: ${SERIAL}\n`),
}, async ({ aws, home, run }) => {
  const next = await aws.code(ALICE, SERIAL, 1);
  home.writeHome(".aws/assume-role.yaml", `mfa_command: echo ${next}\n`);
  const token = ["--mfa-token", await aws.code(ALICE)];
  const script =
    'sleep 6.3; curl -s -o /dev/null -w "%{http_code}" -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"';
  const result = await run([
    ...["--server", ...token, "-r", "safe"],
    ...["sh", "-c", script],
  ]);
  assertEquals([result.status, result.stdout], [0, "200"], result.stderr);
  assertEquals(assumed(aws).slice(0, 4), ["guard", "safe", "guard", "safe"]);
});
