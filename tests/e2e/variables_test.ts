/** AWS's variables, which set the profile, the files and the access keys of a run. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import {
  ALICE,
  ALICE_ARN,
  argv,
  ARN,
  assertFails,
  BOB,
  BOB_ARN,
  e2e,
  type FakeAws,
  keysInEnv,
  keysOf,
  OK,
  PREFIX,
  processOutput,
  role,
  TestHome,
  unix,
  type User,
  withoutKeyWarning,
  type World,
} from "../mod.ts";

/** Two users who may assume `admin`; the session name is the user's name. */
const TWO_USERS: World = {
  users: [ALICE, BOB],
  roles: [role("admin", { trusts: [ALICE_ARN, `${ARN}:user/bob`] })],
};
/**
 * Assumes the role `admin` with -f, which ignores the cached session.
 *
 * @returns the user whose keys were used, or the error
 */
async function identity(
  home: TestHome,
  aws: FakeAws,
  env: Readonly<Record<string, string>>,
  options = "",
): Promise<string> {
  const before = aws.calls.length;
  const result = await home.run(`-f ${options} -r admin true`, { env });
  const [error = ""] = result.stderr.split("\n");
  if (result.status !== 0) {
    assertEquals([result.status, aws.calls.length], [125, before]);
    return error.replace("assume-role: error: ", "");
  }
  assertEquals(result.stderr, "");
  const call = aws.calls.findLast(({ action }) => action === "AssumeRole");
  return call?.params.RoleSessionName ?? "";
}

/** A home in which the profile `default` has alice's keys, and the profile `bob` has bob's keys. */
function homeOfTwo(aws: FakeAws): TestHome {
  const home = new TestHome(aws);
  home.writeHome(".aws/credentials", keysOf(ALICE) + keysOf(BOB, "bob"));
  return home;
}

// aws/aws-sdk-ruby#2034: the AWS CLI reads AWS_DEFAULT_PROFILE, but many tools do not.
e2e("AWS_DEFAULT_PROFILE sets the profile like AWS_PROFILE", {
  world: TWO_USERS,
  home: homeOfTwo,
}, async ({ aws, home }) => {
  const cases: readonly (readonly [Record<string, string>, string])[] = [
    [{}, "alice"],
    [{ AWS_PROFILE: "bob" }, "bob"],
    [{ AWS_DEFAULT_PROFILE: "bob" }, "bob"],
    [{ AWS_PROFILE: "bob", AWS_DEFAULT_PROFILE: "bob" }, "bob"],
    [{ AWS_PROFILE: "bob", AWS_DEFAULT_PROFILE: "" }, "bob"],
    [
      { AWS_PROFILE: "default", AWS_DEFAULT_PROFILE: "bob" },
      "Cannot choose an AWS profile: AWS_PROFILE is 'default', but AWS_DEFAULT_PROFILE is 'bob'",
    ],
    [{ AWS_PROFILE: "" }, "Cannot use AWS_PROFILE: the value is empty"],
    [
      { AWS_PROFILE: "", AWS_DEFAULT_PROFILE: "bob" },
      "Cannot use AWS_PROFILE: the value is empty",
    ],
    [
      { AWS_DEFAULT_PROFILE: "" },
      "Cannot use AWS_DEFAULT_PROFILE: the value is empty",
    ],
    [{ AWS_DEFAULT_PROFILE: "bobby" }, "Cannot find the AWS profile 'bobby'"],
  ];
  for (const [env, expected] of cases) {
    assertEquals(await identity(home, aws, env), expected, JSON.stringify(env));
  }
  // --profile takes precedence over AWS's variables.
  const env = { AWS_PROFILE: "", AWS_DEFAULT_PROFILE: "default" };
  assertEquals(await identity(home, aws, env, "--profile bob"), "bob");
});

e2e("AWS_DEFAULT_PROFILE applies to every subcommand", {
  world: TWO_USERS,
  home: homeOfTwo,
}, async ({ home, run }) => {
  home.writeHome(".aws/config", "[profile bob]\nregion = eu-north-1\n");
  const env = { AWS_DEFAULT_PROFILE: "bob" };
  const whoami = await run("--whoami", { env });
  assertStringIncludes(whoami.stdout, "user/bob");
  const doctor = await run("--doctor -v", { env });
  assertStringIncludes(
    doctor.stdout,
    "base identity: arn:aws:iam::111111111111:user/bob",
  );
  const explain = await run("--explain -r admin", { env });
  assertMatch(explain.stdout, /profile +bob .*AWS_DEFAULT_PROFILE/);
  assertMatch(explain.stdout, /region +eu-north-1 /);
  Deno.removeSync(join(home.project, "assume-role.yaml"));
  await run("--init", { env });
  const written = Deno.readTextFileSync(join(home.project, "assume-role.yaml"));
  assertStringIncludes(written, "\nprofile: bob\n");
});

