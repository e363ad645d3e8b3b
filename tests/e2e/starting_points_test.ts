/** Every kind of base credentials, with the real command line. */
import { e2e } from "../mod.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE, portalRoleArn, type World } from "../fake_aws/world.ts";
import {
  HAS_TERMINAL,
  keysOf,
  NOBODY,
  program,
  TestHome,
} from "./test_home.ts";
import { role, WORLD } from "./worlds.ts";

const ARN = "arn:aws:iam::111111111111";
const SERIAL = `${ARN}:mfa/alice`;
const ASSIGNMENT = { accountId: "111111111111", roleName: "Reader" };
const SUBJECT = "repo:example/project:ref:refs/heads/main";
const REQUEST_TOKEN = "the-request-token";

/** A role that lets in all that credentials can start from. */
const ALL = role("admin", {
  trusts: [
    `${ARN}:user/alice`,
    `${ARN}:role/first`,
    `${ARN}:role/second`,
    `${ARN}:role/guarded`,
    `${ARN}:role/machine`,
    `${ARN}:role/ci`,
    `${ARN}:role/admin`,
    portalRoleArn(ASSIGNMENT),
  ],
  trustsTokens: [SUBJECT],
});
const PLACES: World = {
  ...WORLD,
  roles: [
    ALL,
    { ...ALL, arn: `${ARN}:role/other` },
    role("first"),
    role("second", { trusts: [`${ARN}:role/first`] }),
    role("guarded", { requiresMfa: true }),
    role("ci", { trusts: [], trustsTokens: [SUBJECT] }),
  ],
  portal: {
    userName: "alice@example.com",
    token: "the-portal-token",
    assignments: [ASSIGNMENT],
  },
  workflow: { requestToken: REQUEST_TOKEN, sub: SUBJECT },
  instance: { roleArn: `${ARN}:role/machine` },
  container: { roleArn: `${ARN}:role/machine`, authorizationToken: "a token" },
};
const KEYS = {
  AWS_ACCESS_KEY_ID: ALICE.accessKeyId,
  AWS_SECRET_ACCESS_KEY: ALICE.secretAccessKey,
};
const ADMIN = ["-r", "admin", "printenv", "ASSUME_ROLE_ARN"];
const OK = {
  status: 0,
  signal: null,
  stdout: `${ARN}:role/admin\n`,
  stderr: "",
};

/** The roles that were assumed, in order, as `name` or `name:session name`. */
function assumed(aws: FakeAws): string[] {
  return aws.calls.filter(({ action }) => action.startsWith("AssumeRole"))
    .map(({ params }) =>
      `${params.RoleArn?.split("/").at(-1)}:${params.RoleSessionName}`
    );
}

const actions = (aws: FakeAws) => aws.calls.map(({ action }) => action);

/** A sandbox without keys of its own. */
function bare(aws: FakeAws): TestHome {
  const home = new TestHome(aws);
  Deno.removeSync(join(home.path, ".aws/credentials"));
  return home;
}

/** The file in which the AWS CLI stores a sign-in to IAM Identity Center. */
async function signIn(
  home: TestHome,
  session: string,
  expiresAt: number,
): Promise<void> {
  const bytes = new TextEncoder().encode(session);
  const name = new Uint8Array(await crypto.subtle.digest("SHA-1", bytes));
  home.writeHome(
    `.aws/sso/cache/${name.toHex()}.json`,
    JSON.stringify({
      startUrl: "https://example.awsapps.com/start",
      region: "us-east-1",
      accessToken: "the-portal-token",
      expiresAt: new Date(expiresAt).toISOString(),
    }),
  );
}

/** The error and the hint of a run that fails. */
async function failure(
  home: TestHome,
  args: string | readonly string[],
  env = {},
): Promise<readonly string[]> {
  const { status, stdout, stderr } = await home.run(args, { env });
  assertEquals([status, stdout], [125, ""]);
  return stderr.replaceAll(home.root, "").split("\n").slice(0, -1)
    .map((line) => line.replace(/^assume-role: (error|hint): /, ""));
}

