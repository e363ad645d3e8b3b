/** `--profile NAME` without a role: the session of the AWS profile itself. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  ADMIN_SESSION_ARN,
  ALICE,
  ALICE_ARN,
  argv,
  assertFails,
  e2e,
  type FakeAws,
  keysInEnv,
  keysOf,
  OK,
  portalRoleArn,
  PREFIX,
  PREFIX_YAML,
  processOutput,
  role,
  TestHome,
  unix,
  WORLD,
  type World,
} from "../mod.ts";

const ASSIGNMENT = { accountId: "111111111111", roleName: "Reader" };
const SUBJECT = "repo:example/project:ref:refs/heads/main";
const READER =
  "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Reader_0123456789abcdef/alice@example.com";
const PLACES: World = {
  ...WORLD,
  roles: [
    ...WORLD.roles,
    role("ci", { trusts: [], trustsTokens: [SUBJECT] }),
    role("next", { trusts: [portalRoleArn(ASSIGNMENT)] }),
    role("machine", { trusts: [`${PREFIX}first`] }),
    role("first", { trusts: [`${PREFIX}home`] }),
  ],
  portal: {
    userName: "alice@example.com",
    token: "the-portal-token",
    assignments: [ASSIGNMENT],
  },
  container: { roleArn: `${PREFIX}home`, authorizationToken: "a token" },
};
const SSO = `[profile sso-reader]
sso_session = work
sso_account_id = 111111111111
sso_role_name = Reader
region = eu-west-1
[sso-session work]
sso_region = us-east-1
sso_start_url = https://example.awsapps.com/start
`;

/** A home with a sign-in to IAM Identity Center, and without keys. */
async function homeWithPortal(aws: FakeAws): Promise<TestHome> {
  const home = new TestHome(aws);
  Deno.removeSync(join(home.path, ".aws/credentials"));
  home.write("assume-role.yaml", "");
  home.writeHome(".aws/config", SSO);
  await home.signIn("work", "the-portal-token", Date.now() + 8 * 3600_000);
  return home;
}

/** A home whose profile `tool` has a `credential_process` that prints `output`. */
function homeWithTool(aws: FakeAws, output: string): TestHome {
  const home = new TestHome(aws);
  home.write("assume-role.yaml", "");
  const script = home.write(
    "process.sh",
    `echo called >>"${home.project}/log"\ncat "${home.project}/output.json"\n`,
  );
  home.write("output.json", output);
  home.writeHome(
    ".aws/config",
    `[profile tool]\ncredential_process = sh "${script}"\n`,
  );
  return home;
}

/** The output of a `credential_process` with a session of `admin`. */
async function sessionOutput(aws: FakeAws): Promise<string> {
  await using home = new TestHome(aws);
  const { stdout } = await home.run("-r admin --format process");
  aws.calls.length = 0;
  return stdout;
}

/** A home whose profile `tool` supplies a session of `admin`. */
const homeWithSession = async (aws: FakeAws) =>
  homeWithTool(aws, await sessionOutput(aws));

const SHOW = "printenv ASSUME_ROLE_ARN AWS_REGION AWS_ACCESS_KEY_ID";

