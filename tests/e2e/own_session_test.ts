/** Runs in a shell whose variables were set by evaluating a session that assume-role printed. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  ALICE,
  ALICE_ARN,
  argv,
  assertFails,
  BOB,
  type E2e,
  e2e,
  type FakeAws,
  keysOf,
  OK,
  PREFIX,
  PREFIX_YAML,
  program,
  role,
  SERIAL,
  TestHome,
  WORLD,
  type World,
} from "../mod.ts";

type Env = Readonly<Record<string, string>>;

/** Most roles trust alice; `behind` and `beyond` trust only `jump`; `next` trusts only `admin`. */
const ROLES: World = {
  users: [ALICE, BOB],
  roles: [
    ...WORLD.roles,
    role("readonly"),
    role("long", { maxSessionDuration: 43_200 }),
    role("jump"),
    role("behind", { trusts: [`${PREFIX}jump`] }),
    role("beyond", { trusts: [`${PREFIX}jump`] }),
    role("next", { trusts: [ADMIN_ARN] }),
  ],
};

/** Returns a shell's variables after the shell has evaluated the output of assume-role. */
async function shellAfter(
  { run }: Pick<E2e, "run">,
  args: string,
  before: Env = {},
): Promise<Env> {
  const { status, stdout, stderr } = await run(args, { env: before });
  assertEquals([status, stderr], [0, ""]);
  const lines = stdout.matchAll(/^(?:export )?(\w+)=(.*)$/gm);
  const set = Array.from(lines, ([, name, value]) => [name, value]);
  const removed = /^unset (.*)$/m.exec(stdout)?.[1]?.split(" ") ?? [];
  const left = Object.entries(before)
    .filter(([name]) => !removed.includes(name));
  return { ...Object.fromEntries(left), ...Object.fromEntries(set) };
}

const keysOnly = (env: Env) => {
  const { ASSUME_ROLE_SESSION: _, ASSUME_ROLE_ARN: __, ...rest } = env;
  return rest;
};

/** Lists the AssumeRole calls: who signed each call, and which role the call assumed. */
const assumed = (aws: FakeAws) =>
  aws.calls.filter(({ action }) => action === "AssumeRole").map((
    { accessKeyId, params },
  ) => [
    aws.sessionOf(accessKeyId)?.arn ?? accessKeyId,
    params.RoleArn!.slice(PREFIX.length),
  ]);

const BY_ALICE = (name: string) => [ALICE.accessKeyId, name];

const KEPT =
  "assume-role: warning: Using the session in the environment as base credentials, because the base credentials that it was obtained from cannot be found again; to use other base credentials, name a profile with '--profile'\n";

e2e("a shell with a session can switch to another role", {
  world: ROLES,
}, async ({ aws, home }) => {
  const script =
    'eval "$("$@" -r readonly --format env)" && eval "$("$@" -r admin --format env)" && "$@" -r long printenv ASSUME_ROLE_ARN';
  const result = await home.sh(script, program());
  assertEquals(result, { ...OK, stdout: `${PREFIX}long\n` });
  assertEquals(assumed(aws), ["readonly", "admin", "long"].map(BY_ALICE));
});

e2e(
  "in a shell with a session, a run can use a session that another shell cached, and can get a session of more than 1h",
  {
    world: ROLES,
  },
  async (context) => {
    const { aws, run } = context;
    assertEquals(await run("-r long --duration 4h true"), OK);
    const env = await shellAfter(context, "-r readonly --format env");
    assertEquals(await run("-r long --duration 4h true", { env }), OK);
    assertEquals(await run("-r long --duration 4h true", { env }), OK);
    assertEquals(await run("-r long --duration 3h true", { env }), OK);
    assertEquals(assumed(aws), ["long", "readonly", "long"].map(BY_ALICE));
    assertEquals(aws.calls.at(-1)?.params.DurationSeconds, "10800");
  },
);