e2e("keys of the environment, of the credentials file, of the config file", {
  world: PLACES,
  home: bare,
}, async ({ aws, home, run }) => {
  assertEquals(await run(ADMIN, { env: KEYS }), OK);
  home.writeHome(".aws/config", keysOf(ALICE, "profile work"));
  assertEquals(
    await run(ADMIN, { env: { AWS_PROFILE: "work" } }),
    OK,
  );
  home.writeHome(".aws/credentials", keysOf(ALICE));
  assertEquals(await run(ADMIN), OK);
  // Whatever names them, these are the same keys: one call for all.
  assertEquals(assumed(aws), ["admin:alice"]);
});

e2e("source_profile: each role of the chain is kept by itself", {
  world: PLACES,
}, async ({ aws, home, run }) => {
  const profile = (name: string, source: string) =>
    `[profile ${name}]\nrole_arn = ${ARN}:role/${name}\nsource_profile = ${source}\n`;
  home.writeHome(
    ".aws/config",
    profile("first", "default") + "duration_seconds = 1800\n" +
      profile("second", "first") + "role_session_name = between\n",
  );
  assertEquals(await run(["--profile", "second", ...ADMIN]), OK);
  assertEquals(assumed(aws), [
    "first:alice",
    "second:between",
    "admin:between",
  ]);
  assertEquals(
    aws.calls.flatMap(({ params }) => params.DurationSeconds ?? []),
    ["1800", "3600", "3600"],
  );
  await run("--profile second -r other true");
  await run("--profile first -r other true");
  assertEquals(assumed(aws).slice(3), ["other:between", "other:alice"]);
  // The role of a profile is kept whoever asks for it next.
  assertEquals(actions(aws).filter((name) => name !== "AssumeRole"), [
    "GetCallerIdentity",
  ]);
});

e2e("source_profile: a profile that is its own source has keys", {
  world: PLACES,
  home: bare,
}, async ({ aws, home, run }) => {
  home.writeHome(
    ".aws/config",
    `[profile self]\nrole_arn = ${ARN}:role/first\nsource_profile = self\n`,
  );
  home.writeHome(".aws/credentials", keysOf(ALICE, "self"));
  assertEquals(await run(["--profile", "self", ...ADMIN]), OK);
  assertEquals(assumed(aws), ["first:alice", "admin:alice"]);
});

// 99designs/aws-vault#1211, #1180: loops that do not end.
e2e("source_profile: a circle is named before any call", {
  world: PLACES,
  home: bare,
}, async ({ aws, home }) => {
  const profile = (name: string, source: string) =>
    `[profile ${name}]\nrole_arn = ${ARN}:role/first\nsource_profile = ${source}\n`;
  home.writeHome(
    ".aws/config",
    profile("a", "b") + profile("b", "c") + profile("c", "b"),
  );
  assertEquals(await failure(home, ["--profile", "a", ...ADMIN]), [
    "Cannot use the AWS profile 'a': source_profile forms a loop: a -> b -> c -> b",
  ]);
  assertEquals(aws.calls, []);
});

e2e("source_profile: the device of a profile is asked for once, for its role", {
  ignore: !HAS_TERMINAL,
  world: PLACES,
}, async ({ aws, home, run }) => {
  home.writeHome(
    ".aws/config",
    `[profile guarded]\nrole_arn = ${ARN}:role/guarded\nsource_profile = default\nmfa_serial = ${SERIAL}\n`,
  );
  const args = (name: string) => ["--profile", "guarded", "-r", name, "true"];
  const result = await home.runOnTerminal(args("admin"), [[
    `MFA code for ${SERIAL}: `,
    `${await aws.code(ALICE)}\n`,
  ]]);
  assertEquals(result, {
    status: 0,
    signal: null,
    stdout: `MFA code for ${SERIAL}: \r\n`,
    stderr: "",
  });
  assertEquals((await run(["--no-input", ...args("other")])).status, 0);
  assertEquals(await run(["--no-input", "-f", ...args("other")]), {
    ...OK,
    stdout: "",
  });
  assertEquals(
    aws.calls.map(({ params }) => [params.RoleArn, params.SerialNumber])
      .slice(1),
    [
      [`${ARN}:role/guarded`, SERIAL],
      [`${ARN}:role/admin`, undefined],
      [`${ARN}:role/other`, undefined],
      [`${ARN}:role/other`, undefined],
    ],
  );
});

