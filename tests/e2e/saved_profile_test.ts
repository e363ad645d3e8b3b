/** The saved profile is there after every run, also if the session comes from the cache. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  ALICE,
  ALICE_ARN,
  argv,
  type E2e,
  e2e,
  keysInEnv,
  keysOf,
  OK,
  PREFIX,
  PREFIX_YAML,
  type RunOptions,
  type TestHome,
  WORLD,
} from "../mod.ts";

const FILE = ".aws/credentials";
const EUROPE = "-r admin --region eu-west-1";

const directory = (home: TestHome) => join(home.path, ".aws/assume-role/cache");

/** The paths of the stored plans. */
function plans(home: TestHome): readonly string[] {
  return Array.from(Deno.readDirSync(directory(home)), ({ name }) => name)
    .filter((name) => name.startsWith("plan-"))
    .map((name) => join(directory(home), name));
}

/** Returns the keys and values of a profile in a credentials file; none if it is missing. */
function profileIn(text: string, name: string): Record<string, string> {
  const [, section = ""] = text.split(`[${name}]\n`);
  const lines = section.split("\n[")[0]!.matchAll(/^(\w+) = (.*)$/gm);
  return Object.fromEntries(
    Array.from(lines, ([, key, value]) => [key!, value!]),
  );
}

const ADMIN = "111111111111-admin";
const profile = (home: TestHome, name = ADMIN) =>
  profileIn(home.readHome(FILE), name);

/**
 * Asserts that a run with a cached session saves the session as a profile before the
 * command starts, and that the next run uses the stored plan.
 */
async function assertSavesAgain(
  { aws, home, run }: E2e,
  args: string,
  options: RunOptions = {},
  read = () => profile(home),
): Promise<void> {
  const before = aws.calls.length;
  const script =
    'cat "${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}"; echo; env';
  const { status, stdout, stderr } = await run(
    argv`${args.split(" ")} -- sh -c ${script}`,
    options,
  );
  assertEquals([status, stderr, aws.calls.length - before], [0, "", 0]);
  const variable = (name: string) =>
    new RegExp(`^${name}=(.*)$`, "m").exec(stdout)?.[1];
  const saved = read();
  assertEquals(saved.x_assume_role_arn, ADMIN_ARN);
  assertEquals(
    [
      saved.aws_access_key_id,
      saved.aws_secret_access_key,
      saved.aws_session_token,
    ],
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
      .map(variable),
  );
  assert(stdout.includes(`aws_session_token = ${saved.aws_session_token}\n`));
  await assertUsesPlan(home, args, options);
}

/** Asserts that a run uses a stored plan, and does not change the credentials file. */
async function assertUsesPlan(
  home: TestHome,
  args: string,
  options: RunOptions = {},
): Promise<void> {
  const before = home.readHome(FILE);
  for (const path of plans(home)) {
    const text = Deno.readTextFileSync(path);
    Deno.writeTextFileSync(path, text.replace("eu-west-1", "xx-mark-1"));
  }
  const command = argv`${args.split(" ")} -- printenv AWS_REGION`;
  const result = await home.run(command, options);
  assertEquals(result, { ...OK, stdout: "xx-mark-1\n" });
  assertEquals(home.readHome(FILE), before);
  for (const path of plans(home)) {
    const text = Deno.readTextFileSync(path);
    Deno.writeTextFileSync(path, text.replace("xx-mark-1", "eu-west-1"));
  }
}

/** Events after which the profile is missing, or has an old session. */
const CAUSES: Readonly<Record<string, (context: E2e) => Promise<void> | void>> =
  {
    "another tool has removed the profile": ({ home }) => {
      home.writeHome(FILE, keysOf(ALICE));
    },
    "another tool has removed a key of the profile": ({ home }) => {
      const text = home.readHome(FILE);
      const secret = /^(\[111111111111-admin\]\n.*\n).*\n/m;
      home.writeHome(FILE, text.replace(secret, "$1"));
    },
    "the run that got the session was killed before it saved the profile": (
      { home },
    ) => {
      plans(home).forEach((path) => Deno.removeSync(path));
      home.writeHome(FILE, keysOf(ALICE));
    },
    "the run that refreshed the session was killed before it saved the profile":
      async ({ home, run }) => {
        const old = home.readHome(FILE);
        await new Promise((resolve) => setTimeout(resolve, 1100));
        assertEquals((await run(`${EUROPE} -f true`)).status, 0);
        assert(home.readHome(FILE) !== old);
        home.writeHome(FILE, old);
      },
  };

for (const [name, cause] of Object.entries(CAUSES)) {
  e2e(
    `a run with a cached session saves the profile again if ${name}`,
    async (context) => {
      const { run } = context;
      assertEquals(await run(`${EUROPE} true`), OK);
      await cause(context);
      await assertSavesAgain(context, EUROPE);
    },
  );
}