e2e(
  "keys in the environment are refused after the time in AWS_CREDENTIAL_EXPIRATION, unless a session is cached",
  async ({ aws, run }) => {
    const until = (time: string) => ({
      env: { ...keysInEnv(ALICE), AWS_CREDENTIAL_EXPIRATION: time },
    });
    const past = until("2020-01-01T00:00:00Z");
    const refused = {
      error:
        "Cannot use the keys of the environment: according to AWS_CREDENTIAL_EXPIRATION, the keys expired at 2020-01-01T00:00:00.000Z",
      hint:
        "get new keys, or unset AWS_CREDENTIAL_EXPIRATION if the keys are newer than this variable",
    };
    assertFails(await run("-r admin true", past), refused);
    assertEquals(aws.calls, []);
    assertEquals(
      (await run("-r admin true", until("2099-01-01T00:00:00Z"))).status,
      0,
    );
    assertEquals((await run("-r admin true", past)).status, 0);
    assertFails(await run("-f -r admin true", past), refused);
  },
);

e2e(
  "a profile's credential_process takes precedence over its keys, and both keys must be in the same file",
  {
    world: TWO_USERS,
  },
  async ({ aws, home, run }) => {
    const program = home.writeHome("output.json", processOutput(BOB));
    const process = `[profile x]\ncredential_process = cat ${program}\n`;
    home.writeHome(
      ".aws/config",
      process + keysOf(ALICE).replace("[default]\n", ""),
    );
    assertEquals(await identity(home, aws, {}, "--profile x"), "bob");
    home.writeHome(".aws/config", "[profile x]\naws_access_key_id = A\n");
    home.writeHome(".aws/credentials", "[x]\naws_secret_access_key = s\n");
    const { length } = aws.calls;
    assertFails(await run("--profile x -r admin true"), {
      error: `Cannot use the AWS profile 'x': ${
        join(home.path, ".aws", "config")
      } has aws_access_key_id, but no aws_secret_access_key`,
      hint: `write both keys of 'x' into ${
        join(home.path, ".aws", "config")
      }, or remove both`,
    });
    assertEquals(aws.calls.length, length);
  },
);

const TOKEN = "carols-session-token";
const CAROL: User = { ...BOB, name: "carol", sessionToken: TOKEN };

// hashicorp/aws-sdk-go-base#117: the AWS CLI prefers these old names to the new names.
e2e(
  "AWS_SECURITY_TOKEN and aws_security_token take precedence over AWS_SESSION_TOKEN and aws_session_token",
  {
    world: {
      users: [ALICE, CAROL],
      roles: [role("admin", { trusts: [ALICE_ARN, `${ARN}:user/carol`] })],
    },
  },
  async ({ aws, home }) => {
    for (
      const tokens of [
        { AWS_SECURITY_TOKEN: TOKEN },
        { AWS_SECURITY_TOKEN: TOKEN, AWS_SESSION_TOKEN: "another" },
        { AWS_SECURITY_TOKEN: "", AWS_SESSION_TOKEN: TOKEN },
      ]
    ) {
      const env = { ...keysInEnv(CAROL), ...tokens };
      assertEquals(
        await identity(home, aws, env),
        "carol",
        JSON.stringify(env),
      );
    }
    const { sessionToken: _, ...withoutToken } = CAROL;
    for (
      const lines of [
        `aws_security_token = ${TOKEN}\n`,
        `aws_session_token = another\naws_security_token = ${TOKEN}\n`,
      ]
    ) {
      home.writeHome(
        ".aws/credentials",
        keysOf(ALICE) + keysOf(withoutToken, "carol") + lines,
      );
      const env = { AWS_PROFILE: "carol" };
      assertEquals(await identity(home, aws, env), "carol", lines);
    }
  },
);

const NO_CREDENTIALS = "Cannot find base credentials";