e2e(
  "IAM Identity Center: --profile runs the command with the profile's session",
  { world: PLACES, home: homeWithPortal },
  async ({ aws, home, run }) => {
    const first = await run(`--profile sso-reader -- ${SHOW}`);
    assertEquals([first.status, first.stderr], [0, ""]);
    const [who, region, key] = first.stdout.split("\n");
    assertEquals([who, region], [READER, "eu-west-1"]);
    assertEquals(aws.sessionOf(key!)?.arn, READER);
    assertEquals(aws.actions(), ["GetRoleCredentials", "GetCallerIdentity"]);

    // Later runs use the cached session, also if --role names the profile.
    for (const target of ["--profile sso-reader", "-r sso-reader"]) {
      for (let i = 0; i < 2; i++) {
        assertEquals(await run(`${target} -- ${SHOW}`), first);
      }
      const printed = await run(`${target} --format process`);
      const { AccessKeyId, Expiration } = JSON.parse(printed.stdout);
      assertEquals(AccessKeyId, key);
      assertMatch(Expiration, /^\d{4}-\d\d-\d\dT/);
      const explained = await run(`--explain ${target}`);
      assertStringIncludes(explained.stdout, "none: the session is cached");
      const { stdout } = await run(`--console ${target}`);
      const token = new URL(stdout).searchParams.get("SigninToken");
      assertEquals(aws.signedIn(token ?? "")?.arn, READER);
    }
    assertEquals(aws.count("GetRoleCredentials"), 1);
    assertEquals(aws.count("GetCallerIdentity"), 1);
    const whoami = await run("--whoami --profile sso-reader");
    assertEquals(
      whoami.stdout,
      `base_arn: ${READER}\nbase_account: 111111111111\n`,
    );
    const { stdout } = await run("--list");
    assertMatch(stdout, /^sso-reader\t-\tprofile\tfresh\t\S+\n$/);
    const names = await run("--completions roles");
    assertEquals(names.stdout, "sso-reader\n");
    // No profile is saved, because other tools can get a session from the profile `sso-reader`.
    assertEquals(
      Array.from(Deno.readDirSync(join(home.path, ".aws")), ({ name }) => name)
        .includes("credentials"),
      false,
    );

    const forced = await run(`-f --profile sso-reader ${SHOW}`);
    assert(!forced.stdout.includes(key!));
    // The first run, --whoami and -f made one call each.
    assertEquals(aws.count("GetRoleCredentials"), 3);
    const cleared = await run("--clear-cache --profile sso-reader");
    assertEquals(
      cleared.stdout,
      "Sessions removed of the profile 'sso-reader': 1\nProfiles removed of the profile 'sso-reader': none\n",
    );
    await run("--profile sso-reader true");
    assertEquals(aws.count("GetRoleCredentials"), 4);
  },
);

e2e("IAM Identity Center: --explain shows the calls of a run", {
  world: PLACES,
  home: homeWithPortal,
}, async ({ aws, run }) => {
  const { status, stdout, stderr } = await run(
    "--explain -v --profile sso-reader",
  );
  assertEquals([status, stderr, aws.calls], [0, "", []]);
  const lines = stdout.split("\n").map((line) =>
    line.trim().replace(/ {2,}/g, " ")
  );
  const { host } = new URL(aws.url);
  const at = lines.indexOf("calls:");
  assertEquals(lines.slice(at + 1, at + 3), [
    "IAM Identity Center - - session of the profile 'sso-reader'",
    `GetCallerIdentity ${host} eu-west-1 -`,
  ]);
  assertMatch(stdout, /profile 'sso-reader' +none +\S+\.json\n/);
  assert(lines.includes("region eu-west-1 region of the profile 'sso-reader'"));
});

e2e(
  "a name that means a profile, and with role_prefix also a role, is an error",
  {
    world: PLACES,
    home: homeWithPortal,
  },
  async ({ home, run }) => {
    home.write("assume-role.yaml", PREFIX_YAML);
    assertFails(await run("-r sso-reader true"), {
      error:
        `Cannot use the ambiguous role name 'sso-reader': the AWS profile 'sso-reader' is for a role that only IAM Identity Center knows, but role_prefix makes the name ${PREFIX}sso-reader`,
      hint:
        `write '--profile sso-reader' for the profile, or '--role ${PREFIX}sso-reader' for the other role; to settle the name, give it a role_arn under 'roles' in ~/.aws/assume-role.yaml`,
    });
    assertEquals(
      (await run("--list")).stdout,
      "sso-reader\t-\tprofile (--profile only)\tnone\t-\n",
    );
    assertEquals((await run("--completions roles")).stdout, "");
    assertEquals((await run("--profile sso-reader true")).status, 0);
  },
);