for (const format of ["env", "env-no-export"]) {
  e2e(
    `--format ${format}: -f in a shell with a role's session gets a new session of the same role`,
    {
      world: ROLES,
    },
    async (context) => {
      const { aws, run } = context;
      const args = `-r readonly --format ${format}`;
      const first = await shellAfter(context, args);
      const second = await shellAfter(context, `${args} -f`, first);
      // A second shell still has the first session, although the first shell has replaced it.
      const third = await shellAfter(context, `${args} -f`, first);
      const fourth = await shellAfter(context, `${args} -f`, third);
      assertEquals(await run("-r readonly true", { env: second }), OK);
      assertEquals(assumed(aws), Array(4).fill(BY_ALICE("readonly")));
      const ids = [first, second, third, fourth].map((env) =>
        env.AWS_ACCESS_KEY_ID
      );
      assertEquals(new Set(ids).size, 4);
    },
  );
}

e2e(
  "--format env-no-export sets no ASSUME_ROLE_SESSION, so the next run uses the printed session as base credentials",
  {
    world: ROLES,
  },
  async (context) => {
    const { aws, run } = context;
    const env = await shellAfter(context, "-r admin");
    assertEquals(env.ASSUME_ROLE_SESSION, undefined);
    assertEquals(await run("-r next true", { env }), OK);
    const session = "arn:aws:sts::111111111111:assumed-role/admin/alice";
    assertEquals(assumed(aws).at(-1), [session, "next"]);
  },
);

e2e(
  "a session of --format env-no-export can be refreshed in a shell that has ASSUME_ROLE_SESSION of an older session",
  {
    world: ROLES,
  },
  async (context) => {
    const { aws } = context;
    const marked = await shellAfter(context, "-r readonly --format env");
    const env = await shellAfter(context, "-r admin", marked);
    await shellAfter(context, "-r admin -f", env);
    assertEquals(assumed(aws), ["readonly", "admin", "admin"].map(BY_ALICE));
  },
);

e2e(
  "if the session in the environment has expired, a run uses the base credentials that the session was obtained with",
  {
    world: ROLES,
    aws: { sessionLife: 5000 },
  },
  async (context) => {
    const { aws, run } = context;
    const marked = await shellAfter(context, "-r readonly --format env");
    const unmarked = await shellAfter(context, "-r readonly -f");
    await new Promise((resolve) => setTimeout(resolve, 5200));
    assertEquals((await run("-r admin true", { env: marked })).status, 0);
    const args = "-r readonly true";
    assertEquals((await run(args, { env: unmarked })).status, 0);
    assertEquals(
      assumed(aws),
      ["readonly", "readonly", "admin", "readonly"].map(BY_ALICE),
    );
  },
);

e2e(
  "the command does not get ASSUME_ROLE_SESSION, so a nested run assumes its role with the command's session",
  {
    world: ROLES,
  },
  async (context) => {
    const { aws, run } = context;
    const env = await shellAfter(context, "-r readonly --format env");
    const script = 'echo "<$ASSUME_ROLE_SESSION>"; exec "$@"';
    for (const pass of ["-E", "-E=ASSUME_ROLE_SESSION", "-E=ASSUME_*"]) {
      const inner = argv`sh -c ${script} sh ${program()} -r next true`;
      const result = await run(argv`-r admin ${pass} -E=DENO_DIR ${inner}`, {
        env,
      });
      assertEquals([result.status, result.stdout], [0, "<>\n"], result.stderr);
    }
    const nested = argv`${program()} -r admin true`;
    const denied = await run(argv`-r admin -E=DENO_DIR ${nested}`, { env });
    assertEquals(denied.status, 125);
    const session = "arn:aws:sts::111111111111:assumed-role/admin/alice";
    assertEquals(assumed(aws), [
      BY_ALICE("readonly"),
      BY_ALICE("admin"),
      [session, "next"],
      [session, "admin"],
    ]);
  },
);

e2e(
  "a shell with the session of a role chain can switch to roles inside and outside of the chain",
  {
    world: ROLES,
  },
  async (context) => {
    const { aws, home, run } = context;
    home.write(
      "assume-role.yaml",
      `${PREFIX_YAML}roles:\n  behind: { via: jump }\n  beyond: { via: jump }\n`,
    );
    const env = await shellAfter(context, "-r behind --format env");
    for (const args of ["-r beyond", "-r admin", "-r behind -f"]) {
      assertEquals(await run(`${args} true`, { env }), OK);
    }
    const unmarked = await shellAfter(context, "-r behind");
    assertEquals(await run("-r behind -f true", { env: unmarked }), OK);
    const jump = "arn:aws:sts::111111111111:assumed-role/jump/alice";
    assertEquals(assumed(aws), [
      BY_ALICE("jump"),
      [jump, "behind"],
      [jump, "beyond"],
      BY_ALICE("admin"),
      [jump, "behind"],
      [jump, "behind"],
    ]);
  },
);

