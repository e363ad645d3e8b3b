/** `mfa_session`: one code for a session that roles are assumed from. */
import { e2e } from "../mod.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE, type World } from "../fake_aws/world.ts";
import { HAS_TERMINAL, TestHome } from "./test_home.ts";
import { role, WORLD } from "./worlds.ts";

const ARN = "arn:aws:iam::111111111111";
const SERIAL = `${ARN}:mfa/alice`;
const OK = { status: 0, signal: null, stdout: "", stderr: "" };
const PREFIX = `role_prefix: ${ARN}:role/\n`;
const GUARDED: World = {
  ...WORLD,
  roles: [
    role("admin"),
    role("deploy", { requiresMfa: true }),
    role("release", { requiresMfa: true, maxSessionDuration: 43_200 }),
    role("behind", { trusts: [`${ARN}:role/deploy`] }),
  ],
};
const terminal = { ignore: !HAS_TERMINAL };
const unix = { ignore: Deno.build.os === "windows" };

const actions = (aws: FakeAws) => aws.calls.map(({ action }) => action);

/** A sandbox whose user wants sessions with MFA. */
function sandbox(aws: FakeAws, more = ""): TestHome {
  const home = new TestHome(aws);
  home.write("assume-role.yaml", `${PREFIX}mfa_session: 12h\n${more}`);
  return home;
}

/** Changes all sessions of GetSessionToken in the cache. */
function ageMfaSessions(home: TestHome, milliseconds: number): number {
  const cache = join(home.path, ".aws/assume-role/cache");
  let count = 0;
  for (const { name } of Deno.readDirSync(cache)) {
    if (!/^[0-9a-f]{64}\.json$/.test(name)) continue;
    const path = join(cache, name);
    const entry = JSON.parse(Deno.readTextFileSync(path));
    if (entry.value.roleArn !== "mfa-session") continue;
    entry.value.expiration -= milliseconds;
    entry.value.obtainedAt -= milliseconds;
    Deno.writeTextFileSync(path, JSON.stringify(entry));
    count++;
  }
  return count;
}

e2e("one code buys a session, and roles after it need none", {
  ...terminal,
  world: GUARDED,
  home: sandbox,
}, async ({ aws, home, run }) => {
  const question = `MFA code for ${SERIAL}: `;
  const first = await home.runOnTerminal(
    ["-r", "deploy", "printenv", "AWS_ACCESS_KEY_ID"],
    [[question, `${await aws.code(ALICE)}\n`]],
  );
  assertEquals(first.status, 0, first.stdout);
  assertEquals(actions(aws), [
    "GetCallerIdentity",
    "ListMFADevices",
    "GetSessionToken",
    "AssumeRole",
  ]);
  const { Action: _, Version: _v, TokenCode: _c, ...asked } =
    aws.calls[2]!.params;
  assertEquals(asked, { DurationSeconds: "43200", SerialNumber: SERIAL });
  // The role is asked for without a code, by the session's key.
  const { params, accessKeyId } = aws.calls[3]!;
  assertEquals([params.SerialNumber, params.RoleSessionName], [
    undefined,
    "alice",
  ]);
  assertEquals(aws.sessionOf(accessKeyId)?.mfa, true);

  for (const name of ["admin", "release", "deploy"]) {
    assertEquals(await run(["--no-input", "-r", name, "true"]), OK);
  }
  assertEquals(
    await run("--no-input -f -r deploy true"),
    OK,
  );
  assertEquals(actions(aws).slice(4), [
    "AssumeRole",
    "AssumeRole",
    "AssumeRole",
  ]);
  // The session with MFA itself is given to nobody.
  assert(!home.readHome(".aws/credentials").includes(accessKeyId));
});

