/** `mfa_session`: one MFA code for a session that assumes several roles. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import {
  ALICE,
  assertFails,
  e2e,
  FakeAws,
  OK,
  PREFIX,
  PREFIX_YAML,
  processOutput,
  role,
  SERIAL,
  terminal,
  TestHome,
  unix,
  WORLD,
  type World,
} from "../mod.ts";
import { ageSessions } from "./age_sessions.ts";

const GUARDED: World = {
  ...WORLD,
  roles: [
    role("admin"),
    role("deploy", { requiresMfa: true }),
    role("release", { requiresMfa: true, maxSessionDuration: 43_200 }),
    role("behind", { trusts: [`${PREFIX}deploy`] }),
  ],
};

/** A home with `mfa_session` in assume-role.yaml. */
function homeWithMfaSession(aws: FakeAws, more = ""): TestHome {
  const home = new TestHome(aws);
  home.write("assume-role.yaml", `${PREFIX_YAML}mfa_session: 12h\n${more}`);
  return home;
}

/** Makes the cached MFA sessions expire earlier, and returns their number. */
const ageMfaSessions = (home: TestHome, milliseconds: number) =>
  ageSessions(home, milliseconds, (roleArn) => roleArn === "mfa-session");

e2e("one MFA code is enough for several roles", {
  ...terminal,
  world: GUARDED,
  home: homeWithMfaSession,
}, async ({ aws, home, run }) => {
  const question = "MFA code for alice (role deploy): ";
  const first = await home.runOnTerminal(
    "-r deploy printenv AWS_ACCESS_KEY_ID",
    [[question, `${await aws.code(ALICE)}\n`]],
  );
  assertEquals(first.status, 0, first.stdout);
  assertEquals(aws.actions(), [
    "GetCallerIdentity",
    "ListMFADevices",
    "GetSessionToken",
    "AssumeRole",
  ]);
  const { Action: _, Version: _v, TokenCode: _c, ...asked } =
    aws.calls[2]!.params;
  assertEquals(asked, { DurationSeconds: "43200", SerialNumber: SERIAL });
  // AssumeRole is signed with the MFA session and has no code.
  const { params, accessKeyId } = aws.calls[3]!;
  assertEquals([params.SerialNumber, params.RoleSessionName], [
    undefined,
    "alice",
  ]);
  assertEquals(aws.sessionOf(accessKeyId)?.mfa, true);

  for (const name of ["admin", "release", "deploy"]) {
    assertEquals(await run(`--no-input -r ${name} true`), OK);
  }
  assertEquals(await run("--no-input -f -r deploy true"), OK);
  assertEquals(aws.actions().slice(4), [
    "AssumeRole",
    "AssumeRole",
    "AssumeRole",
  ]);
  // The MFA session itself is not saved as a profile.
  assert(!home.readHome(".aws/credentials").includes(accessKeyId));
});

e2e("an expired MFA session needs a new code", {
  world: GUARDED,
  home: homeWithMfaSession,
}, async ({ aws, home }) => {
  const run = async (steps: 0 | 1) => {
    const code = await aws.code(ALICE, SERIAL, steps);
    return await home.run(`--mfa-token ${code} -f -r deploy true`);
  };
  assertEquals(await run(0), OK);
  assertEquals(ageMfaSessions(home, 11 * 3600_000), 1);
  assertEquals(await run(0), OK);
  assertEquals(aws.count("GetSessionToken"), 1);
  // The MFA session has ten minutes left, less than refresh_before_expiry.
  assertEquals(ageMfaSessions(home, 50 * 60_000), 1);
  assertFails(await home.run("--no-input -f -r deploy true"), {
    error:
      `An MFA code for ${SERIAL} is needed, and '--no-input' forbids asking`,
    hint:
      "give a code with '--mfa-token', or set '--mfa-command' to a program that prints codes",
  });
  assertEquals(await run(1), OK);
  assertEquals(aws.count("GetSessionToken"), 2);
});

e2e("the MFA session has the configured device and duration", {
  world: GUARDED,
  home: (aws) => homeWithMfaSession(aws, `mfa_serial: ${SERIAL}\n`),
}, async ({ aws, home }) => {
  const codes = [await aws.code(ALICE), await aws.code(ALICE, SERIAL, 1)];
  const run = (code = "") => home.run(`--mfa-token ${code} -f -r deploy true`);
  assertEquals(await run(codes[0]), OK);
  assertEquals(aws.actions(), [
    "GetCallerIdentity",
    "GetSessionToken",
    "AssumeRole",
  ]);
  home.write("assume-role.yaml", `${PREFIX_YAML}mfa_session: 36h\n`);
  assertEquals(await run(codes[1]), OK);
  assertEquals(aws.calls.at(-2)?.params.DurationSeconds, "129600");
});

