/**
 * Base credentials of every kind: keys, profiles, IAM Identity Center, web identity,
 * GitHub Actions, containers and EC2 instances.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  ALICE,
  ALICE_ARN,
  argv,
  assertFails,
  e2e,
  type FakeAws,
  GITHUB,
  has,
  keysInEnv,
  keysOf,
  NOBODY,
  OK,
  portalRoleArn,
  PREFIX,
  PREFIX_YAML,
  processOutput,
  program,
  role,
  SERIAL,
  terminal,
  TestHome,
  unix,
  withoutKeyWarning,
  WORLD,
  type World,
} from "../mod.ts";

const ASSIGNMENT = { accountId: "111111111111", roleName: "Reader" };
const SUBJECT = "repo:example/project:ref:refs/heads/main";
const REQUEST_TOKEN = "the-request-token";

const CHINA = "arn:aws-cn:iam::111111111111:role/admin";

/** A role that each kind of base credentials in this file may assume. */
const ALL = role("admin", {
  trusts: [
    ALICE_ARN,
    `${PREFIX}first`,
    `${PREFIX}second`,
    `${PREFIX}guarded`,
    `${PREFIX}machine`,
    `${PREFIX}ci`,
    ADMIN_ARN,
    portalRoleArn(ASSIGNMENT),
  ],
  trustsTokens: [SUBJECT],
});
const PLACES: World = {
  ...WORLD,
  roles: [
    ALL,
    { ...ALL, arn: `${PREFIX}other` },
    role("first"),
    role("second", { trusts: [`${PREFIX}first`] }),
    role("guarded", { requiresMfa: true }),
    role("ci", { trusts: [], trustsTokens: [SUBJECT] }),
  ],
  portal: {
    userName: "alice@example.com",
    token: "the-portal-token",
    assignments: [ASSIGNMENT],
  },
  workflow: { requestToken: REQUEST_TOKEN, sub: SUBJECT },
  instance: { roleArn: `${PREFIX}machine` },
  container: { roleArn: `${PREFIX}machine`, authorizationToken: "a token" },
};
const KEYS = keysInEnv(ALICE);
const SHOW = "-r admin printenv ASSUME_ROLE_ARN";
/** The result of a run with the arguments `SHOW`. */
const SHOWN = { ...OK, stdout: `${ADMIN_ARN}\n` };

/** The assumed roles in order, as `role:session name`. */
function assumed(aws: FakeAws): string[] {
  return aws.calls.filter(({ action }) => action.startsWith("AssumeRole"))
    .map(({ params }) =>
      `${params.RoleArn?.split("/").at(-1)}:${params.RoleSessionName}`
    );
}

/** A home without `~/.aws/credentials`. */
function homeWithoutKeys(aws: FakeAws): TestHome {
  const home = new TestHome(aws);
  Deno.removeSync(join(home.path, ".aws/credentials"));
  return home;
}

e2e("base credentials can be keys in variables or in AWS's files", {
  world: PLACES,
  home: homeWithoutKeys,
}, async ({ aws, home, run }) => {
  assertEquals(await run(SHOW, { env: KEYS }), SHOWN);
  home.writeHome(".aws/config", keysOf(ALICE, "profile work"));
  assertEquals(
    await run(SHOW, { env: { AWS_PROFILE: "work" } }),
    SHOWN,
  );
  home.writeHome(".aws/credentials", keysOf(ALICE));
  assertEquals(await run(SHOW), SHOWN);
  // One session is enough, because all sources have the same keys.
  assertEquals(assumed(aws), ["admin:alice"]);
});

e2e("source_profile: each hop is cached separately", {
  world: PLACES,
}, async ({ aws, home, run }) => {
  const profile = (name: string, source: string) =>
    `[profile ${name}]\nrole_arn = ${PREFIX}${name}\nsource_profile = ${source}\n`;
  home.writeHome(
    ".aws/config",
    profile("first", "default") + "duration_seconds = 1800\n" +
      profile("second", "first") + "role_session_name = between\n",
  );
  assertEquals(await run(`--profile second ${SHOW}`), SHOWN);
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
  // Every run uses the cached sessions of the profiles' roles.
  assertEquals(aws.actions().filter((name) => name !== "AssumeRole"), [
    "GetCallerIdentity",
  ]);
});