e2e(
  "a run with a cached session saves the profile if write_profile is turned on again",
  async (context) => {
    const { home, run } = context;
    const before = home.readHome(FILE);
    home.write("assume-role.yaml", `${PREFIX_YAML}write_profile: false\n`);
    assertEquals(await run(`${EUROPE} true`), OK);
    await assertUsesPlan(home, EUROPE);
    assertEquals(home.readHome(FILE), before);
    home.write("assume-role.yaml", PREFIX_YAML);
    await assertSavesAgain(context, EUROPE);
    // A plan of the time before write_profile was turned off is stored, too.
    home.write("assume-role.yaml", `${PREFIX_YAML}write_profile: false\n`);
    home.writeHome(FILE, before);
    assertEquals(await run(`${EUROPE} true`), OK);
    assertEquals(home.readHome(FILE), before);
    home.write("assume-role.yaml", PREFIX_YAML);
    await assertSavesAgain(context, EUROPE);
  },
);

e2e(
  "a run with a cached session saves the profile under another prefix, and in another credentials file",
  async (context) => {
    const { home, run } = context;
    assertEquals(await run(`${EUROPE} true`), OK);
    home.write("assume-role.yaml", `${PREFIX_YAML}profile_name_prefix: my\n`);
    await assertSavesAgain(
      context,
      EUROPE,
      {},
      () => profile(home, "my-admin"),
    );
    home.write("assume-role.yaml", PREFIX_YAML);
    const path = home.write("credentials", keysOf(ALICE));
    const options = { env: { AWS_SHARED_CREDENTIALS_FILE: path } };
    const read = () => profileIn(Deno.readTextFileSync(path), ADMIN);
    await assertSavesAgain(context, EUROPE, options, read);
    Deno.removeSync(path);
    const other = { env: { ...options.env, ...keysInEnv(ALICE) } };
    await assertSavesAgain(context, EUROPE, other, read);
  },
);

e2e(
  "printing a cached session saves the profile again",
  async ({ aws, home, run }) => {
    for (const format of ["process", "env"]) {
      const args = `-r admin --format ${format}`;
      const first = await run(args);
      home.writeHome(FILE, keysOf(ALICE));
      assertEquals(await run(args), first);
      const { aws_session_token = "-" } = profile(home);
      assert(first.stdout.includes(aws_session_token), format);
    }
    assertEquals(aws.count("AssumeRole"), 1);
  },
);

e2e(
  "two cached sessions of a role leave the newer one in the profile, and their runs use stored plans",
  async ({ aws, home, run }) => {
    const short = `${EUROPE} --duration 20m`;
    const long = `${EUROPE} --duration 1h`;
    for (const args of [long, short, long, short]) {
      assertEquals(await run(`${args} true`), OK);
    }
    const saved = profile(home);
    const left = Date.parse(saved.x_security_token_expires!) - Date.now();
    assert(left > 50 * 60_000, String(left));
    await assertUsesPlan(home, short);
    await assertUsesPlan(home, long);
    assertEquals(aws.count("AssumeRole"), 2);
  },
);

e2e(
  "a profile that assume-role did not write stays, with one warning; later runs use the stored plan",
  async ({ home, run }) => {
    for (const key of ["region", "aws_access_key_id"]) {
      const text = `${keysOf(ALICE)}\n[${ADMIN}]\n${key} = x\n`;
      home.writeHome(FILE, text);
      const { status, stderr } = await run(`${EUROPE} -f true`);
      assertEquals(status, 0);
      assertMatch(stderr, /^assume-role: warning: Cannot save the profile/);
      assertEquals(await run(`${EUROPE} true`), OK);
      await assertUsesPlan(home, EUROPE);
      assertEquals(home.readHome(FILE), text);
    }
  },
);

e2e(
  "if a profile cannot be saved, only the run that gets the session warns, and a later run saves the profile",
  async (context) => {
    const { home, run } = context;
    const lock = join(home.path, ".aws/.assume-role-credentials.lock");
    Deno.mkdirSync(lock);
    const first = await run(`${EUROPE} true`);
    assertEquals(first.status, 0);
    assertMatch(
      first.stderr,
      /^assume-role: warning: Cannot save the profile '111111111111-admin' in [^\n]+\n$/,
    );
    assertEquals(await run(`${EUROPE} true`), OK);
    const { stderr } = await run(`-v ${EUROPE} true`);
    assertMatch(stderr, /^assume-role: Cannot save the profile/m);
    Deno.removeSync(lock);
    await assertSavesAgain(context, EUROPE);
  },
);

e2e(
  "with the credentials file /dev/null, no profile is saved, and a second run uses the stored plan",
  async ({ home, run }) => {
    const env = {
      ...keysInEnv(ALICE),
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    };
    assertEquals(await run(`${EUROPE} true`, { env }), OK);
    await assertUsesPlan(home, EUROPE, { env });
  },
);