e2e(
  "after a wrong code, a second code gives the MFA session that assumes the first role of a chain",
  {
    ...terminal,
    world: GUARDED,
    home: (aws) =>
      homeWithMfaSession(
        aws,
        `mfa_serial: ${SERIAL}\nroles:\n  behind: { via: deploy }\n`,
      ),
  },
  async ({ aws, home }) => {
    const code = await aws.code(ALICE);
    const wrong = code === "000000" ? "111111" : "000000";
    const result = await home.runOnTerminal("-r behind true", [
      ["MFA code for", `${wrong}\n`],
      ["That code was rejected. MFA code for", `${code}\n`],
    ]);
    assertEquals(result.status, 0, result.stdout);
    assertEquals(aws.actions(), [
      "GetCallerIdentity",
      "GetSessionToken",
      "GetSessionToken",
      "AssumeRole",
      "AssumeRole",
    ]);
  },
);

e2e("the role of a profile is assumed from the MFA session, too", {
  world: GUARDED,
  home: homeWithMfaSession,
}, async ({ aws, home, run }) => {
  const profile = (name: string) =>
    `[profile ${name}]\nrole_arn = ${PREFIX}${name}\nsource_profile = default\nmfa_serial = ${SERIAL}\n`;
  home.writeHome(".aws/config", profile("deploy") + profile("release"));
  const code = await aws.code(ALICE);
  assertEquals(
    await run(`--mfa-token ${code} --profile deploy -r behind true`),
    OK,
  );
  assertFails(await run("--no-input --profile release -r behind true"), {
    error: `Cannot assume ${PREFIX}behind: AWS denies access`,
  });
  assertEquals(aws.actions(), [
    "GetCallerIdentity",
    "GetSessionToken",
    "AssumeRole",
    "AssumeRole",
    "AssumeRole",
    "AssumeRole",
  ]);
});

e2e("a warning names the limit of 1h for roles from an MFA session", {
  world: GUARDED,
  home: homeWithMfaSession,
}, async ({ aws, run }) => {
  const code = await aws.code(ALICE);
  assertEquals(await run(`--duration 4h --mfa-token ${code} -r release true`), {
    ...OK,
    stderr:
      `assume-role: warning: The session of ${PREFIX}release lasts 1h: AWS limits a role assumed from another session to 1h; you asked for 4h\n`,
  });
});

const TEMPORARY = { ...ALICE, sessionToken: "a-session-token" };

e2e(
  "if the base credentials are temporary, the role is assumed without an MFA session",
  {
    world: { ...GUARDED, users: [TEMPORARY] },
    user: TEMPORARY,
  },
  async ({ aws, home, run }) => {
    home.write("assume-role.yaml", `${PREFIX_YAML}mfa_session: 12h\n`);
    assertEquals(await run("-r admin true"), OK);
    assertEquals(aws.actions(), ["GetCallerIdentity", "AssumeRole"]);
  },
);

e2e("an MFA session is not used for another STS endpoint", {
  world: GUARDED,
  home: homeWithMfaSession,
}, async ({ aws, run }) => {
  await using other = new FakeAws(GUARDED);
  for (const [at, { url }] of [aws, other].entries()) {
    const code = await aws.code(ALICE, SERIAL, at);
    const env = { AWS_ENDPOINT_URL: url };
    assertEquals(await run(`--mfa-token ${code} -r deploy true`, { env }), OK);
  }
  assertEquals([aws, other].map((aws) => aws.count("GetSessionToken")), [1, 1]);
});

e2e("many processes at once share one MFA session", {
  ...terminal,
  world: GUARDED,
  aws: { latency: 50 },
  home: (aws) => homeWithMfaSession(aws, `mfa_serial: ${SERIAL}\n`),
}, async ({ aws, home, run }) => {
  const log = join(home.root, "log");
  home.writeHome(
    ".aws/assume-role.yaml",
    `mfa_command: echo x >>${log}; echo ${await aws.code(ALICE)}\n`,
  );
  const names = ["deploy", "release", "admin", "deploy", "release", "admin"];
  const results = await Promise.all(
    names.map((name) => run(`-q -r ${name} true`)),
  );
  assertEquals(results, names.map(() => OK));
  assertEquals(Deno.readTextFileSync(log), "x\n");
  assertEquals([aws.count("GetSessionToken"), aws.count("AssumeRole")], [1, 3]);
});

e2e("a second role that requires MFA waits for the next code", {
  ...unix,
  world: GUARDED,
}, async ({ aws, home, run }) => {
  // Like an MFA device, `mfa_command` prints the same code twice, then the next code.
  const [now, next] = [
    await aws.code(ALICE),
    await aws.code(ALICE, SERIAL, 1),
  ];
  const calls = join(home.root, "calls");
  const command =
    `echo >>${calls}; if [ $(wc -l <${calls}) -le 2 ]; then echo ${now}; else echo ${next}; fi`;
  home.writeHome(
    ".aws/assume-role.yaml",
    `mfa_serial: ${SERIAL}\nmfa_command: '${command}'\n`,
  );
  assertEquals(await run("-r deploy true"), OK);
  assertEquals(await run("-r release true"), {
    ...OK,
    stderr:
      `assume-role: note: waiting for the next code: each code of ${SERIAL} works once\n`,
  });
  assertEquals(
    aws.calls.flatMap(({ params }) => params.TokenCode ?? []),
    [now, next],
  );
});