e2e(
  "if the role of AWS_PROFILE was the base of a session, later runs also start from that role, even if AWS_PROFILE is unset",
  {
    world: ROLES,
  },
  async (context) => {
    const { aws, home, run } = context;
    home.writeHome(
      ".aws/config",
      `[profile work]\nrole_arn = ${PREFIX}jump\nsource_profile = default\n`,
    );
    const AWS_PROFILE = "work";
    const printed = "-r behind --format env";
    const env = await shellAfter(context, printed, { AWS_PROFILE });
    const { AWS_PROFILE: _, ...unset } = env;
    assertEquals(await run("-r beyond true", { env }), OK);
    assertEquals(await run("-r beyond -f true", { env: unset }), OK);
    const jump = "arn:aws:sts::111111111111:assumed-role/jump/alice";
    assertEquals(assumed(aws), [
      BY_ALICE("jump"),
      [jump, "behind"],
      [jump, "beyond"],
      [jump, "beyond"],
    ]);
  },
);

e2e(
  "in a shell with the session of a role, a run can use the cached MFA session of the IAM user",
  {
    world: ROLES,
  },
  async (context) => {
    const { aws, home, run } = context;
    home.write(
      "assume-role.yaml",
      `${PREFIX_YAML}mfa_serial: ${SERIAL}\nmfa_session: 12h\nroles:\n  long: { mfa_session: 11h }\n`,
    );
    const code = await aws.code(ALICE);
    const args = `--mfa-token ${code} -r readonly --format env`;
    const env = await shellAfter(context, args);
    assertEquals(await run("--no-input -r deploy true", { env }), OK);
    assertEquals(await run("--no-input -r readonly -f true", { env }), OK);
    const unmarked = keysOnly(env);
    assertEquals(
      await run("--no-input -r readonly -f true", { env: unmarked }),
      OK,
    );
    assertEquals(aws.count("GetSessionToken"), 1);
  },
);

const SUBJECT = "repo:corp/app:ref:refs/heads/main";

/** A world in which a container and the subject of a token can assume the roles. */
const PLACES: World = {
  ...ROLES,
  roles: ["admin", "other", "jump", "machine"].map((name) =>
    role(name, {
      trusts: [ALICE_ARN, `${PREFIX}jump`, `${PREFIX}machine`],
      trustsTokens: [SUBJECT],
    })
  ),
  workflow: { requestToken: "token", sub: SUBJECT },
  container: { roleArn: `${PREFIX}machine`, authorizationToken: "a token" },
};

/** Variables of base credentials that the format removes from the shell. */
const REMOVED_BASES: Readonly<
  Record<string, (context: E2e) => Promise<Env> | Env>
> = {
  "a web identity token": async ({ aws, home }) => ({
    AWS_WEB_IDENTITY_TOKEN_FILE: home.write(
      "token",
      await aws.idToken({ sub: SUBJECT }),
    ),
  }),
  "the role of a web identity token": async ({ aws, home }) => ({
    AWS_WEB_IDENTITY_TOKEN_FILE: home.write(
      "token",
      await aws.idToken({ sub: SUBJECT }),
    ),
    AWS_ROLE_ARN: `${PREFIX}jump`,
    AWS_ROLE_SESSION_NAME: "run-7",
  }),
  "a container": ({ aws }) => ({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/container/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: "a token",
  }),
  "AWS_CREDENTIAL_FILE": ({ home }) => ({
    AWS_CREDENTIAL_FILE: home.write(
      "boto",
      `AWSAccessKeyId=${ALICE.accessKeyId}\nAWSSecretKey=${ALICE.secretAccessKey}\n`,
    ),
  }),
};