e2e("'via' can name a profile that supplies a session", {
  world: PLACES,
  home: homeWithPortal,
}, async ({ home, run }) => {
  home.write(
    "assume-role.yaml",
    `roles:\n  next:\n    role_arn: ${PREFIX}next\n    via: sso-reader\n`,
  );
  assertEquals(await run("-r next printenv ASSUME_ROLE_ARN"), {
    ...OK,
    stdout: `${PREFIX}next\n`,
  });
});

/** The access key of the session that the profile `tool` supplies. */
const toolKey = (home: TestHome): string =>
  JSON.parse(Deno.readTextFileSync(`${home.project}/output.json`)).AccessKeyId;

e2e("--profile caches the session that credential_process prints", {
  home: homeWithSession,
}, async ({ aws, home, run }) => {
  const first = await run(`--profile tool ${SHOW}`);
  // printenv fails because no region is configured.
  assertEquals(first, {
    ...OK,
    status: 1,
    stdout: `${ADMIN_SESSION_ARN}\n${toolKey(home)}\n`,
  });
  assertEquals(await run(`--profile tool ${SHOW}`), first);
  assertEquals(await run(`--profile tool ${SHOW}`), first);
  const script = 'echo "$AWS_ACCESS_KEY_ID$AWS_CONTAINER_CREDENTIALS_FULL_URI"';
  const served = await run(argv`--server --profile tool sh -c ${script}`);
  assertMatch(served.stdout, /^http:/);
  assertEquals(Deno.readTextFileSync(`${home.project}/log`), "called\n");
  assertEquals(aws.actions(), ["GetCallerIdentity"]);

  // A second profile with the same `credential_process` does not use the cached session.
  home.writeHome(
    ".aws/config",
    home.readHome(".aws/config") +
      home.readHome(".aws/config").replace("profile tool", "profile other"),
  );
  await run("--profile other true");
  assertEquals(
    Deno.readTextFileSync(`${home.project}/log`),
    "called\ncalled\n",
  );
});

e2e("the session of a profile is used also if GetCallerIdentity is denied", {
  home: homeWithSession,
}, async ({ aws, home, run }) => {
  aws.fail("GetCallerIdentity", {
    kind: "error",
    code: "AccessDenied",
    status: 403,
  });
  const env = { ASSUME_ROLE_ARN: "of another run" };
  const args = `-E=ASSUME_ROLE_ARN --profile tool ${SHOW}`;
  for (let i = 0; i < 3; i++) {
    const { stdout, stderr } = await run(args, { env });
    assertEquals([stdout, stderr], [`${toolKey(home)}\n`, ""]);
  }
});

e2e(
  "--profile without a role never gives long-term keys to the command or the console",
  {
    home: (aws) => homeWithTool(aws, processOutput(ALICE)),
  },
  async ({ aws, home, run }) => {
    const fixed = (
      profile: string,
      reason: string,
    ) => [
      `Cannot hand out the credentials of the AWS profile '${profile}': ${reason}`,
      `name a role to assume with the profile: '--role ROLE --profile ${profile}'`,
    ];
    home.writeHome(
      ".aws/credentials",
      keysOf(ALICE) + keysOf({ ...ALICE, sessionToken: "t" }, "session"),
    );
    home.writeHome(
      ".aws/config",
      home.readHome(".aws/config") + "[profile empty]\nregion = eu-west-1\n",
    );
    const cases = {
      default: fixed(
        "default",
        "the profile has long-term keys, which assume-role never hands out",
      ),
      session: fixed(
        "session",
        "the profile has the keys of a session, but no expiry time",
      ),
      empty: fixed("empty", "the profile has no credentials"),
      absent: [
        "Cannot find the AWS profile 'absent'",
        "choose one of the profiles in ~/.aws/config and ~/.aws/credentials",
      ],
      tool: [
        "Cannot hand out the credentials of the AWS profile 'tool': credential_process gives long-term keys, and long-term keys are never handed out",
        "name a role to assume with these keys: '--role ROLE --profile tool'",
      ],
    };
    for (const [profile, [error = "", hint = ""]] of Object.entries(cases)) {
      for (const last of ["true", "--no-input", "--console"]) {
        const result = await run(`--profile ${profile} ${last}`);
        assertFails(result, { error, hint });
      }
    }
    // --whoami and --doctor accept a profile with long-term keys.
    for (const profile of ["default", "tool"]) {
      const whoami = await run(`--whoami --profile ${profile}`);
      assertStringIncludes(whoami.stdout, `base_arn: ${ALICE_ARN}\n`);
      const examined = await run(`--doctor -v --profile ${profile}`);
      assertStringIncludes(examined.stdout, ALICE_ARN);
    }
    const explained = await run("--explain --profile default");
    assertStringIncludes(explained.stdout, "keys of the profile 'default'");
    assertEquals(
      (await run("--list")).stdout,
      [
        "tool\t-\tprofile\tnone\t-",
        "default\t-\tprofile (keys only)\tnone\t-",
        "session\t-\tprofile (keys only)\tnone\t-",
        "",
      ].join("\n"),
    );
    assertEquals(aws.count("AssumeRole"), 0);
  },
);