e2e("the paths of AWS's files are expanded as the AWS CLI expands them", {
  ...unix,
  world: TWO_USERS,
}, async ({ aws, home }) => {
  const path = join(home.root, "other");
  Deno.mkdirSync(path);
  const file = join(path, "credentials");
  Deno.writeTextFileSync(file, keysOf(BOB));
  const cases: readonly (readonly [string, string])[] = [
    [file, "bob"],
    ["$HOME/../other/credentials", "bob"],
    ["${HOME}/../other/credentials", "bob"],
    ["~/../other/credentials", "bob"],
    ["$OTHER/credentials", "bob"],
    ["$TILDE/../other/credentials", "bob"],
    // The variables in the next two paths are not expanded, so no file has these paths.
    ["$NONE/../other/credentials", NO_CREDENTIALS],
    ["%OTHER%/credentials", NO_CREDENTIALS],
    [join(home.root, "nowhere"), NO_CREDENTIALS],
    ["", NO_CREDENTIALS],
    [
      "~bob/credentials",
      "Cannot use AWS_SHARED_CREDENTIALS_FILE: the path starts with the home of another user, '~bob'",
    ],
  ];
  for (const [value, expected] of cases) {
    const env = {
      AWS_SHARED_CREDENTIALS_FILE: value,
      OTHER: path,
      TILDE: "~",
      AWS_REGION: "eu-west-1",
    };
    assertEquals(await identity(home, aws, env), expected, value);
  }
  // The session is saved as a profile in the same file.
  assertMatch(Deno.readTextFileSync(file), /\[111111111111-admin\]/);
  assertEquals(
    Array.from(Deno.readDirSync(home.project), ({ name }) => name),
    ["assume-role.yaml"],
  );
});

e2e("the AWS SDK gets the expanded paths of AWS's files", {
  ...unix,
  world: TWO_USERS,
}, async ({ aws, home }) => {
  const output = home.write("bob.json", processOutput(BOB));
  Deno.writeTextFileSync(
    join(home.root, "config"),
    `[profile tool]\ncredential_process = cat ${output}\n`,
  );
  for (const value of ["$HOME/../config", "$UP/config", "~/../config"]) {
    const env = { AWS_CONFIG_FILE: value, UP: home.root };
    assertEquals(
      await identity(home, aws, env, "--profile tool"),
      "bob",
      value,
    );
  }
  // The SDK treats an empty AWS_CONFIG_FILE as unset; the AWS CLI and assume-role do not.
  home.writeHome(
    ".aws/config",
    `[default]\ncredential_process = cat ${output}\n`,
  );
  Deno.removeSync(join(home.path, ".aws/credentials"));
  assertEquals(await identity(home, aws, {}), "bob");
  assertEquals(
    await identity(home, aws, { AWS_CONFIG_FILE: "" }),
    NO_CREDENTIALS,
  );
});

e2e(
  "with --server, the command gets the expanded AWS_CONFIG_FILE, and an empty copy if AWS_SHARED_CREDENTIALS_FILE is empty",
  { ...unix, world: TWO_USERS },
  async ({ home, run }) => {
    Deno.writeTextFileSync(join(home.root, "config"), "[profile x]\n");
    const show =
      argv`--server -r admin sh -c ${'echo "$AWS_CONFIG_FILE"; cat "$AWS_SHARED_CREDENTIALS_FILE"; echo end'}`;
    const env = {
      ...keysInEnv(BOB),
      AWS_CONFIG_FILE: "$HOME/../config",
      AWS_SHARED_CREDENTIALS_FILE: "",
    };
    assertEquals(withoutKeyWarning(await run(show, { env })), {
      ...OK,
      stdout: `${home.path}/../config\nend\n`,
    });
  },
);

// A stored plan is used only if the expanded paths lead to the same files.
e2e(
  "if AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE contains a variable and that variable changes, a new plan is made",
  {
    ...unix,
    world: TWO_USERS,
  },
  async ({ aws, home }) => {
    for (const user of [ALICE, BOB]) {
      Deno.mkdirSync(join(home.root, user.name));
      Deno.writeTextFileSync(
        join(home.root, user.name, "credentials"),
        keysOf(user),
      );
    }
    const show = "-r admin printenv AWS_ACCESS_KEY_ID";
    const run = async (name: string) => {
      const env = {
        AWS_SHARED_CREDENTIALS_FILE: "$UP/credentials",
        UP: join(home.root, name),
      };
      const { status, stdout, stderr } = await home.run(show, { env });
      assertEquals([status, stderr], [0, ""]);
      return stdout;
    };
    const first = await run("alice");
    assertEquals([await run("alice"), await run("alice")], [first, first]);
    const second = await run("bob");
    assertEquals(first === second, false);
    assertEquals([await run("alice"), await run("bob")], [first, second]);
    assertEquals(
      aws.calls.filter(({ action }) => action === "AssumeRole")
        .map(({ params }) => params.RoleSessionName),
      ["alice", "bob"],
    );
    for (const name of ["alice", "bob"]) {
      const path = join(home.root, name, "credentials");
      assertMatch(Deno.readTextFileSync(path), /\[111111111111-admin\]/);
    }
  },
);