for (const [name, variables] of Object.entries(REMOVED_BASES)) {
  e2e(
    `if the base credentials come from ${name}, a shell with a session can switch to another role, twice`,
    {
      world: PLACES,
      home: (aws) => {
        const home = new TestHome(aws);
        home.writeHome(".aws/credentials", "");
        return home;
      },
    },
    async (context) => {
      const { aws, run } = context;
      const before = await variables(context);
      const first = await shellAfter(context, "-r admin --format env", before);
      for (const variable of Object.keys(before)) {
        const stays = variable === "AWS_CONTAINER_AUTHORIZATION_TOKEN";
        assertEquals(variable in first, stays, variable);
      }
      const second = await shellAfter(context, "-r other --format env", first);
      assertEquals(await run("-r admin -f true", { env: second }), OK);
      const calls = aws.calls.filter(({ action, params }) =>
        /^AssumeRole/.test(action) && params.RoleArn !== before.AWS_ROLE_ARN
      );
      assertEquals(
        calls.map(({ params }) => params.RoleArn!.slice(PREFIX.length)),
        ["admin", "other", "admin"],
      );
    },
  );
}

e2e(
  "if the user's keys were in the variables that the session replaced, the session is used as base credentials, with a warning",
  {
    world: ROLES,
    home: (aws) => {
      const home = new TestHome(aws);
      home.writeHome(".aws/credentials", keysOf(BOB));
      return home;
    },
  },
  async (context) => {
    const { aws, run } = context;
    const env = await shellAfter(context, "-r admin --format env", {
      AWS_ACCESS_KEY_ID: ALICE.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ALICE.secretAccessKey,
    });
    assertEquals(await run("-r next true", { env }), { ...OK, stderr: KEPT });
    const session = "arn:aws:sts::111111111111:assumed-role/admin/alice";
    assertEquals(assumed(aws), [BY_ALICE("admin"), [session, "next"]]);
    const { stdout } = await run("--explain -r next", { env });
    assertMatch(
      stdout,
      /^base credentials:\n {2}the session in the environment, because the base credentials that it was obtained from cannot be found again$/m,
    );
  },
);

/** Changes after which a run uses the session in the environment as base credentials. */
const CHANGES: Readonly<
  Record<string, (context: E2e, env: Env) => Env | Promise<Env>>
> = {
  "other base credentials": ({ home }, env) => {
    home.writeHome(".aws/credentials", keysOf(BOB));
    return env;
  },
  "--clear-cache": async ({ run }, env) => {
    assertEquals((await run("--clear-cache", { env })).status, 0);
    return env;
  },
  "--clear-cache of the role": async ({ run }, env) => {
    assertEquals((await run("--clear-cache -r admin", { env })).status, 0);
    return env;
  },
  "damage of the cache entry": ({ home }, env) => {
    Deno.truncateSync(originPath(home, env), 30);
    return env;
  },
  "another shape of the cache entry": ({ home }, env) => {
    const path = originPath(home, env);
    const entry = JSON.parse(Deno.readTextFileSync(path));
    entry.value.sessions = "all";
    Deno.writeTextFileSync(path, JSON.stringify(entry));
    return env;
  },
  "a cache entry that others can read": ({ home }, env) => {
    Deno.chmodSync(originPath(home, env), 0o644);
    return env;
  },
  "a marker of another session": async (context, env) => ({
    ...env,
    ASSUME_ROLE_SESSION: (await shellAfter(context, "-r readonly --format env"))
      .ASSUME_ROLE_SESSION!,
  }),
  "a marker that is a path": (_, env) => ({
    ...env,
    ASSUME_ROLE_SESSION: `../cache/${env.ASSUME_ROLE_SESSION}`,
  }),
  "no marker": (_, env) => keysOnly(env),
};

const originPath = (home: TestHome, env: Env) =>
  join(
    home.path,
    `.aws/assume-role/cache/origin-${env.ASSUME_ROLE_SESSION}.json`,
  );

for (const [name, change] of Object.entries(CHANGES)) {
  e2e(
    `after ${name}, the session in the environment is used as base credentials`,
    {
      world: ROLES,
      ignore: Deno.build.os === "windows" && /others can read/.test(name),
    },
    async (context) => {
      const { aws, run } = context;
      const env = await change(
        context,
        await shellAfter(context, "-r admin --format env"),
      );
      const { status, stderr } = await run("-r next true", { env });
      const isSaid = name === "other base credentials";
      assertEquals([status, stderr], [0, isSaid ? KEPT : ""]);
      const session = "arn:aws:sts::111111111111:assumed-role/admin/alice";
      assertEquals(assumed(aws).at(-1), [session, "next"]);
    },
  );
}