e2e(
  "--profile refuses a session of credential_process that has no expiry time",
  {
    home: async (aws) => {
      const { Expiration: _, ...output } = JSON.parse(await sessionOutput(aws));
      return homeWithTool(aws, JSON.stringify(output));
    },
  },
  async ({ run }) => {
    assertFails(await run("--profile tool true"), {
      error:
        "Cannot hand out the credentials of the AWS profile 'tool': credential_process gives a session without expiry time",
      hint: "let credential_process print 'Expiration' too",
    });
  },
);

e2e(
  "AWS_PROFILE and 'profile' of assume-role.yaml set only base credentials; a run without a role is an error",
  { world: PLACES, home: homeWithPortal },
  async ({ aws, home, run }) => {
    const error = "No role given";
    const env = { AWS_PROFILE: "sso-reader" };
    assertFails(await run("true", { env }), { error });
    home.write("assume-role.yaml", "profile: sso-reader\n");
    assertFails(await run("true"), { error });
    assertEquals(aws.calls, []);
    const option = { ASSUME_ROLE_PROFILE: "sso-reader" };
    assertEquals(await run("true", { env: option }), OK);
  },
);

e2e(
  "settings of AssumeRole, such as --duration, are refused for a session from IAM Identity Center",
  { world: PLACES, home: homeWithPortal },
  async ({ home, run }) => {
    const assertRefused = async (setting: string, args: string) =>
      assertFails(await run(args), {
        error:
          `Cannot apply ${setting} to the AWS profile 'sso-reader': the profile has a ready-made session of IAM Identity Center`,
      });
    const policy = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    await assertRefused(
      "--duration",
      "--profile sso-reader --duration 1h true",
    );
    await assertRefused(
      "--policy-arn",
      `--profile sso-reader --policy-arn ${policy} true`,
    );
    // A policy in assume-role.yaml is an error, because no call can apply the policy; other
    // settings of AssumeRole in the file are ignored.
    home.write("assume-role.yaml", `policy_arns: [${policy}]\n`);
    await assertRefused(
      "'policy_arns' of assume-role.yaml",
      "--profile sso-reader true",
    );
    home.write("assume-role.yaml", "duration: 4h\nrole_session_name: bob\n");
    assertEquals(await run("--profile sso-reader true"), OK);
    await assertRefused("--profile", "-r sso-reader --profile default true");
  },
);