// As in the AWS CLI, keys in the environment are used with the other settings of AWS_PROFILE.
e2e(
  "keys in the environment take precedence over AWS_PROFILE, but not over --profile",
  { world: TWO_USERS, home: homeOfTwo },
  async ({ aws, home, run }) => {
    home.writeHome(
      ".aws/config",
      "[profile plain]\nregion = eu-north-1\nmfa_serial = 123456789\n",
    );
    for (const name of ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]) {
      const env = (profile: string) => ({ ...keysInEnv(BOB), [name]: profile });
      assertEquals(await identity(home, aws, env("default")), "bob");
      assertEquals(await identity(home, aws, env("plain")), "bob");
      assertEquals(
        await identity(home, aws, env("none")),
        "Cannot find the AWS profile 'none'",
      );
      assertEquals(
        await identity(home, aws, env("bob"), "--profile default"),
        "alice",
      );
    }
    const env = { ...keysInEnv(BOB), AWS_PROFILE: "plain" };
    const variable = { ...env, ASSUME_ROLE_PROFILE: "default" };
    assertEquals(await identity(home, aws, variable), "alice");
    const { stdout } = await run("--explain -r admin", { env });
    assertStringIncludes(stdout, "keys in the environment");
    assertMatch(stdout, /region +eu-north-1 /);
    const doctor = await run("--doctor -v", { env });
    assertStringIncludes(
      doctor.stdout,
      "base identity: arn:aws:iam::111111111111:user/bob",
    );
  },
);

const SUBJECT = "repo:example/project:ref:refs/heads/main";

e2e(
  "a web identity token in the environment takes precedence over keys of a profile",
  {
    world: {
      ...TWO_USERS,
      roles: [
        role("admin", { trusts: [`${PREFIX}ci`, BOB_ARN] }),
        role("ci", { trusts: [], trustsTokens: [SUBJECT] }),
      ],
      workflow: { requestToken: "the-request-token", sub: SUBJECT },
    },
    home: homeOfTwo,
  },
  async ({ aws, home }) => {
    const env = {
      AWS_WEB_IDENTITY_TOKEN_FILE: home.write("token", await aws.idToken()),
      AWS_ROLE_ARN: `${PREFIX}ci`,
      AWS_ROLE_SESSION_NAME: "run-7",
    };
    const withProfile = { ...env, AWS_PROFILE: "bob" };
    assertEquals(await identity(home, aws, env), "run-7");
    assertEquals(await identity(home, aws, withProfile), "run-7");
    assertEquals(await identity(home, aws, env, "--profile bob"), "bob");
    assertEquals(
      await identity(home, aws, { ...env, ...keysInEnv(BOB) }),
      "bob",
    );
  },
);

// As a last resort, botocore still reads the files of the first EC2 tools and of boto 2.
e2e(
  "AWS_CREDENTIAL_FILE and BOTO_CONFIG supply keys if the profile has no keys",
  {
    ...unix,
    world: TWO_USERS,
  },
  async ({ aws, home }) => {
    const { accessKeyId, secretAccessKey } = BOB;
    home.writeHome(
      "ec2",
      `AWSAccessKeyId = ${accessKeyId}\nAWSSecretKey=${secretAccessKey}\n`,
    );
    home.writeHome("half", `AWSAccessKeyId=${accessKeyId}\n`);
    home.writeHome(
      "boto",
      `[Boto]\ndebug = 0\n[Credentials]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    );
    const cases: readonly (readonly [Record<string, string>, string])[] = [
      [{ AWS_CREDENTIAL_FILE: "~/ec2" }, "bob"],
      [{ BOTO_CONFIG: "$HOME/boto" }, "bob"],
      [{ BOTO_CONFIG: "~/none" }, NO_CREDENTIALS],
      [
        { AWS_CREDENTIAL_FILE: "/none" },
        "Cannot read /none: no such file or directory",
      ],
      [
        { AWS_CREDENTIAL_FILE: "~/half" },
        `Cannot use ${home.path}/half: the file has an access key ID, but no secret access key`,
      ],
    ];
    for (const [env] of cases) {
      assertEquals(await identity(home, aws, env), "alice");
    }
    Deno.removeSync(join(home.path, ".aws/credentials"));
    for (const [env, expected] of cases) {
      assertEquals(await identity(home, aws, env), expected);
    }
  },
);