e2e(
  "credential_process",
  { world: PLACES, home: bare },
  async ({ aws, home, run }) => {
    const answer = home.writeHome(
      "answer.json",
      JSON.stringify({
        Version: 1,
        AccessKeyId: ALICE.accessKeyId,
        SecretAccessKey: ALICE.secretAccessKey,
      }),
    );
    home.writeHome(
      ".aws/config",
      `[profile tool]\ncredential_process = cat ${answer}\n` +
        `[profile first]\nrole_arn = ${ARN}:role/first\nsource_profile = tool\n`,
    );
    assertEquals(await run(["--profile", "tool", ...ADMIN]), OK);
    assertEquals(await run(["--profile", "first", ...ADMIN]), OK);
    assertEquals(assumed(aws), ["admin:alice", "first:alice", "admin:alice"]);
  },
);

const PORTAL = {
  "a session": {
    name: "work",
    config:
      "[profile reader]\nsso_session = work\nsso_account_id = 111111111111\nsso_role_name = Reader\n" +
      "[sso-session work]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n",
  },
  "a legacy profile": {
    name: "https://example.awsapps.com/start",
    config:
      "[profile reader]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n" +
      "sso_account_id = 111111111111\nsso_role_name = Reader\n",
  },
};
for (const [kind, { name, config }] of Object.entries(PORTAL)) {
  Deno.test(`IAM Identity Center by ${kind}`, async () => {
    await using aws = new FakeAws(PLACES);
    await using home = bare(aws);
    home.writeHome(".aws/config", config);
    const login = "sign in with 'aws sso login --profile reader'";
    const args = ["--profile", "reader", ...ADMIN];

    const [never, hint] = await failure(home, args);
    assertStringIncludes(
      never!,
      "Cannot find base credentials from the profile 'reader': ",
    );
    assertEquals(hint, login);
    await signIn(home, name, Date.now() - 1000);
    assertEquals((await failure(home, args))[1], login);
    assertEquals(aws.calls, []);

    await signIn(home, name, Date.now() + 3_600_000);
    assertEquals(await home.run(args), OK);
    assertEquals(assumed(aws), ["admin:alice@example.com"]);

    // Cached credentials need no sign-in; others do.
    const refuse = async (code: string, message: string, status: number) => {
      aws.fail("GetRoleCredentials", { kind: "error", code, message, status });
      return await failure(home, ["-f", ...args]);
    };
    assertEquals(
      await refuse(
        "UnauthorizedException",
        "Session token not found or invalid",
        401,
      ),
      [
        "Cannot find base credentials from the profile 'reader': UnauthorizedException: Session token not found or invalid",
        login,
      ],
    );
    const [, forbidden] = await refuse("ForbiddenException", "No access", 403);
    assertStringIncludes(forbidden!, "sso_role_name");
    assertEquals(await home.run(args), OK);
    const [silent] = await failure(home, ["-f", ...args], {
      AWS_ENDPOINT_URL_SSO: NOBODY,
    });
    assertEquals(
      silent,
      "Cannot get base credentials from the profile 'reader': cannot reach AWS",
    );
  });
}