e2e(
  "if AWS_PROFILE or --profile set the base credentials of a session, later runs use the same base credentials, even if AWS_PROFILE changes",
  {
    world: ROLES,
    home: (aws) => {
      const home = new TestHome(aws);
      home.writeHome(
        ".aws/credentials",
        keysOf(BOB) + keysOf(ALICE, "work") + keysOf(BOB, "other"),
      );
      return home;
    },
  },
  async (context) => {
    const { aws, run } = context;
    const AWS_PROFILE = "work";
    const printed = "-r readonly --format env";
    const byVariable = await shellAfter(context, printed, { AWS_PROFILE });
    const { AWS_PROFILE: _, ...unset } = byVariable;
    const byOption = await shellAfter(context, `--profile work -f ${printed}`);
    const shells = [
      byVariable,
      unset,
      byOption,
      { ...byVariable, AWS_PROFILE: "other" },
    ];
    for (const [at, env] of shells.entries()) {
      assertEquals(
        await run(`-r admin --duration ${at + 15}m true`, { env }),
        OK,
      );
    }
    assertEquals(assumed(aws).length, 2 + shells.length);
    assertEquals(
      new Set(assumed(aws).map(([signer]) => signer)),
      new Set([ALICE.accessKeyId]),
    );
    // --profile takes precedence over the base credentials that the session was obtained with.
    assertFails(await run("--profile other -r admin true", { env: unset }), {
      error: `Cannot assume ${ADMIN_ARN}: AWS denies access`,
    });
    assertEquals(assumed(aws).at(-1), [BOB.accessKeyId, "admin"]);
  },
);

e2e(
  "--profile names the base credentials, even if that profile has the same session as the environment",
  {
    world: ROLES,
  },
  async (context) => {
    const { aws, run } = context;
    const env = await shellAfter(context, "-r admin --format env");
    const saved = "--profile 111111111111-admin -r next true";
    assertEquals(await run(saved, { env }), OK);
    const session = "arn:aws:sts::111111111111:assumed-role/admin/alice";
    assertEquals(assumed(aws).at(-1), [session, "next"]);
    // The profile is also used if a variable of the session is unset.
    const { AWS_SECRET_ACCESS_KEY: _, ...half } = env;
    const again = `--region eu-west-1 ${saved}`;
    assertEquals(await run(again, { env: half }), OK);
  },
);

/** A home whose profile `tool` supplies a session of `admin` from `tool.json`. */
async function homeWithTool(aws: FakeAws): Promise<TestHome> {
  const home = new TestHome(aws);
  home.writeHome(
    ".aws/config",
    `[profile tool]\ncredential_process = cat ${home.project}/tool.json\n`,
  );
  await renewTool(home);
  return home;
}

/** Writes a new session of `admin` to `tool.json`. */
async function renewTool(home: TestHome): Promise<void> {
  const { stdout } = await home.run("-f -r admin --format process");
  home.write("tool.json", stdout);
}

e2e(
  "if the session in the environment came from a profile, the next run uses that profile's current session",
  {
    world: ROLES,
    home: homeWithTool,
  },
  async (context) => {
    const { aws, home, run } = context;
    const env = await shellAfter(context, "--profile tool --format env");
    await renewTool(home);
    const next = JSON.parse(Deno.readTextFileSync(`${home.project}/tool.json`));
    const signer = () =>
      aws.calls.findLast(({ action }) => action === "AssumeRole")?.accessKeyId;
    assertEquals(await run("-r next true", { env }), OK);
    assertEquals(signer(), next.AccessKeyId);
    const named = { ...env, AWS_PROFILE: "tool" };
    assertEquals(await run("-r next -f true", { env: named }), OK);
    assertEquals(signer(), next.AccessKeyId);
  },
);

e2e(
  "assume-role does not recognise its session if the token, secret or access key ID in the environment was changed",
  {
    world: ROLES,
  },
  async (context) => {
    const { aws, run } = context;
    const env = await shellAfter(context, "-r readonly --format env");
    for (
      const other of [
        { AWS_SECURITY_TOKEN: "other" },
        { AWS_SESSION_TOKEN: "other" },
        { AWS_SECRET_ACCESS_KEY: "other" },
        { AWS_ACCESS_KEY_ID: BOB.accessKeyId },
      ]
    ) {
      const { status } = await run("-r admin true", {
        env: { ...env, ...other },
      });
      assertEquals(status, 125);
    }
    // AWS rejects the signatures of all runs with changed variables.
    assertEquals(assumed(aws), [BY_ALICE("readonly")]);
  },
);

