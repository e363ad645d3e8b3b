/** `--profile NAME` alone: the session that an AWS profile itself yields. */
import { e2e } from "../mod.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path/join";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE, portalRoleArn, type World } from "../fake_aws/world.ts";
import { keysOf, TestHome } from "./test_home.ts";
import { role, WORLD } from "./worlds.ts";

const ARN = "arn:aws:iam::111111111111";
const PREFIX = `${ARN}:role/`;
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

const actions = (aws: FakeAws) => aws.calls.map(({ action }) => action);

/** A sandbox with IAM Identity Center, signed in, and no keys. */
async function portalBox(aws: FakeAws): Promise<TestHome> {
  const home = new TestHome(aws);
  Deno.removeSync(join(home.path, ".aws/credentials"));
  home.write("assume-role.yaml", "");
  home.writeHome(".aws/config", SSO);
  const digest = await crypto.subtle.digest(
    "SHA-1",
    new TextEncoder().encode("work"),
  );
  home.writeHome(
    `.aws/sso/cache/${new Uint8Array(digest).toHex()}.json`,
    JSON.stringify({
      startUrl: "https://example.awsapps.com/start",
      region: "us-east-1",
      accessToken: "the-portal-token",
      expiresAt: new Date(Date.now() + 8 * 3600_000).toISOString(),
    }),
  );
  return home;
}

/** A profile of the sandbox whose program prints this, and says that it ran. */
function toolBox(aws: FakeAws, answer: unknown, name = "tool"): TestHome {
  const home = new TestHome(aws);
  home.write("assume-role.yaml", "");
  const script = home.write(
    "process.sh",
    `echo asked >>"${home.project}/log"\ncat "${home.project}/answer.json"\n`,
  );
  home.write("answer.json", JSON.stringify(answer));
  home.writeHome(
    ".aws/config",
    `[profile ${name}]\ncredential_process = sh "${script}"\n`,
  );
  return home;
}

/** What a `credential_process` prints of a session of the fake AWS. */
async function sessionAnswer(aws: FakeAws, expires = true) {
  await using home = new TestHome(aws);
  const { stdout } = await home.run("-r admin --format process");
  const { Expiration, ...answer } = JSON.parse(stdout);
  return expires ? { ...answer, Expiration } : answer;
}

const SEEN = [
  "printenv",
  "ASSUME_ROLE_ARN",
  "AWS_REGION",
  "AWS_ACCESS_KEY_ID",
];

Deno.test("IAM Identity Center: --profile runs the command with the profile's session", async () => {
  await using aws = new FakeAws(PLACES);
  await using home = await portalBox(aws);
  const first = await home.run(["--profile", "sso-reader", "--", ...SEEN]);
  assertEquals([first.status, first.stderr], [0, ""]);
  const [who, region, key] = first.stdout.split("\n");
  assertEquals([who, region], [READER, "eu-west-1"]);
  assertEquals(aws.sessionOf(key!)?.arn, READER);
  assertEquals(actions(aws), ["GetRoleCredentials", "GetCallerIdentity"]);

  // All later runs take the session from the cache, by either of its names.
  for (const target of [["--profile", "sso-reader"], ["-r", "sso-reader"]]) {
    for (let i = 0; i < 2; i++) {
      const again = await home.run([...target, "--", ...SEEN]);
      assertEquals(again, first);
    }
    const printed = await home.run([...target, "--format", "process"]);
    const { AccessKeyId, Expiration } = JSON.parse(printed.stdout);
    assertEquals(AccessKeyId, key);
    assertMatch(Expiration, /^\d{4}-\d\d-\d\dT/);
    const explained = await home.run(["--explain", ...target]);
    assertStringIncludes(explained.stdout, "none: the session is cached");
    const { stdout } = await home.run(["--console", ...target]);
    const token = new URL(stdout).searchParams.get("SigninToken");
    assertEquals(aws.signedIn(token ?? "")?.arn, READER);
  }
  assertEquals(aws.count("GetRoleCredentials"), 1);
  assertEquals(aws.count("GetCallerIdentity"), 1);
  const whoami = await home.run("--whoami --profile sso-reader");
  assertEquals(
    whoami.stdout,
    `base_arn: ${READER}\nbase_account: 111111111111\n`,
  );
  const { stdout } = await home.run("--list");
  assertMatch(stdout, /^sso-reader\t-\tprofile\tfresh\t\S+\n$/);
  const names = await home.run("--completions roles");
  assertEquals(names.stdout, "sso-reader\n");
  // No tool needs a copy: it can use the profile itself.
  assertEquals(
    Array.from(Deno.readDirSync(join(home.path, ".aws")), ({ name }) => name)
      .includes("credentials"),
    false,
  );

  const forced = await home.run(["-f", "--profile", "sso-reader", ...SEEN]);
  assert(!forced.stdout.includes(key!));
  assertEquals(aws.count("GetRoleCredentials"), 3); // one was for --whoami
  const cleared = await home.run("--clear-cache --profile sso-reader");
  assertEquals(
    cleared.stdout,
    "Sessions removed of the profile 'sso-reader': 1\nProfiles removed of the profile 'sso-reader': none\n",
  );
  await home.run("--profile sso-reader true");
  assertEquals(aws.count("GetRoleCredentials"), 4);
});