e2e(
  "a web identity token assumes the role directly, and a new one changes nothing",
  { world: PLACES, home: bare },
  async ({ aws, home, run }) => {
    const path = home.write("token", await aws.idToken({ sub: SUBJECT }));
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: path };
    assertEquals(await run(ADMIN, { env }), OK);
    home.write("token", `${await aws.idToken({ sub: SUBJECT, jti: "2" })}\n`);
    assertEquals(await run(ADMIN, { env }), OK);
    const same = { ...env, AWS_ROLE_ARN: `${ARN}:role/admin` };
    assertEquals(await run(ADMIN, { env: same }), OK);
    assertEquals(actions(aws), ["AssumeRoleWithWebIdentity"]);
    assertEquals(assumed(aws), [
      "admin:repo-example-project-ref-refs-heads-main",
    ]);

    // Nobody else's session is given to another subject.
    home.write("token", await aws.idToken({ sub: "repo:example/fork" }));
    assertEquals(await failure(home, ADMIN, env), [
      `Cannot assume ${ARN}:role/admin with the web identity token: AWS denies access to this web identity`,
      "check that the role's trust policy names the provider, and the audience and subject of the token",
    ]);
  },
);

e2e("a web identity token of another role is a chain", {
  world: PLACES,
  home: bare,
}, async ({ aws, home, run }) => {
  const env = {
    AWS_WEB_IDENTITY_TOKEN_FILE: home.write("token", await aws.idToken()),
    AWS_ROLE_ARN: `${ARN}:role/ci`,
    AWS_ROLE_SESSION_NAME: "run-7",
  };
  assertEquals(await run(ADMIN, { env }), OK);
  assertEquals(await run("-r other true", { env }), {
    ...OK,
    stdout: "",
  });
  assertEquals(assumed(aws), ["ci:run-7", "admin:run-7", "other:run-7"]);
  // The role between is the same, name and all, where it is asked for itself.
  assertEquals((await run("-r ci true", { env })).status, 0);
  assertEquals(assumed(aws).length, 3);
});

e2e(
  "a profile with a web identity token, or with the keys of the environment",
  { world: PLACES, home: bare },
  async ({ aws, home, run }) => {
    const token = home.write("token", await aws.idToken());
    home.writeHome(
      ".aws/config",
      `[profile ci]\nrole_arn = ${ARN}:role/ci\nweb_identity_token_file = ${token}\nrole_session_name = run-8\n` +
        `[profile first]\nrole_arn = ${ARN}:role/first\ncredential_source = Environment\nrole_session_name = run-9\n`,
    );
    assertEquals(await run(["--profile", "ci", ...ADMIN]), OK);
    assertEquals(
      await run(["--profile", "first", ...ADMIN], { env: KEYS }),
      OK,
    );
    assertEquals(assumed(aws), [
      "ci:run-8",
      "admin:run-8",
      "first:run-9",
      "admin:run-9",
    ]);
  },
);

e2e("a web identity token that has expired, is none, or is not there", {
  world: PLACES,
  home: bare,
}, async ({ aws, home }) => {
  const path = home.write("token", await aws.idToken({ exp: 1 }));
  const env = { AWS_WEB_IDENTITY_TOKEN_FILE: path };
  const task = `Cannot assume ${ARN}:role/admin with the web identity token`;
  assertEquals(await failure(home, ADMIN, env), [
    `${task}: the web identity token has expired`,
    "get a new token from the identity provider",
  ]);
  home.write("token", "no token");
  const [none] = await failure(home, ADMIN, env);
  assertStringIncludes(none!, `${task}: AWS cannot validate the web identity`);
  const unreadable = [
    ["the file is empty", () => home.write("token", " \n")],
    ["no such file or directory", () => Deno.removeSync(path)],
  ] as const;
  for (const [reason, change] of unreadable) {
    change();
    assertEquals(await failure(home, ADMIN, env), [
      `Cannot read the web identity token /project/token: ${reason}`,
      "check AWS_WEB_IDENTITY_TOKEN_FILE",
    ]);
  }
  assertEquals(
    await failure(home, ["--external-id", "1234", ...ADMIN], {
      ...env,
      AWS_WEB_IDENTITY_TOKEN_FILE: home.write("token", await aws.idToken()),
    }),
    [
      "Cannot send an external ID with a web identity token: the token itself must contain an external ID",
    ],
  );
});