e2e("source_profile: a profile can be its own source if it has keys", {
  world: PLACES,
  home: homeWithoutKeys,
}, async ({ aws, home, run }) => {
  home.writeHome(
    ".aws/config",
    `[profile self]\nrole_arn = ${PREFIX}first\nsource_profile = self\n`,
  );
  home.writeHome(".aws/credentials", keysOf(ALICE, "self"));
  assertEquals(await run(`--profile self ${SHOW}`), SHOWN);
  assertEquals(assumed(aws), ["first:alice", "admin:alice"]);
});

// 99designs/aws-vault#1211 and #1180 are about loops that do not end.
e2e("source_profile: a loop is an error before any call", {
  world: PLACES,
  home: homeWithoutKeys,
}, async ({ aws, home, run }) => {
  const profile = (name: string, source: string) =>
    `[profile ${name}]\nrole_arn = ${PREFIX}first\nsource_profile = ${source}\n`;
  home.writeHome(
    ".aws/config",
    profile("a", "b") + profile("b", "c") + profile("c", "b"),
  );
  assertFails(await run(`--profile a ${SHOW}`), {
    error:
      "Cannot use the AWS profile 'a': source_profile forms a loop: a -> b -> c -> b",
    hint: null,
  });
  assertEquals(aws.calls, []);
});

e2e("source_profile: mfa_serial prompts once, for the profile's role", {
  ...terminal,
  world: PLACES,
}, async ({ aws, home, run }) => {
  home.writeHome(
    ".aws/config",
    `[profile guarded]\nrole_arn = ${PREFIX}guarded\nsource_profile = default\nmfa_serial = ${SERIAL}\n`,
  );
  const args = (name: string) => `--profile guarded -r ${name} true`;
  const result = await home.runOnTerminal(args("admin"), [[
    "MFA code for alice (role guarded): ",
    `${await aws.code(ALICE)}\n`,
  ]]);
  assertEquals(result, {
    ...OK,
    stdout: "MFA code for alice (role guarded): \r\n",
  });
  assertEquals(await run(`--no-input ${args("other")}`), OK);
  assertEquals(await run(`--no-input -f ${args("other")}`), OK);
  assertEquals(
    aws.calls.map(({ params }) => [params.RoleArn, params.SerialNumber])
      .slice(1),
    [
      [`${PREFIX}guarded`, SERIAL],
      [ADMIN_ARN, undefined],
      [`${PREFIX}other`, undefined],
      [`${PREFIX}other`, undefined],
    ],
  );
});

e2e(
  "base credentials can come from credential_process, also through source_profile",
  { world: PLACES, home: homeWithoutKeys },
  async ({ aws, home, run }) => {
    const output = home.writeHome("output.json", processOutput(ALICE));
    home.writeHome(
      ".aws/config",
      `[profile tool]\ncredential_process = cat ${output}\n` +
        `[profile first]\nrole_arn = ${PREFIX}first\nsource_profile = tool\n`,
    );
    assertEquals(await run(`--profile tool ${SHOW}`), SHOWN);
    assertEquals(await run(`--profile first ${SHOW}`), SHOWN);
    assertEquals(assumed(aws), ["admin:alice", "first:alice", "admin:alice"]);
  },
);

