/** Chains of roles: `via` in assume-role.yaml. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import {
  ALICE,
  argv,
  assertFails,
  e2e,
  type FakeAws,
  keysOf,
  OK,
  PREFIX,
  program,
  type Role,
  role,
  SERIAL,
  terminal,
  TestHome,
  unix,
  WORLD,
  type World,
} from "../mod.ts";
import { ageSessions } from "./age_sessions.ts";

/** Creates a role that the role `from` may assume. */
const after = (from: string, name: string, more: Partial<Role> = {}) =>
  role(name, { trusts: [`${PREFIX}${from}`], ...more });

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
role_prefix: ${PREFIX}
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

/** A home with the chains of `ROLES`. */
function chainHome(aws: FakeAws, roles = ROLES): TestHome {
  const home = new TestHome(aws);
  home.write("assume-role.yaml", roles);
  return home;
}

/** The names of the roles that were assumed, in order. */
const assumed = (aws: FakeAws) =>
  aws.calls.flatMap(({ params }) => params.RoleArn?.split("/").at(-1) ?? []);

e2e("a chain of three roles: each AssumeRole has the settings of its role", {
  world: CHAIN,
  home: chainHome,
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
    // Each hop has a configured session name, so GetCallerIdentity is not called.
    [
      ["AssumeRole", "jump", "hop-1", "1800", undefined],
      ["AssumeRole", "middle", "hop-2", "900", "between-us"],
      ["AssumeRole", "end", "hop-3", "3600", undefined],
    ],
  );
  // The last session has only the settings that AWS passes from hop to hop.
  assertEquals(aws.sessionOf(stdout.trim())?.settings, {
    tags: [{ key: "Project", value: "apollo" }],
    transitiveTagKeys: ["Project"],
    policyArns: [],
    sourceIdentity: "alice@example.com",
  });
  // Each AssumeRole is signed with the session of the previous hop.
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

e2e(
  "each hop is cached separately, and chains with the same first hop share its session",
  {
    world: CHAIN,
    home: chainHome,
  },
  async ({ aws, home, run }) => {
    for (const name of ["left", "right", "left", "jump"]) {
      assertEquals(await run(["-r", name, "true"]), OK);
    }
    assertEquals(assumed(aws), ["jump", "left", "right"]);
    // A hop without its own session name takes the session name of the previous hop.
    assertEquals(aws.calls.at(-1)?.params.RoleSessionName, "hop-1");
    // The session of `jump` was obtained for a hop. Only `-r jump` saves the session.
    const profiles = home.readHome(".aws/credentials").match(/^\[.+\]$/gm);
    assertEquals(profiles, [
      "[default]",
      "[111111111111-left]",
      "[111111111111-right]",
      "[111111111111-jump]",
    ]);
  },
);

e2e("-f refreshes only the last role of a chain", {
  world: CHAIN,
  home: chainHome,
}, async ({ aws, run }) => {
  await run("-r left true");
  assertEquals(await run("-f -r left true"), OK);
  assertEquals(assumed(aws), ["jump", "left", "left"]);
});

e2e(
  "session options apply to the last role of a chain; --profile and MFA options apply to the first role",
  { world: CHAIN, home: chainHome },
  async ({ aws, home, run }) => {
    home.writeHome(".aws/credentials", keysOf(ALICE, "work"));
    const code = await aws.code(ALICE);
    const first = `--profile work --mfa-serial ${SERIAL} --mfa-token ${code}`;
    const last = "--role-session-name asked-for --duration 15m --tag Team=ops";
    assertEquals(await run(`${first} ${last} -r safe true`), OK);
    const [toGuard, toSafe] = aws.calls
      .filter(({ action }) => action === "AssumeRole")
      .map(({ params: { TokenCode: _, Action: _a, Version: _v, ...rest } }) =>
        rest
      );
    assertEquals(toGuard, {
      RoleArn: `${PREFIX}guard`,
      RoleSessionName: "alice",
      DurationSeconds: "3600",
      SerialNumber: SERIAL,
    });
    assertEquals(toSafe, {
      RoleArn: `${PREFIX}safe`,
      RoleSessionName: "asked-for",
      DurationSeconds: "900",
      "Tags.member.1.Key": "Team",
      "Tags.member.1.Value": "ops",
    });
  },
);

e2e("only the first role of a chain can require an MFA code", {
  ...terminal,
  world: CHAIN,
  home: chainHome,
}, async ({ aws, home, run }) => {
  const result = await home.runOnTerminal("-r safe true", [[
    "MFA code for alice (role guard): ",
    `${await aws.code(ALICE)}\n`,
  ]]);
  assertEquals(result.status, 0, result.stdout);
  assertEquals(await run("--no-input -r sound true"), OK);
  assertEquals(assumed(aws), ["guard", "guard", "safe", "sound"]);
});

e2e("an error names the hop that AWS denies", {
  world: { ...CHAIN, roles: [role("jump")] },
  home: chainHome,
}, async ({ aws, run }) => {
  assertFails(await run("-r left true"), {
    error: `Cannot assume ${PREFIX}left: AWS denies access`,
  });
  // MFA devices are not listed, because the session of `jump`, not alice, assumes `left`.
  assertEquals(aws.count("ListMFADevices"), 0);
});

e2e("a loop and an unknown role are errors before any call", {
  world: CHAIN,
  home: (aws) =>
    chainHome(
      aws,
      `role_prefix: ${PREFIX}
roles:
  a: { via: b }
  b: { via: a }
  self: { via: self }
  entry: { via: a }
`,
    ),
}, async ({ aws, home, run }) => {
  const cases = {
    a: "Cannot assume 'a': the role chain forms a loop: a via b via a",
    self: "Cannot assume 'self': the role chain forms a loop: self via self",
    entry:
      "Cannot assume 'entry': the role chain forms a loop: entry via a via b via a",
  };
  for (const [name, error] of Object.entries(cases)) {
    assertFails(await run(`-r ${name} true`), { error, hint: null });
  }
  home.write(
    "assume-role.yaml",
    `roles:\n  jump: { role_arn: "${PREFIX}jump" }\n  end: { role_arn: "${PREFIX}end", via: jmp }\n`,
  );
  assertFails(await run("-r end true"), {
    error:
      "Cannot find the role 'jmp', from which 'end' is assumed: 'roles' has no such entry, and 'role_prefix' is not set",
    hint: "did you mean 'jump'?",
  });
  assertEquals(aws.calls, []);
});

// In 99designs/aws-vault#351 and #263, a duration over 1h fails late, with an unclear error.
e2e("the session of a chained role is limited to 1h, and one warning says so", {
  world: CHAIN,
  home: chainHome,
}, async ({ aws, run }) => {
  const args = ["--duration", "4h", "-r", "right", "true"];
  const first = await run(args);
  assertEquals(first, {
    ...OK,
    stderr:
      `assume-role: warning: The session of ${PREFIX}right lasts 1h: AWS limits a role assumed from another session to 1h; you asked for 4h\n`,
  });
  assertEquals(aws.calls.at(-1)?.params.DurationSeconds, "3600");
  assertEquals(await run(args), OK);
  assertEquals(assumed(aws), ["jump", "right"]);
  // The limit also applies if the base credentials are a role's session.
  const nested = await run(
    argv`-r jump -E=DENO_DIR ${program()} --duration 2h -r ${PREFIX}left true`,
  );
  assertEquals(nested, {
    ...OK,
    stderr:
      `assume-role: warning: The session of ${PREFIX}left lasts 1h: AWS limits a role assumed from another session to 1h; you asked for 2h\n`,
  });
});

e2e(
  "if a 'duration' for all roles is longer than 1h, only the last role of a chain causes a warning",
  {
    world: {
      ...CHAIN,
      roles: CHAIN.roles.map((role) => ({
        ...role,
        maxSessionDuration: 43_200,
      })),
    },
    home: (aws) =>
      chainHome(
        aws,
        ROLES.replace(/ +(duration|tags|transitive).+\n/g, "") +
          "duration: 4h\n",
      ),
  },
  async ({ aws, run }) => {
    const { status, stderr } = await run("-r end true");
    assertEquals([status, stderr.match(/warning/g)?.length], [0, 1], stderr);
    assertEquals(
      aws.calls.map(({ params }) => params.DurationSeconds),
      ["14400", "3600", "3600"],
    );
  },
);

e2e("a hop is refreshed only if the last role needs a new session", {
  world: CHAIN,
  home: chainHome,
}, async ({ aws, home, run }) => {
  await run("-r left true");
  // The session has ten minutes left, less than refresh_before_expiry.
  ageSessions(home, 20 * 60_000, (roleArn) => roleArn === `${PREFIX}jump`);
  // If the session of the last role is cached, no hop is needed.
  assertEquals(await run("-r left true"), OK);
  assertEquals(assumed(aws), ["jump", "left"]);
  assertEquals(await run("-r right true"), OK);
  assertEquals(assumed(aws), ["jump", "left", "jump", "right"]);
});

e2e(
  "if 16 processes at once use two chains with the same first role, each role is assumed once, and only one MFA prompt appears",
  {
    ...terminal,
    world: CHAIN,
    aws: { latency: 50 },
    home: (aws) => chainHome(aws, `${ROLES}mfa_serial: ${SERIAL}\n`),
  },
  async ({ aws, home }) => {
    const script =
      'i=0; while [ $i -lt 8 ]; do "$@" -r safe echo success & "$@" -r sound echo success & i=$((i+1)); done; wait';
    const all = argv`sh -c ${script} sh ${program()} -q`;
    const code = await aws.code(ALICE);
    const { stdout } = await home.play(all, [["MFA code", `${code}\n`]]);
    assertEquals(stdout.match(/MFA code/g)?.length, 1, stdout);
    assertEquals(stdout.match(/^success\r$/gm)?.length, 16, stdout);
    assertEquals(assumed(aws).toSorted(), ["guard", "safe", "sound"]);
    assert(assumed(aws)[0] === "guard");
  },
);

e2e("--server refreshes a chain with a new MFA code for the first role", {
  ...unix,
  world: CHAIN,
  aws: { sessionLife: 20_000 },
  home: (aws) => chainHome(aws, `${ROLES}mfa_serial: ${SERIAL}\n`),
}, async ({ aws, home, run }) => {
  const next = await aws.code(ALICE, SERIAL, 1);
  home.writeHome(".aws/assume-role.yaml", `mfa_command: echo ${next}\n`);
  const code = await aws.code(ALICE);
  const request =
    'curl -s -w "\n" -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"';
  // The refresh is done when the endpoint serves other keys.
  const script =
    `old=$(${request}); echo "$old"; while new=$(${request}); [ "$new" = "$old" ]; do sleep 0.2; done; echo "$new"`;
  const result = await run(
    argv`--server --mfa-token ${code} -r safe sh -c ${script}`,
  );
  assertEquals(result.status, 0, result.stderr);
  const [old, renewed] = result.stdout.trim().split("\n")
    .map((line) => JSON.parse(line));
  for (const { AccessKeyId } of [old, renewed]) {
    assertMatch(AccessKeyId, /^ASIA/);
  }
  assertNotEquals(old.AccessKeyId, renewed.AccessKeyId);
  assertEquals(assumed(aws), ["guard", "safe", "guard", "safe"]);
});

e2e(
  "a role chain of more than 100 roles is an error, and makes no call",
  async ({ aws, home, run }) => {
    const roles = (count: number) =>
      Array.from(
        { length: count },
        (_, at) =>
          `  r${at}:\n    role_arn: ${PREFIX}r${at}\n${
            at === 0 ? "" : `    via: r${at - 1}\n`
          }`,
      ).join("");
    home.write("assume-role.yaml", `roles:\n${roles(5000)}`);
    const error = (name: string) => ({
      error: `Cannot assume '${name}': the role chain has more than 100 roles`,
      hint: "check 'via' in assume-role.yaml, and 'source_profile'",
    });
    for (const name of ["r101", "r4999"]) {
      assertFails(await run(`-r ${name} true`), error(name));
    }
    assertEquals((await run("-r r99 --explain")).status, 0);
    const profiles = Array.from(
      { length: 3000 },
      (_, at) =>
        `[profile p${at}]\nrole_arn = ${PREFIX}r${at}\nsource_profile = ${
          at === 0 ? "default" : `p${at - 1}`
        }\n`,
    ).join("");
    home.writeHome(".aws/config", profiles);
    assertFails(await run("--profile p2999 true"), error("p2999"));
    assertEquals(aws.calls, []);
  },
);