e2e("IAM Identity Center: --explain tells what a run does", {
  world: PLACES,
  home: portalBox,
}, async ({ aws, run }) => {
  const { status, stdout, stderr } = await run(
    "--explain --profile sso-reader",
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

e2e("a session whose role only AWS knows is no role of role_prefix", {
  world: PLACES,
  home: portalBox,
}, async ({ home, run }) => {
  home.write("assume-role.yaml", `role_prefix: ${PREFIX}\n`);
  const { status, stderr } = await run("-r sso-reader true");
  assertEquals([status, stderr], [
    125,
    `assume-role: error: Cannot use the ambiguous role name 'sso-reader': the AWS profile 'sso-reader' is for a role that only IAM Identity Center knows, but role_prefix makes the name ${PREFIX}sso-reader\n` +
    `assume-role: hint: write '--profile sso-reader' for the profile, or '--role ${PREFIX}sso-reader' for the other role\n`,
  ]);
  assertEquals(
    (await run("--list")).stdout,
    "sso-reader\t-\tprofile (--profile only)\tnone\t-\n",
  );
  assertEquals((await run("--completions roles")).stdout, "");
  assertEquals((await run("--profile sso-reader true")).status, 0);
});

e2e("a role is assumed by way of a profile's session, by its name", {
  world: PLACES,
  home: portalBox,
}, async ({ home, run }) => {
  home.write(
    "assume-role.yaml",
    `roles:\n  next:\n    role_arn: ${PREFIX}next\n    via: sso-reader\n`,
  );
  const { stdout, stderr } = await run(["-r", "next", ...SEEN.slice(0, 2)]);
  assertEquals([stdout, stderr], [`${PREFIX}next\n`, ""]);
});

Deno.test("credential_process: --profile hands out its session as long as it lasts", async () => {
  await using aws = new FakeAws(WORLD);
  const answer = await sessionAnswer(aws);
  await using home = toolBox(aws, answer);
  aws.calls.length = 0;
  const args = ["--profile", "tool", ...SEEN];
  const first = await home.run(args);
  assertEquals([first.status, first.stderr], [1, ""]); // no region is known
  assertEquals(first.stdout.split("\n"), [
    "arn:aws:sts::111111111111:assumed-role/admin/alice",
    answer.AccessKeyId,
    "",
  ]);
  assertEquals(await home.run(args), first);
  assertEquals(await home.run(args), first);
  const served = await home.run([
    "--server",
    "--profile",
    "tool",
    "sh",
    "-c",
    'echo "$AWS_ACCESS_KEY_ID$AWS_CONTAINER_CREDENTIALS_FULL_URI"',
  ]);
  assertMatch(served.stdout, /^http:/);
  assertEquals(Deno.readTextFileSync(`${home.project}/log`), "asked\n");
  assertEquals(actions(aws), ["GetCallerIdentity"]);

  // Another profile has another session, also with the same program.
  home.writeHome(
    ".aws/config",
    home.readHome(".aws/config") +
      home.readHome(".aws/config").replace("profile tool", "profile other"),
  );
  await home.run("--profile other true");
  assertEquals(Deno.readTextFileSync(`${home.project}/log`), "asked\nasked\n");
});

Deno.test("a session is supplied also if STS does not return its identity", async () => {
  await using aws = new FakeAws(WORLD);
  const answer = await sessionAnswer(aws);
  await using home = toolBox(aws, answer);
  aws.fail("GetCallerIdentity", {
    kind: "error",
    code: "AccessDenied",
    status: 403,
  });
  const env = { ASSUME_ROLE_ARN: "of another run" };
  const args = ["-E=ASSUME_ROLE_ARN", "--profile", "tool", ...SEEN];
  for (let i = 0; i < 3; i++) {
    const { stdout, stderr } = await home.run(args, { env });
    assertEquals([stdout, stderr], [`${answer.AccessKeyId}\n`, ""]);
  }
});

Deno.test("long-term keys are never handed out", async () => {
  await using aws = new FakeAws(WORLD);
  const { accessKeyId, secretAccessKey } = ALICE;
  await using home = toolBox(aws, {
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
  });
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
  for (const [profile, [error, hint]] of Object.entries(cases)) {
    for (const args of [["true"], [], ["--console"]]) {
      const result = await home.run(["--profile", profile, ...args]);
      assertEquals([result.status, result.stdout, result.stderr], [
        125,
        "",
        `assume-role: error: ${error}\nassume-role: hint: ${hint}\n`,
      ]);
    }
  }
  // Commands that hand out nothing show the profile.
  for (const profile of ["default", "tool"]) {
    const whoami = await home.run(["--whoami", "--profile", profile]);
    assertStringIncludes(whoami.stdout, `base_arn: ${ARN}:user/alice\n`);
    const examined = await home.run(["--doctor", "--profile", profile]);
    assertStringIncludes(examined.stdout, `${ARN}:user/alice`);
  }
  const explained = await home.run("--explain --profile default");
  assertStringIncludes(explained.stdout, "keys of the profile 'default'");
  assertEquals(
    (await home.run("--list")).stdout,
    [
      "tool\t-\tprofile\tnone\t-",
      "default\t-\tprofile (keys only)\tnone\t-",
      "session\t-\tprofile (keys only)\tnone\t-",
      "",
    ].join("\n"),
  );
  assertEquals(aws.count("AssumeRole"), 0);
});

e2e("a session without the time of its expiry is not handed out", {
  home: async (aws) => toolBox(aws, await sessionAnswer(aws, false)),
}, async ({ run }) => {
  assertEquals(
    (await run("--profile tool true")).stderr,
    [
      "assume-role: error: Cannot hand out the credentials of the AWS profile 'tool': credential_process gives a session without expiry time",
      "assume-role: hint: let credential_process print 'Expiration' too",
      "",
    ].join("\n"),
  );
});

e2e(
  "AWS_PROFILE and the key profile name base credentials, never what is handed out",
  { world: PLACES, home: portalBox },
  async ({ aws, home, run }) => {
    const none = "No role given\n";
    const env = { AWS_PROFILE: "sso-reader" };
    assertStringIncludes((await run("true", { env })).stderr, none);
    home.write("assume-role.yaml", "profile: sso-reader\n");
    assertStringIncludes((await run("true")).stderr, none);
    assertEquals(aws.calls, []);
    const ours = { ASSUME_ROLE_PROFILE: "sso-reader" };
    assertEquals((await run("true", { env: ours })).status, 0);
  },
);

e2e(
  "a setting that only AssumeRole can apply is refused for a ready-made session",
  { world: PLACES, home: portalBox },
  async ({ home, run }) => {
    const refused = async (...args: string[]) => {
      const { status, stderr } = await run([
        "--profile",
        "sso-reader",
        ...args,
        "true",
      ]);
      assertEquals(status, 125);
      return stderr.split("\n")[0];
    };
    const error = (what: string) =>
      `assume-role: error: Cannot apply ${what} to the AWS profile 'sso-reader': the profile has a ready-made session of IAM Identity Center`;
    assertEquals(await refused("--duration", "1h"), error("--duration"));
    assertEquals(
      await refused("--policy-arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
      error("--policy-arn"),
    );
    // A policy for all roles must not be dropped; other defaults may be.
    home.write(
      "assume-role.yaml",
      "policy_arns: [arn:aws:iam::aws:policy/ReadOnlyAccess]\n",
    );
    assertEquals(await refused(), error("'policy_arns' of assume-role.yaml"));
    home.write("assume-role.yaml", "duration: 4h\nrole_session_name: bob\n");
    assertEquals((await run("--profile sso-reader true")).status, 0);
    const both = await run("-r sso-reader --profile default true");
    assertEquals(both.stderr.split("\n")[0], error("--profile"));
  },
);

e2e("web identity: --profile assumes the profile's role with its token", {
  world: PLACES,
  home: portalBox,
}, async ({ aws, home, run }) => {
  const token = home.write("token", await aws.idToken({ sub: SUBJECT }));
  home.writeHome(
    ".aws/config",
    `[profile ci]\nrole_arn = ${PREFIX}ci\nweb_identity_token_file = ${token}\nrole_session_name = run-8\nduration_seconds = 1800\n`,
  );
  for (const target of [["--profile", "ci"], ["-r", "ci"]]) {
    const { stdout, stderr } = await run([...target, ...SEEN.slice(0, 2)]);
    assertEquals([stdout, stderr], [`${PREFIX}ci\n`, ""]);
    const whoami = await run(["--whoami", ...target]);
    assertStringIncludes(whoami.stdout, `base_web_identity: ${token}\n`);
    assertStringIncludes(whoami.stdout, "session_source: cache\n");
  }
  const { params } = aws.calls.at(-1)!;
  assertEquals(actions(aws), ["AssumeRoleWithWebIdentity"]);
  assertEquals([params.RoleSessionName, params.DurationSeconds], [
    "run-8",
    "1800",
  ]);
  Deno.removeSync(token);
  const { stderr } = await run("-f --profile ci true");
  assertEquals(stderr.replaceAll(home.root, "").split("\n").slice(0, 2), [
    "assume-role: error: Cannot read the web identity token /project/token: no such file or directory",
    "assume-role: hint: check web_identity_token_file of the profile 'ci'",
  ]);
});

e2e(
  "credential_source: --profile assumes the role with the environment's keys, or a container's",
  { world: PLACES, home: portalBox },
  async ({ aws, home, run }) => {
    home.writeHome(
      ".aws/config",
      `[profile env]\nrole_arn = ${PREFIX}admin\ncredential_source = Environment\n` +
        `[profile ecs]\nrole_arn = ${PREFIX}first\ncredential_source = EcsContainer\n`,
    );
    const keys = {
      AWS_ACCESS_KEY_ID: ALICE.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ALICE.secretAccessKey,
    };
    const args = ["printenv", "ASSUME_ROLE_ARN"];
    assertEquals(
      await run(["--profile", "env", ...args], { env: keys }),
      { status: 0, signal: null, stdout: `${PREFIX}admin\n`, stderr: "" },
    );
    assertEquals(aws.calls.at(-1)?.params.RoleSessionName, "alice");
    const missing = await run(["--profile", "env", ...args]);
    assertEquals(
      missing.stderr,
      "assume-role: error: Cannot use the AWS profile 'env': credential_source is Environment, but AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set\n",
    );
    const container = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/container/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "a token",
    };
    for (let i = 0; i < 2; i++) {
      const result = await run(["--profile", "ecs", ...args], {
        env: container,
      });
      assertEquals(
        [result.stdout, result.stderr],
        [`${PREFIX}first\n`, ""],
      );
    }
    assertEquals(aws.count("GetContainerCredentials"), 1);
  },
);