const PORTAL = {
  "an sso_session": {
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
  e2e(
    `IAM Identity Center supplies base credentials through ${kind}`,
    { world: PLACES, home: homeWithoutKeys },
    async ({ aws, home, run }) => {
      home.writeHome(".aws/config", config);
      const hint = "sign in with 'aws sso login --profile reader'";
      const error = /^Cannot find base credentials from the profile 'reader': /;
      // Without '--no-input', assume-role would sign in if these tests run on a terminal.
      const args = `--no-input --profile reader ${SHOW}`;

      assertFails(await run(args), { error, hint });
      await home.signIn(name, "the-portal-token", Date.now() - 1000);
      assertFails(await run(args), { error, hint });
      await home.damageSignIn(name);
      assertFails(await run(args), {
        error:
          "Cannot find base credentials from the profile 'reader': the stored sign-in to IAM Identity Center is damaged",
        hint,
      });
      assertEquals(aws.calls, []);

      await home.signIn(name, "the-portal-token", Date.now() + 3_600_000);
      assertEquals(await run(args), SHOWN);
      assertEquals(assumed(aws), ["admin:alice@example.com"]);

      // Use -f, because a run with a cached session needs no sign-in.
      const refuse = async (code: string, message: string, status: number) => {
        aws.fail("GetRoleCredentials", {
          kind: "error",
          code,
          message,
          status,
        });
        return await run(`-f ${args}`);
      };
      const unauthorized = await refuse(
        "UnauthorizedException",
        "Session token not found or invalid",
        401,
      );
      assertFails(unauthorized, {
        error:
          "Cannot find base credentials from the profile 'reader': IAM Identity Center does not accept the sign-in",
        hint,
      });
      const forbidden = await refuse("ForbiddenException", "No access", 403);
      assertFails(forbidden, { error, hint: /sso_role_name/ });
      assertEquals(await run(args), SHOWN);
      const env = { AWS_ENDPOINT_URL_SSO: NOBODY };
      assertFails(await run(`-f ${args}`, { env }), {
        error:
          "Cannot get base credentials from the profile 'reader': cannot reach IAM Identity Center in us-east-1",
      });
    },
  );
}

e2e(
  "a web identity token assumes the role, and a new token of the same subject uses the cached session",
  { world: PLACES, home: homeWithoutKeys },
  async ({ aws, home, run }) => {
    const path = home.write("token", await aws.idToken({ sub: SUBJECT }));
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: path };
    assertEquals(await run(SHOW, { env }), SHOWN);
    home.write("token", `${await aws.idToken({ sub: SUBJECT, jti: "2" })}\n`);
    assertEquals(await run(SHOW, { env }), SHOWN);
    const same = { ...env, AWS_ROLE_ARN: ADMIN_ARN };
    assertEquals(await run(SHOW, { env: same }), SHOWN);
    assertEquals(aws.actions(), ["AssumeRoleWithWebIdentity"]);
    assertEquals(assumed(aws), [
      "admin:repo-example-project-ref-refs-heads-main",
    ]);

    // Another subject does not get the cached session.
    home.write("token", await aws.idToken({ sub: "repo:example/fork" }));
    assertFails(await run(SHOW, { env }), {
      error:
        `Cannot assume ${ADMIN_ARN} with the web identity token: AWS denies access to this web identity`,
      hint:
        "check that the role's trust policy names the provider, and the audience and subject of the token",
    });
  },
);

e2e(
  "with a web identity token, the role of AWS_ROLE_ARN is the first hop to the role of -r",
  {
    world: PLACES,
    home: homeWithoutKeys,
  },
  async ({ aws, home, run }) => {
    const env = {
      AWS_WEB_IDENTITY_TOKEN_FILE: home.write("token", await aws.idToken()),
      AWS_ROLE_ARN: `${PREFIX}ci`,
      AWS_ROLE_SESSION_NAME: "run-7",
    };
    assertEquals(await run(SHOW, { env }), SHOWN);
    assertEquals(await run("-r other true", { env }), OK);
    assertEquals(assumed(aws), ["ci:run-7", "admin:run-7", "other:run-7"]);
    // `-r ci` uses the cached session of the hop `ci`.
    assertEquals((await run("-r ci true", { env })).status, 0);
    assertEquals(assumed(aws).length, 3);
  },
);

e2e(
  "base credentials can be a profile's role, assumed with a web identity token or keys in the environment",
  { world: PLACES, home: homeWithoutKeys },
  async ({ aws, home, run }) => {
    const token = home.write("token", await aws.idToken());
    home.writeHome(
      ".aws/config",
      `[profile ci]\nrole_arn = ${PREFIX}ci\nweb_identity_token_file = ${token}\nrole_session_name = run-8\n` +
        `[profile first]\nrole_arn = ${PREFIX}first\ncredential_source = Environment\nrole_session_name = run-9\n`,
    );
    assertEquals(await run(`--profile ci ${SHOW}`), SHOWN);
    assertEquals(
      await run(`--profile first ${SHOW}`, { env: KEYS }),
      SHOWN,
    );
    assertEquals(assumed(aws), [
      "ci:run-8",
      "admin:run-8",
      "first:run-9",
      "admin:run-9",
    ]);
  },
);