e2e("when the session has expired, a code is asked for again", {
  world: GUARDED,
  home: sandbox,
}, async ({ aws, home }) => {
  const run = async (steps: 0 | 1) =>
    await home.run([
      ...["--mfa-token", await aws.code(ALICE, SERIAL, steps)],
      ...["-f", "-r", "deploy", "true"],
    ]);
  assertEquals(await run(0), OK);
  assertEquals(ageMfaSessions(home, 11 * 3600_000), 1);
  assertEquals(await run(0), OK);
  assertEquals(aws.count("GetSessionToken"), 1);
  // Within refresh_before_expiry: it may not live as long as the role's.
  assertEquals(ageMfaSessions(home, 50 * 60_000), 1);
  const unasked = await home.run("--no-input -f -r deploy true");
  assertEquals(unasked, {
    ...OK,
    status: 125,
    stderr:
      `assume-role: error: An MFA code for ${SERIAL} is needed, and '--no-input' forbids asking\n` +
      "assume-role: hint: give a code with '--mfa-token', or a program that prints one with '--mfa-command'\n",
  });
  assertEquals(await run(1), OK);
  assertEquals(aws.count("GetSessionToken"), 2);
});

e2e("the session is of the device and the duration that are named", {
  world: GUARDED,
  home: (aws) => sandbox(aws, `mfa_serial: ${SERIAL}\n`),
}, async ({ aws, home }) => {
  const codes = [await aws.code(ALICE), await aws.code(ALICE, SERIAL, 1)];
  const run = (code = "") =>
    home.run(["--mfa-token", code, "-f", "-r", "deploy", "true"]);
  assertEquals(await run(codes[0]), OK);
  assertEquals(actions(aws), [
    "GetCallerIdentity",
    "GetSessionToken",
    "AssumeRole",
  ]);
  home.write("assume-role.yaml", `${PREFIX}mfa_session: 36h\n`);
  assertEquals(await run(codes[1]), OK);
  assertEquals(
    aws.calls.at(-2)?.params.DurationSeconds,
    "129600",
  );
});

Deno.test(
  "a wrong code is not a session, and a chain starts from one",
  terminal,
  async () => {
    await using aws = new FakeAws(GUARDED);
    await using home = sandbox(
      aws,
      `mfa_serial: ${SERIAL}\nroles:\n  behind: { via: deploy }\n`,
    );
    const code = await aws.code(ALICE);
    const wrong = code === "000000" ? "111111" : "000000";
    const result = await home.runOnTerminal("-r behind true", [
      ["MFA code for", `${wrong}\n`],
      ["That code was rejected. MFA code for", `${code}\n`],
    ]);
    assertEquals(result.status, 0, result.stdout);
    assertEquals(actions(aws), [
      "GetCallerIdentity",
      "GetSessionToken",
      "GetSessionToken",
      "AssumeRole",
      "AssumeRole",
    ]);
  },
);

e2e("profiles with roles of their own start from the session as well", {
  world: GUARDED,
  home: sandbox,
}, async ({ aws, home, run }) => {
  const profile = (name: string) =>
    `[profile ${name}]\nrole_arn = ${ARN}:role/${name}\nsource_profile = default\nmfa_serial = ${SERIAL}\n`;
  home.writeHome(".aws/config", profile("deploy") + profile("release"));
  const code = await aws.code(ALICE);
  const args = (profile: string) => ["--profile", profile, "-r", "behind"];
  assertEquals(
    await run(["--mfa-token", code, ...args("deploy"), "true"]),
    OK,
  );
  const second = await run(["--no-input", ...args("release"), "true"]);
  assertStringIncludes(
    second.stderr,
    `error: Cannot assume ${ARN}:role/behind: AWS denies access\n`,
  );
  assertEquals(actions(aws), [
    "GetCallerIdentity",
    "GetSessionToken",
    "AssumeRole",
    "AssumeRole",
    "AssumeRole",
    "AssumeRole",
  ]);
});