e2e("web identity: --profile uses the role and token of the profile", {
  world: PLACES,
  home: homeWithPortal,
}, async ({ aws, home, run }) => {
  const token = home.write("token", await aws.idToken({ sub: SUBJECT }));
  home.writeHome(
    ".aws/config",
    `[profile ci]\nrole_arn = ${PREFIX}ci\nweb_identity_token_file = ${token}\nrole_session_name = run-8\nduration_seconds = 1800\n`,
  );
  for (const target of ["--profile ci", "-r ci"]) {
    assertEquals(await run(`${target} printenv ASSUME_ROLE_ARN`), {
      ...OK,
      stdout: `${PREFIX}ci\n`,
    });
    const whoami = await run(`--whoami ${target}`);
    assertStringIncludes(whoami.stdout, `base_web_identity: ${token}\n`);
    assertStringIncludes(whoami.stdout, "session_source: cache\n");
  }
  const { params } = aws.calls.at(-1)!;
  assertEquals(aws.actions(), ["AssumeRoleWithWebIdentity"]);
  assertEquals([params.RoleSessionName, params.DurationSeconds], [
    "run-8",
    "1800",
  ]);
  Deno.removeSync(token);
  assertFails(await run("-f --profile ci true"), {
    error:
      `Cannot read the web identity token ${token}: no such file or directory`,
    hint: "check web_identity_token_file of the profile 'ci'",
  });
});

e2e(
  "credential_source: --profile assumes the role with keys of the environment or of a container",
  { world: PLACES, home: homeWithPortal },
  async ({ aws, home, run }) => {
    home.writeHome(
      ".aws/config",
      `[profile env]\nrole_arn = ${PREFIX}admin\ncredential_source = Environment\n` +
        `[profile ecs]\nrole_arn = ${PREFIX}first\ncredential_source = EcsContainer\n`,
    );
    const keys = keysInEnv(ALICE);
    assertEquals(
      await run("--profile env printenv ASSUME_ROLE_ARN", { env: keys }),
      { ...OK, stdout: `${ADMIN_ARN}\n` },
    );
    assertEquals(aws.calls.at(-1)?.params.RoleSessionName, "alice");
    assertFails(await run("--profile env true"), {
      error:
        "Cannot use the AWS profile 'env': credential_source is Environment, but AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set",
      hint: null,
    });
    const container = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/container/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "a token",
    };
    for (let i = 0; i < 2; i++) {
      const result = await run("--profile ecs printenv ASSUME_ROLE_ARN", {
        env: container,
      });
      assertEquals(result, { ...OK, stdout: `${PREFIX}first\n` });
    }
    assertEquals(aws.count("GetContainerCredentials"), 1);
  },
);

e2e(
  "a profile may have the name of a property that every JavaScript object has",
  { ...unix, world: PLACES, home: homeWithPortal },
  async ({ aws, home, run }) => {
    const show = "printenv ASSUME_ROLE_ARN";
    const output = home.writeHome("session.json", await sessionOutput(aws));
    const container = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/container/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "a token",
    };
    const names = ["constructor", "toString", "hasOwnProperty", "__proto__"];
    for (const name of names) {
      await home.signIn(name, "the-portal-token", Date.now() + 8 * 3600_000);
      const sso = SSO.replaceAll("sso-reader", name).replaceAll("work", name);
      const role = `role_arn = ${PREFIX}first\n`;
      const cases = [
        [sso, READER],
        [
          `[profile ${name}]\ncredential_process = cat ${output}\n`,
          "arn:aws:sts::111111111111:assumed-role/admin/alice",
        ],
        [
          `[profile ${name}]\n${role}credential_source = EcsContainer\n`,
          `${PREFIX}first`,
        ],
        [
          `[profile ${name}]\n${role}source_profile = keys\n${
            keysOf(ALICE, "profile keys")
          }`.replace("first", "admin"),
          `${PREFIX}admin`,
        ],
      ] as const;
      for (const [config, arn] of cases) {
        home.writeHome(".aws/config", config);
        const args = `--profile ${name} -- ${show}`;
        assertEquals(
          await run(args, { env: container }),
          { ...OK, stdout: `${arn}\n` },
          config,
        );
      }
    }
  },
);