e2e("a web identity token that is expired, invalid or missing is an error", {
  world: PLACES,
  home: homeWithoutKeys,
}, async ({ aws, home, run }) => {
  const path = home.write("token", await aws.idToken({ exp: 1 }));
  const env = { AWS_WEB_IDENTITY_TOKEN_FILE: path };
  const task = `Cannot assume ${PREFIX}admin with the web identity token`;
  assertFails(await run(SHOW, { env }), {
    error: `${task}: the web identity token has expired`,
    hint: "get a new token from the identity provider",
  });
  home.write("token", "no-token");
  const invalid = await run(SHOW, { env });
  assertFails(invalid, { error: /AWS cannot validate the web identity/ });
  assertStringIncludes(invalid.stderr, `error: ${task}: AWS cannot`);
  const unreadable = [
    ["the file is empty", () => home.write("token", " \n")],
    [
      "the file contains text that is not a token",
      () => home.write("token", "no token"),
    ],
    ["no such file or directory", () => Deno.removeSync(path)],
  ] as const;
  for (const [reason, change] of unreadable) {
    change();
    assertFails(await run(SHOW, { env }), {
      error: `Cannot read the web identity token ${path}: ${reason}`,
      hint: "check AWS_WEB_IDENTITY_TOKEN_FILE",
    });
  }
  home.write("token", await aws.idToken());
  assertFails(await run(`--external-id 1234 ${SHOW}`, { env }), {
    error:
      "Cannot send an external ID with a web identity token: the token itself must contain an external ID",
    hint: null,
  });
});

e2e("GitHub Actions: the token of the job assumes the role", {
  world: PLACES,
  home: homeWithoutKeys,
}, async ({ aws, run }) => {
  const env = {
    GITHUB_ACTIONS: "true",
    ACTIONS_ID_TOKEN_REQUEST_URL: `${aws.url}/actions/id-token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
  };
  assertEquals(await run(SHOW, { env }), SHOWN);
  assertEquals(await run(SHOW, { env }), SHOWN);
  assertEquals(aws.actions(), ["GetIdToken", "AssumeRoleWithWebIdentity"]);
  assertEquals(aws.calls[0]?.params, {
    "api-version": "2.0",
    audience: "sts.amazonaws.com",
  });
  // Even with -E, the command does not get the variables with which a token is requested.
  const seen = await run("-v -E -r admin printenv", { env });
  assertEquals(seen.status, 0);
  assert(!`${seen.stdout}${seen.stderr}`.includes(REQUEST_TOKEN));
});

e2e(
  "GitHub Actions: the token for a role in China has the audience of China",
  {
    world: {
      ...PLACES,
      roles: [{ ...ALL, arn: CHINA }],
      identityProviders: [{ ...GITHUB, audiences: ["sts.amazonaws.com.cn"] }],
    },
    home: homeWithoutKeys,
  },
  async ({ aws, run }) => {
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${aws.url}/actions/id-token`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
    };
    assertEquals(await run(`-r ${CHINA} true`, { env }), OK);
    assertEquals(aws.calls[0]?.params.audience, "sts.amazonaws.com.cn");
  },
);