e2e("the hour that such a session can assume a role for is said", {
  world: GUARDED,
  home: sandbox,
}, async ({ aws, run }) => {
  const code = await aws.code(ALICE);
  const args = ["--duration", "4h", "--mfa-token", code, "-r", "release"];
  assertEquals(await run([...args, "true"]), {
    ...OK,
    stderr:
      `assume-role: warning: The session of ${ARN}:role/release lasts 1h: AWS limits a role assumed from another session to 1h; you asked for 4h\n`,
  });
});

Deno.test("temporary credentials have no such session: the role is asked for as ever", async () => {
  const user = { ...ALICE, sessionToken: "a-session-token" };
  await using aws = new FakeAws({ ...GUARDED, users: [user] });
  await using home = new TestHome(aws, user);
  home.write("assume-role.yaml", `${PREFIX}mfa_session: 12h\n`);
  assertEquals(await home.run("-r admin true"), OK);
  assertEquals(actions(aws), ["GetCallerIdentity", "AssumeRole"]);
});

Deno.test("another STS has sessions of its own", async () => {
  await using aws = new FakeAws(GUARDED);
  await using other = new FakeAws(GUARDED);
  await using home = sandbox(aws);
  for (const [at, { url }] of [aws, other].entries()) {
    const code = await aws.code(ALICE, SERIAL, at);
    const result = await home.run(
      ["--mfa-token", code, "-r", "deploy", "true"],
      { env: { AWS_ENDPOINT_URL: url } },
    );
    assertEquals(result, OK);
  }
  assertEquals([aws, other].map((aws) => aws.count("GetSessionToken")), [1, 1]);
});

e2e("many processes at once buy one session", {
  ...terminal,
  world: GUARDED,
  aws: { latency: 50 },
  home: (aws) => sandbox(aws, `mfa_serial: ${SERIAL}\n`),
}, async ({ aws, home, run }) => {
  const codes = join(home.root, "asked");
  home.writeHome(
    ".aws/assume-role.yaml",
    `mfa_command: echo x >>${codes}; echo ${await aws.code(ALICE)}\n`,
  );
  const names = ["deploy", "release", "admin", "deploy", "release", "admin"];
  const results = await Promise.all(
    names.map((name) => run(["-q", "-r", name, "true"])),
  );
  assertEquals(results, names.map(() => OK));
  assertEquals(Deno.readTextFileSync(codes), "x\n");
  assertEquals([aws.count("GetSessionToken"), aws.count("AssumeRole")], [1, 3]);
});

e2e("two roles within one code: the second waits for the next one", {
  ...unix,
  world: GUARDED,
}, async ({ aws, home, run }) => {
  // As a device does: it prints one code until its time is over.
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
      `assume-role: warning: Waiting for the next code of ${SERIAL}: each code works once\n`,
  });
  assertEquals(
    aws.calls.flatMap(({ params }) => params.TokenCode ?? []),
    [now, next],
  );
});

e2e(
  "a code that was used is not sent again",
  { ...terminal, world: GUARDED },
  async ({ aws, home, run }) => {
    const [now, next] = [
      await aws.code(ALICE),
      await aws.code(ALICE, SERIAL, 1),
    ];
    const args = ["--mfa-serial", SERIAL, "-r"];
    assertEquals(
      await run(["--mfa-token", now, ...args, "deploy", "true"]),
      OK,
    );
    const again = await run([
      ...["-v", "--mfa-token", now],
      ...[...args, "release", "true"],
    ]);
    assertEquals(again.status, 125);
    assertStringIncludes(
      again.stderr,
      `assume-role: error: The MFA code for ${SERIAL} was already used\n` +
        "assume-role: hint: wait for the next code: each code works once\n",
    );
    assert(!again.stderr.includes(now));
    const typed = await home.runOnTerminal([...args, "release", "true"], [
      [`MFA code for ${SERIAL}: `, `${now}\n`],
      [
        "That code was already used: wait for the next code. MFA code",
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