e2e(
  "a used MFA code is not sent again",
  { ...terminal, world: GUARDED },
  async ({ aws, home, run }) => {
    const [now, next] = [
      await aws.code(ALICE),
      await aws.code(ALICE, SERIAL, 1),
    ];
    const args = `--mfa-serial ${SERIAL} -r`;
    assertEquals(await run(`--mfa-token ${now} ${args} deploy true`), OK);
    const again = await run(`-v --mfa-token ${now} ${args} release true`);
    assertEquals([again.status, again.stdout], [125, ""]);
    assertStringIncludes(
      again.stderr,
      `assume-role: error: The MFA code for ${SERIAL} was already used\n` +
        "assume-role: hint: wait for the next code: each code works once\n",
    );
    assert(!again.stderr.includes(now));
    const typed = await home.runOnTerminal(`${args} release true`, [
      ["MFA code for alice (role release): ", `${now}\n`],
      [
        "That code was already used: wait for the next code.\r\nMFA code",
        `${next}\n`,
      ],
    ]);
    assertEquals(typed.status, 0, typed.stdout);
    assertEquals(
      aws.calls.flatMap(({ params }) => params.TokenCode ?? []),
      [now, next],
    );
  },
);

/** A home whose profile `tool` supplies the text of `keys.json`; `log` has a line for each run. */
function homeWithTool(aws: FakeAws, output: string): TestHome {
  const home = homeWithMfaSession(aws);
  home.writeHome(".aws/credentials", "");
  home.write("keys.json", output);
  home.writeHome(
    ".aws/config",
    `[profile tool]\ncredential_process = sh -c 'echo run >>"${home.project}/log"; cat "${home.project}/keys.json"'\n` +
      `[profile release]\nrole_arn = ${PREFIX}release\nsource_profile = tool\n`,
  );
  return home;
}

const runs = (home: TestHome) =>
  Deno.readTextFileSync(join(home.project, "log")).split("\n").length - 1;

// The keychain of aws-vault supplies long-term keys by `aws-vault export --no-session`.
e2e("long-term keys of credential_process get an MFA session, too", {
  ...unix,
  world: GUARDED,
  home: (aws) => homeWithTool(aws, processOutput(ALICE)),
}, async ({ aws, home, run }) => {
  const explained = await run("--explain --profile tool -r deploy");
  assertStringIncludes(
    explained.stdout,
    "with an MFA code, if credential_process prints long-term keys\n",
  );
  const code = await aws.code(ALICE);
  const args = "--no-input --profile tool -r";
  assertEquals(await run(`--mfa-token ${code} ${args} deploy true`), OK);
  assertEquals(await run(`${args} admin true`), OK);
  assertEquals(await run("--no-input --profile release true"), OK);
  assertEquals(aws.actions(), [
    "GetCallerIdentity",
    "ListMFADevices",
    "GetSessionToken",
    "AssumeRole",
    "AssumeRole",
    "AssumeRole",
  ]);
  assertEquals(runs(home), 1);
  const whoami = await run(`--whoami ${args} deploy`);
  assertStringIncludes(whoami.stdout, "session_source: cache\n");
  // In a shell with a session, the MFA session is found again.
  const { stdout } = await run(`${args} admin --format env`);
  const env = Object.fromEntries(
    Array.from(
      stdout.matchAll(/^export (\w+)=(.*)$/gm),
      ([, name, value]) => [name!, value!],
    ),
  );
  assertEquals(await run("--no-input -r deploy -f true", { env }), OK);
  assertEquals(aws.count("GetSessionToken"), 1);
  // After its expiry, the program runs again.
  ageMfaSessions(home, 12 * 3600_000);
  const next = await aws.code(ALICE, SERIAL, 1);
  assertEquals(await run(`--mfa-token ${next} -f ${args} deploy true`), OK);
  assertEquals(aws.count("GetSessionToken"), 2);
});

e2e(
  "temporary credentials of credential_process assume the role without an MFA session",
  {
    ...unix,
    world: GUARDED,
    home: (aws) => {
      const { accessKeyId, secretAccessKey, sessionToken, expiration } = aws
        .issue(`${PREFIX}deploy`, "alice", 3600);
      const output = {
        Version: 1,
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        SessionToken: sessionToken,
        Expiration: new Date(expiration).toISOString(),
      };
      return homeWithTool(aws, JSON.stringify(output));
    },
  },
  async ({ aws, home, run }) => {
    const args = "--no-input --profile tool -r behind";
    for (const force of ["", "", "-f "]) {
      assertEquals(await run(`${force}${args} true`.trim()), OK);
    }
    assertEquals(aws.actions(), [
      "GetCallerIdentity",
      "AssumeRole",
      "AssumeRole",
    ]);
    assertEquals(runs(home), 2);
    const whoami = await run(`--whoami -f ${args}`);
    assertStringIncludes(whoami.stdout, "assumed-role/deploy/alice\n");
    assertEquals(runs(home), 3);
  },
);