e2e(
  "web_identity: never makes runs ignore the web identity tokens of variables",
  { world: PLACES, home: homeWithoutKeys },
  async ({ aws, home, run }) => {
    const token = home.write("token", await aws.idToken({ sub: SUBJECT }));
    const instance = {
      AWS_EC2_METADATA_DISABLED: "false",
      AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.url,
    };
    const file = {
      ...instance,
      AWS_WEB_IDENTITY_TOKEN_FILE: token,
      AWS_ROLE_ARN: `${PREFIX}ci`,
      AWS_ROLE_SESSION_NAME: "run-7",
    };
    const gitHub = {
      ...instance,
      GITHUB_ACTIONS: "true",
      ACTIONS_ID_TOKEN_REQUEST_URL: `${aws.url}/actions/id-token`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
    };
    const callers = async (args: string, env: Record<string, string>) => {
      home.removeCache();
      aws.calls.length = 0;
      const result = await run(args, { env });
      assertEquals([result.status, result.stderr], [0, ""]);
      return assumed(aws);
    };
    const yaml = (text: string) =>
      home.write("assume-role.yaml", `${PREFIX_YAML}${text}\n`);
    const never = ["admin:i-0fa4e000000000001"];
    for (const env of [file, gitHub]) {
      yaml("web_identity: never");
      assertEquals(await callers(SHOW, env), never);
      yaml("roles: { admin: { web_identity: never } }");
      assertEquals(await callers(SHOW, env), never);
      yaml("web_identity: auto");
      assert(!(await callers(SHOW, env)).includes(never[0]!));
    }
    // The setting of a role holds for the base credentials of the role's chain.
    const chain = "roles: { other: { via: admin, web_identity: never } }";
    yaml(chain);
    assertEquals(
      await callers("-r other true", file),
      [...never, "other:i-0fa4e000000000001"],
    );
    yaml(chain.replace("never", "auto"));
    assert(!(await callers("-r other true", file)).includes(never[0]!));
    yaml("web_identity: never");
    home.writeHome(".aws/credentials", keysOf(ALICE));
    assertEquals(await callers(SHOW, file), ["admin:alice"]);
    // A profile's own token still counts.
    home.writeHome(
      ".aws/config",
      `[profile own]\nrole_arn = ${PREFIX}ci\nweb_identity_token_file = ${token}\nrole_session_name = run-8\n`,
    );
    assertEquals(await callers("--profile own true", file), ["ci:run-8"]);
    Deno.removeSync(join(home.path, ".aws/credentials"));
    const job = { GITHUB_ACTIONS: "true" };
    assertFails(await run(SHOW, { env: job }), {
      error: "Cannot find base credentials",
      hint: /^set AWS_ACCESS_KEY_ID/,
    });
    yaml("web_identity: maybe");
    assertFails(await run(SHOW), {
      error:
        /assume-role\.yaml:2:\d+: the value of 'web_identity' is invalid: the value must be auto or never$/,
    });
  },
);

e2e("a pipe in place of a web identity token or of certificates is an error", {
  world: PLACES,
  ...unix,
}, async ({ home, run }) => {
  const reason = "not a regular file, but a pipe";
  const pipe = join(home.project, "pipe");
  await home.exec(argv`mkfifo ${pipe}`);
  assertFails(
    await run("-r admin true", {
      env: { AWS_WEB_IDENTITY_TOKEN_FILE: pipe, AWS_ROLE_ARN: ADMIN_ARN },
    }),
    {
      error: `Cannot read the web identity token ${pipe}: ${reason}`,
      hint: "check AWS_WEB_IDENTITY_TOKEN_FILE",
    },
  );
  assertFails(await run(SHOW, { env: { AWS_CA_BUNDLE: pipe } }), {
    error: `Cannot use the CA bundle ${pipe}: ${reason}`,
    hint: "correct AWS_CA_BUNDLE, or unset AWS_CA_BUNDLE",
  });
});

e2e("GitHub Actions: errors name the missing permission, and no secret", {
  world: PLACES,
  home: homeWithoutKeys,
}, async ({ aws, run }) => {
  const job = { GITHUB_ACTIONS: "true" };
  assertFails(await run(SHOW, { env: job }), {
    error: "Cannot find base credentials",
    hint:
      "to use a token of GitHub Actions, give the job 'permissions: id-token: write'",
  });
  const env = {
    ...job,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${aws.url}/actions/id-token`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "not-the-request-token",
  };
  const host = new URL(aws.url).host;
  const { status, stderr } = await run(`-v ${SHOW}`, { env });
  assertEquals(status, 125);
  assertStringIncludes(
    stderr,
    `assume-role: error: Cannot get a token from GitHub Actions: ${host} answered HTTP status 401\n`,
  );
  assertStringIncludes(stderr, "'permissions: id-token: write'\n");
  assert(!stderr.includes("not-the-request-token"));
});

// aws-actions/configure-aws-credentials#727 is about tokens of GitHub Enterprise Server.
e2e(
  "GitHub Enterprise Server: the error names the host, and shows a command that gets the token",
  {
    world: PLACES,
    home: homeWithoutKeys,
    ignore: !await has("curl") || !await has("jq"),
  },
  async ({ aws, home, run }) => {
    const env = {
      GITHUB_ACTIONS: "true",
      ACTIONS_ID_TOKEN_REQUEST_URL:
        "https://ghes.example.com:8443/_services/token?api-version=2.0",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
    };
    const failed = await run(SHOW, { env });
    assertFails(failed, {
      error:
        "Cannot get a token from GitHub Actions: assume-role may not connect to ghes.example.com:8443",
      hint:
        `set AWS_WEB_IDENTITY_TOKEN_FILE to a file with the token, which this command prints: printf 'authorization: bearer %s' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN" | curl -sSf -H @- "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" | jq -r .value`,
    });
    const [command = ""] = /printf .*/.exec(failed.stderr) ?? [];
    const url = `${aws.url}/actions/id-token?api-version=2.0`;
    const token = await home.sh(command, [], {
      env: { ...env, ACTIONS_ID_TOKEN_REQUEST_URL: url },
    });
    const file = home.write("token", token.stdout);
    assertEquals(
      await run(SHOW, { env: { ...env, AWS_WEB_IDENTITY_TOKEN_FILE: file } }),
      SHOWN,
    );
  },
);