e2e(
  "if the AWS SDK searches for base credentials, the session in the environment is hidden from the SDK and from credential_process",
  {
    world: ROLES,
    home: (aws) => {
      const home = new TestHome(aws);
      home.writeHome(".aws/credentials", "");
      const keys = {
        Version: 1,
        AccessKeyId: ALICE.accessKeyId,
        SecretAccessKey: ALICE.secretAccessKey,
      };
      const path = home.write("keys.json", JSON.stringify(keys));
      home.writeHome(
        ".aws/config",
        `[default]\ncredential_process = sh -c "env | grep -c ^AWS_SE >> ${home.project}/seen; cat ${path}"\n`,
      );
      return home;
    },
  },
  async (context) => {
    const { aws, home, run } = context;
    const env = await shellAfter(context, "-r readonly --format env");
    assertEquals(await run("-r admin true", { env }), OK);
    assertEquals(assumed(aws), ["readonly", "admin"].map(BY_ALICE));
    assertEquals(Deno.readTextFileSync(join(home.project, "seen")), "0\n0\n");
  },
);

e2e(
  "a stored plan is used only if the environment has the same session as when the plan was stored",
  {
    world: ROLES,
  },
  async (context) => {
    const { aws, home, run } = context;
    const env = await shellAfter(context, "-r admin --format env");
    assertEquals(await run("-r next true", { env: keysOnly(env) }), OK);
    const denied = { error: /^AWS denied \S+next; the role may require MFA/ };
    assertFails(await run("-r next true", { env }), denied);
    assertEquals(await run("-r readonly true", { env }), OK);
    home.writeHome(".aws/credentials", keysOf(BOB));
    // The stored plan is for alice's keys, which are no longer in ~/.aws/credentials.
    const { status } = await run("-r readonly true", { env });
    assertEquals(status, 125);
    const session = "arn:aws:sts::111111111111:assumed-role/admin/alice";
    assertEquals(assumed(aws), [
      BY_ALICE("admin"),
      [session, "next"],
      BY_ALICE("next"),
      BY_ALICE("readonly"),
      [session, "readonly"],
    ]);
  },
);

e2e("8 runs at once in a shell with a session make one call of AssumeRole", {
  world: ROLES,
  aws: { latency: 50 },
}, async (context) => {
  const { aws, home } = context;
  const env = await shellAfter(context, "-r readonly --format env");
  const script =
    'for i in 1 2 3 4 5 6 7 8; do "$@" -q -r admin --format env & done; wait';
  const { stdout, stderr } = await home.sh(script, program(), { env });
  assertEquals([stdout.match(/_SESSION=/g)?.length, stderr], [8, ""]);
  assertEquals(assumed(aws), ["readonly", "admin"].map(BY_ALICE));
});

e2e(
  "--whoami, --explain, --doctor and -v use the base credentials that the session in the environment was obtained from",
  {
    world: ROLES,
  },
  async (context) => {
    const { run } = context;
    const env = await shellAfter(context, "-r readonly --format env");
    await run("-r admin true");
    const whoami = await run("--whoami", { env });
    assertMatch(whoami.stdout, new RegExp(`${ALICE_ARN}$`, "m"));
    const session = await run("--whoami -r admin", { env });
    assertMatch(session.stdout, new RegExp(`${ALICE_ARN}\n[^]*cache`));
    const explained = await run("--explain -r admin", { env });
    assertMatch(
      explained.stdout,
      /^base credentials:\n {2}keys of the profile 'default', from which the session in the environment was obtained\ncalls:\n {2}none: the session is cached$/m,
    );
    const { stderr } = await run("-v -r admin true", { env });
    assertMatch(
      stderr,
      /^assume-role: using the base credentials that the session in the environment was obtained from$/m,
    );
    const doctor = await run("--doctor -v", { env });
    assertEquals(doctor.stdout.match(/.*AWS_ACCESS_KEY_ID.*/g), null);
    assertMatch(doctor.stdout, new RegExp(`base identity: ${ALICE_ARN}$`, "m"));
  },
);