e2e(
  "the profile_name_prefix of a project names no profile of another account or role, and no profile of ~/.aws/config",
  async ({ home, run }) => {
    const other = "arn:aws:iam::222222222222:role/admin";
    const saved = (name: string, expiry: string) =>
      `[${name}]\naws_access_key_id = ASIAOTHER\nx_security_token_expires = ${expiry}\nx_assume_role_arn = ${other}\n`;
    const text = `${keysOf(ALICE)}\n${
      saved("past-admin", "2020-01-01T00:00:00Z")
    }`;
    home.writeHome(FILE, text);
    home.writeHome(".aws/config", "[profile corp-admin]\noutput = json\n");
    const reasons = {
      "222222222222":
        "profile_name_prefix is the id of another account than 111111111111",
      "222222222222-x":
        "profile_name_prefix is the id of another account than 111111111111",
      "111111111111-x":
        "the profile_name_prefix of a project must not start with an account id and '-'",
      corp:
        "the profile_name_prefix of a project must not give the name of a profile of ~/.aws/config",
      past:
        `the profile_name_prefix of a project must not give the name of the profile of ${other}`,
    };
    for (const [prefix, reason] of Object.entries(reasons)) {
      const yaml = `${PREFIX_YAML}profile_name_prefix: "${prefix}"\n`;
      home.write("assume-role.yaml", yaml);
      const { status, stderr } = await run(`${EUROPE} -f true`);
      assertEquals([status, stderr.split(": ").slice(3).join(": ")], [
        0,
        `${reason}\n`,
      ], stderr);
      assertEquals(home.readHome(FILE), text);
      assertEquals(await run(`${EUROPE} true`), OK);
      await assertUsesPlan(home, EUROPE);
    }
    home.write("assume-role.yaml", "");
    // The user may give a profile of ~/.aws/config the session of a role.
    home.writeHome(
      ".aws/assume-role.yaml",
      `${PREFIX_YAML}profile_name_prefix: corp\n`,
    );
    assertEquals(await run(`${EUROPE} true`), OK);
    assertEquals(profile(home, "corp-admin").x_assume_role_arn, ADMIN_ARN);
  },
);

e2e(
  "a session that --policy or --policy-arn narrows is not saved as a profile",
  async ({ home, run }) => {
    const narrow = "--policy-arn arn:aws:iam::aws:policy/ReadOnlyAccess";
    assertEquals(await run(`-r admin ${narrow} true`), OK);
    assertEquals(home.readHome(FILE), keysOf(ALICE));
    assertEquals(await run("-r admin true"), OK);
    const whole = home.readHome(FILE);
    assertEquals(whole === keysOf(ALICE), false);
    assertEquals(await run(`-f -r admin ${narrow} true`), OK);
    const env = { ASSUME_ROLE_POLICY_ARN: narrow.split(" ")[1]! };
    assertEquals(await run("-f -r admin true", { env }), OK);
    assertEquals(home.readHome(FILE), whole);
    // A policy of a file narrows each session of the role.
    home.write(
      "assume-role.yaml",
      `${PREFIX_YAML}policy_arns: ["${env.ASSUME_ROLE_POLICY_ARN}"]\n`,
    );
    assertEquals(await run("-f -r admin true"), OK);
    assertEquals(home.readHome(FILE) === whole, false);
  },
);

e2e(
  "a role that a project names takes no profile name that the user's prefix or entries would give",
  {
    world: {
      ...WORLD,
      roles: [...WORLD.roles, {
        arn: "arn:aws:iam::222222222222:role/admin",
        trusts: [ALICE_ARN],
      }],
    },
  },
  async ({ home, run }) => {
    const theirs = "arn:aws:iam::222222222222:role/";
    const names = () =>
      [...home.readHome(FILE).matchAll(/^\[(.*)\]$/gm)].map(([, name]) => name);
    home.writeHome(
      ".aws/assume-role.yaml",
      `profile_name_prefix: corp
role_prefix: ${PREFIX}
roles: { prod-admin: { external_id: x1 } }
`,
    );
    for (
      const project of [
        `role: ${theirs}admin`,
        `role: admin\nrole_prefix: ${theirs}`,
        `role: evil\nroles: { evil: "${theirs}admin" }`,
      ]
    ) {
      home.write("assume-role.yaml", `${project}\n`);
      home.writeHome(FILE, keysOf(ALICE));
      assertEquals(await run("true"), OK);
      assertEquals(names(), ["default", "222222222222-admin"], project);
    }
    // The name is free for the user's own role.
    home.write("assume-role.yaml", "role: admin\n");
    assertEquals(await run("true"), OK);
    assertEquals(names().at(-1), "corp-admin");
    for (
      const [prefix, reason] of [
        ["prod", "give the name of your role 'prod-admin'"],
        ["corp", "be your own profile_name_prefix"],
      ]
    ) {
      home.write(
        "assume-role.yaml",
        `role: ${theirs}admin\nprofile_name_prefix: ${prefix}\n`,
      );
      const { status, stderr } = await run("-f true");
      assertEquals([status, stderr.split(": ").slice(3).join(": ")], [
        0,
        `the profile_name_prefix of a project must not ${reason}\n`,
      ]);
    }
    // Another prefix of a project counts.
    home.write(
      "assume-role.yaml",
      `role: ${theirs}admin\nprofile_name_prefix: new\n`,
    );
    assertEquals(await run("true"), OK);
    assertEquals(names().at(-1), "new-admin");
  },
);