e2e(
  "if credential_process of the profile 'default' fails, the run fails, even if a container has credentials",
  {
    world: PLACES,
    home: homeWithoutKeys,
  },
  async ({ aws, home, run }) => {
    home.writeHome(".aws/config", "[default]\ncredential_process = false\n");
    const env = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/container/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "a token",
    };
    assertFails(await run(SHOW, { env }), {
      error: /^Cannot find base credentials from the profile 'default': /,
    });
    assertEquals(aws.count("AssumeRole"), 0);
  },
);

e2e("a container, and an instance by IMDSv2, can supply base credentials", {
  world: PLACES,
  home: homeWithoutKeys,
}, async ({ aws, run }) => {
  const container = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/container/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: "a token",
  };
  assertEquals(await run(SHOW, { env: container }), SHOWN);
  assertEquals(await run(SHOW, { env: container }), SHOWN);
  assertEquals(aws.actions(), [
    "GetContainerCredentials",
    "GetCallerIdentity",
    "AssumeRole",
  ]);
  aws.calls.length = 0;
  const instance = {
    AWS_EC2_METADATA_DISABLED: "false",
    AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.url,
  };
  assertEquals(await run(SHOW, { env: instance }), SHOWN);
  assertEquals(await run(SHOW, { env: instance }), SHOWN);
  assertEquals(aws.actions(), [
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

// 99designs/aws-vault#589 and #710 are about errors of nested runs.
e2e("a nested run assumes its role with the session of the outer run", {
  world: PLACES,
}, async ({ aws, run }) => {
  const inner = argv`-r first -E=DENO_DIR ${program()} ${SHOW.split(" ")}`;
  assertEquals(await run(inner), SHOWN);
  assertEquals(await run(inner), SHOWN);
  assertEquals(assumed(aws), ["first:alice", "admin:alice"]);
  assertEquals(
    withoutKeyWarning(await run(["--server", ...inner])),
    SHOWN,
  );
  // With --server, the inner run assumes `admin` again: each server has a new port and token, so
  // the cached session of `admin` does not apply.
  assertEquals(assumed(aws).slice(2), ["admin:alice"]);
  const last = aws.calls.at(-1)!;
  assertEquals(aws.sessionOf(last.accessKeyId)?.roleArn, `${PREFIX}first`);
});

e2e(
  "a web identity token that is not visible ASCII, or is too long for STS, is refused",
  {
    world: PLACES,
    home: homeWithoutKeys,
  },
  async ({ aws, home, run }) => {
    for (
      const token of ["a\nb", "a b", "a\u201db", "a\x1bb", "x".repeat(20_001)]
    ) {
      const path = home.writeHome("token", token);
      const env = { AWS_WEB_IDENTITY_TOKEN_FILE: path };
      assertFails(await run("-r admin true", { env }), {
        error:
          `Cannot read the web identity token ${path}: the file contains text that is not a token`,
        hint: "check AWS_WEB_IDENTITY_TOKEN_FILE",
      });
    }
    assertEquals(aws.calls, []);
  },
);