e2e("GitHub Actions: the job's own token assumes the role", {
  world: PLACES,
  home: bare,
}, async ({ aws, run }) => {
  const env = {
    GITHUB_ACTIONS: "true",
    ACTIONS_ID_TOKEN_REQUEST_URL: `${aws.url}/actions/id-token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
  };
  assertEquals(await run(ADMIN, { env }), OK);
  assertEquals(await run(ADMIN, { env }), OK);
  assertEquals(actions(aws), ["GetIdToken", "AssumeRoleWithWebIdentity"]);
  assertEquals(aws.calls[0]?.params, {
    "api-version": "2.0",
    audience: "sts.amazonaws.com",
  });
  // Variables that could get tokens do not reach the command, with -E either.
  const seen = await run("-v -E -r admin printenv", { env });
  assertEquals(seen.status, 0);
  assert(!`${seen.stdout}${seen.stderr}`.includes(REQUEST_TOKEN));
});

e2e("GitHub Actions: what the job lacks is said, and its secret is not", {
  world: PLACES,
  home: bare,
}, async ({ aws, home, run }) => {
  const job = { GITHUB_ACTIONS: "true" };
  assertEquals(await failure(home, ADMIN, job), [
    "Cannot find base credentials",
    "to use a token of GitHub Actions, give the job 'permissions: id-token: write'",
  ]);
  const env = {
    ...job,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${aws.url}/actions/id-token`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "not-the-request-token",
  };
  const host = new URL(aws.url).host;
  const { status, stderr } = await run(["-v", ...ADMIN], { env });
  assertEquals(status, 125);
  assertStringIncludes(
    stderr,
    `assume-role: error: Cannot get a token from GitHub Actions: ${host} answered with status 401\n`,
  );
  assertStringIncludes(stderr, "'permissions: id-token: write'\n");
  assert(!stderr.includes("not-the-request-token"));
});

e2e("a container, and an instance by its metadata of version 2", {
  world: PLACES,
  home: bare,
}, async ({ aws, run }) => {
  const container = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/container/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: "a token",
  };
  assertEquals(await run(ADMIN, { env: container }), OK);
  assertEquals(await run(ADMIN, { env: container }), OK);
  assertEquals(actions(aws), [
    "GetContainerCredentials",
    "GetCallerIdentity",
    "AssumeRole",
  ]);
  aws.calls.length = 0;
  const instance = {
    AWS_EC2_METADATA_DISABLED: "false",
    AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.url,
  };
  assertEquals(await run(ADMIN, { env: instance }), OK);
  assertEquals(await run(ADMIN, { env: instance }), OK);
  assertEquals(actions(aws), [
    "GetMetadataToken",
    "GetInstanceRole",
    "GetInstanceCredentials",
    "GetCallerIdentity",
    "AssumeRole",
  ]);
  assertEquals(
    aws.calls.at(-1)?.params.RoleSessionName,
    "i-0fa4e000000000001",
  );
});

// 99designs/aws-vault#589, #710: nesting must simply work.
e2e("assume-role under assume-role starts from the role of the outer one", {
  world: PLACES,
}, async ({ aws, run }) => {
  const inner = ["-E=DENO_DIR", ...program(), ...ADMIN];
  assertEquals(await run(["-r", "first", ...inner]), OK);
  assertEquals(await run(["-r", "first", ...inner]), OK);
  assertEquals(assumed(aws), ["first:alice", "admin:alice"]);
  const served = await run(["--server", "-r", "first", ...inner]);
  assertEquals(served, OK);
  // The port and the token of an endpoint are new each time.
  assertEquals(assumed(aws).slice(2), ["admin:alice"]);
  const last = aws.calls.at(-1)!;
  assertEquals(aws.sessionOf(last.accessKeyId)?.roleArn, `${ARN}:role/first`);
});
