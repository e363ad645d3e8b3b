/**
 * `--server`: a command that runs longer than its sessions sees no failed call
 * (99designs/aws-vault#551; remind101/assume-role#24), and requests without this
 * run's token are refused.
 */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path/join";
import { exists } from "../../lib/system/files.ts";
import {
  ADMIN_ARN,
  ADMIN_SESSION_ARN,
  ALICE,
  argv,
  assertFails,
  e2e,
  eventually,
  fixture,
  NEW_SESSION,
  program,
  quote,
  ROOT,
  SERIAL,
  terminal,
  type TestHome,
  unix,
  warm,
  withoutKeyWarning,
} from "../mod.ts";

const REGION = { AWS_REGION: "us-east-1" };
/** Returns the argv of an SDK client that uses several sessions; the client needs DENO_DIR. */
const sdkClient = (sessions: number) =>
  argv`-E=DENO_DIR ${Deno.execPath()} run --quiet -A --no-prompt
    --config ${join(ROOT, "deno.json")} ${
    fixture("sdk_client.ts")
  } ${sessions}`;
/**
 * Warnings of the SDK: about a slow request, which can occur on a busy machine, and about
 * the two variables with the token of the endpoint.
 */
const SDK_WARNINGS =
  /^@smithy\/node-http-handler - \[WARN\] a request has exceeded .*\n|^@aws-sdk\/credential-provider-http: you have set both .*\n.* will take precedence\.\n/gm;
/** A shell command that requests the credentials, and prints body and status. */
const REQUEST =
  'curl -s -w "%{http_code}\\n" -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"';
/** Lists the files of the cache directory that `--server` creates for a command. */
function serverFiles(home: TestHome): string[] {
  const cache = join(home.path, ".aws/assume-role/cache");
  return Array.from(Deno.readDirSync(cache), ({ name }) => name)
    .filter((name) => /^(?:copy|token)-/.test(name));
}

e2e("no call of the command fails while --server renews sessions", {
  aws: { sessionLife: 8000 },
}, async ({ aws, run }) => {
  const result = withoutKeyWarning(
    await run(["--server", "-r", "admin", ...sdkClient(4)], { env: REGION }),
  );
  assertEquals(
    [result.status, result.stderr.replace(SDK_WARNINGS, "")],
    [0, ""],
  );
  const { arns, failures } = JSON.parse(result.stdout);
  // The command does not use the keys in ~/.aws/credentials.
  assertEquals([arns, failures], [[ADMIN_SESSION_ARN], []]);
  // AssumeRole is called for each new session, not for each request of the command.
  assert(aws.count("AssumeRole") <= 9, `${aws.count("AssumeRole")} sessions`);
});

// In 99designs/aws-vault#1275 and boto/botocore#1148, every run makes its own calls.
e2e("several runs with --server share refreshed sessions", {
  aws: { sessionLife: 8000 },
  home: warm,
}, async ({ aws, run }) => {
  const before = aws.count("AssumeRole");
  const results = await Promise.all(
    Array.from(
      { length: 4 },
      () => run(["--server", "-r", "admin", ...sdkClient(3)], { env: REGION }),
    ),
  );
  for (const { stdout } of results) {
    const { arns, failures } = JSON.parse(stdout);
    assertEquals([arns, failures], [[ADMIN_SESSION_ARN], []]);
  }
  const sessions = aws.count("AssumeRole") - before;
  assert(sessions <= 5, `${sessions} sessions for four runs`);
});

e2e(
  "the command gets an endpoint instead of keys, and the endpoint is closed after the command",
  {
    ...unix,
    home: warm,
  },
  async ({ home, run }) => {
    const script =
      'env | grep -E "^(AWS|ASSUME)" | sort; ls -l "$AWS_SHARED_CREDENTIALS_FILE" | cut -c 1-10; cat "$AWS_SHARED_CREDENTIALS_FILE"';
    const result = await run(
      argv`--server -r admin sh -c ${script}`,
      { env: REGION },
    );
    const lines = result.stdout.trim().split("\n");
    const names = lines.filter((line) => /^\w+=/.test(line)).map((line) =>
      line.split("=")[0]
    );
    assertEquals(names, [
      "ASSUME_ROLE_ARN",
      "AWS_CONFIG_FILE",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
      "AWS_CONTAINER_CREDENTIALS_FULL_URI",
      "AWS_CREDENTIAL_PROFILES_FILE",
      "AWS_DEFAULT_REGION",
      "AWS_EC2_METADATA_DISABLED",
      "AWS_ENDPOINT_URL",
      "AWS_REGION",
      "AWS_SDK_LOAD_CONFIG",
      "AWS_SHARED_CREDENTIALS_FILE",
    ]);
    assertStringIncludes(result.stdout, "\n-rw-------\n");
    assertEquals(result.stdout.includes(ALICE.secretAccessKey), false);
    assertEquals(result.stdout.includes(ALICE.accessKeyId), false);
    const url = /FULL_URI=(.*)/.exec(result.stdout)![1]!;
    const isRunning = await fetch(url).then(() => true, () => false);
    assertEquals(isRunning, false);
    assertEquals(serverFiles(home), []);
  },
);

// The endpoint of aws-runas seems to need no token.
e2e("a request without the token gets status 403 without a reason", {
  ...unix,
  home: warm,
}, async ({ run }) => {
  const ask = (header: string) =>
    `curl -s -w "%{http_code}\\n" -H "Authorization: ${header}" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"`;
  const script = [
    'curl -s -w "%{http_code}\\n" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"',
    ask("nope"),
    ask("${AWS_CONTAINER_AUTHORIZATION_TOKEN}x"),
    REQUEST,
  ].join("; ");
  const result = await run(argv`--server -r admin sh -c ${script}`);
  const [none, wrong, longer, right] = result.stdout.split("\n");
  assertEquals([none, wrong, longer], ["403", "403", "403"]);
  assertMatch(right!, /^\{"AccessKeyId":"ASIA.*\}200$/);
});

// 99designs/aws-vault#24 and #816 are about credentials that expire while the command runs.
e2e(
  "credentials that cannot be refreshed work until they expire, and a warning names the reason",
  { ...unix, aws: { sessionLife: 8000 } },
  async ({ aws, home }) => {
    // The session lasts 7 to 8 seconds, and is refreshed after half of that time.
    const script =
      `touch go; sleep 4.5; ${REQUEST}; sleep 5; ${REQUEST}; exit 1`;
    const run = home.run(argv`--server -r admin sh -c ${script}`);
    await eventually(() => exists(join(home.project, "go")));
    aws.fail(
      "AssumeRole",
      { kind: "error", code: "RegionDisabled", status: 403 },
      99,
    );
    const { status, stdout, stderr } = withoutKeyWarning(await run);
    const [before, after] = stdout.trim().split("\n");
    assertMatch(before!, /"AccessKeyId":"ASIA.*200$/);
    assertMatch(
      after!,
      /"Code":"RegionDisabled","Message":"assume-role: Cannot assume .*503$/,
    );
    assertEquals(status, 1);
    assertMatch(
      stderr,
      /^assume-role: warning: The credentials could not be refreshed: Cannot assume .*\nassume-role: warning: The credentials expired \S+ before the command ended, which may be why it failed\n$/,
    );
  },
);

e2e("a refresh that needs an MFA code runs the MFA command", {
  ...unix,
  aws: { sessionLife: 4000 },
}, async ({ aws, home, run }) => {
  const codes = await Promise.all(
    [-1, 0, 1].map((step) => aws.code(ALICE, SERIAL, step)),
  );
  home.write("codes", codes.join("\n"));
  home.writeHome(
    ".aws/assume-role.yaml",
    `mfa_command: "head -n 1 ${join(home.project, "codes")}; sed -i.bak 1d ${
      join(home.project, "codes")
    }; echo touch it >&2"\n`,
  );
  const result = await run(
    argv`--server -r deploy sh -c ${`sleep 3; ${REQUEST}`}`,
  );
  assertMatch(result.stdout, /200\n$/);
  assertEquals(
    aws.calls.filter(({ action, params }) =>
      action === "AssumeRole" && params.TokenCode
    ).length >= 2,
    true,
  );
});

// In 99designs/aws-vault#486, prompts hang unattended runs.
e2e(
  "without a terminal, a refresh that needs an MFA code is an error with a hint",
  { ...unix, aws: { sessionLife: 4000 } },
  async ({ aws, home }) => {
    const code = await aws.code(ALICE);
    const script = `sleep 5; ${REQUEST}`;
    const result = await home.exec(
      argv`${NEW_SESSION} ${program()} --mfa-token ${code} --server -r deploy sh -c ${script}`,
    );
    assertMatch(
      result.stdout,
      /"Message":"assume-role: An MFA code for \S+ is needed, and there is no terminal to ask on \(give a code with '--mfa-token', or set '--mfa-command' to a program that prints codes\)"\}400\n$/,
    );
    assertEquals(
      result.stdout.includes(code) || result.stderr.includes(code),
      false,
    );
  },
);

e2e("a refresh does not prompt if the command uses the terminal", {
  ...terminal,
  aws: { sessionLife: 4000 },
}, async ({ aws, home }) => {
  const code = await aws.code(ALICE);
  const script =
    `echo ready; read -r line; echo "got: $line"; sleep 4; ${REQUEST}`;
  const result = await home.runOnTerminal(
    argv`--mfa-token ${code} --server -r deploy sh -c ${script}`,
    [["ready", "a line\n"]],
  );
  assertStringIncludes(result.stdout, "got: a line");
  assertStringIncludes(
    result.stdout,
    "is needed, and the command uses the terminal",
  );
  assert(!result.stdout.includes(`MFA code for ${SERIAL}: \r\n`));
});

e2e("a refresh prompts if the command does not use the terminal", {
  ...terminal,
  aws: { sessionLife: 8000 },
}, async ({ aws, home }) => {
  const [code, next] = [
    await aws.code(ALICE),
    await aws.code(ALICE, undefined, 1),
  ];
  const inner = `sleep 6; ${REQUEST}`;
  const run =
    argv`${program()} --mfa-token ${code} --server -r deploy sh -c ${inner}`;
  const script = '"$@" </dev/null >out 2>err; cat err out';
  const result = await home.play(
    argv`sh -c ${script} sh ${run}`,
    [["MFA code for", `${next}\n`]],
  );
  assertMatch(result.stdout, /\n\{"AccessKeyId":"ASIA.*200\r\n$/);
});

e2e("--server needs a command", { offline: true }, async ({ run }) => {
  assertFails(await run("--server -r admin"), {
    error: /Cannot serve credentials without a command/,
  });
});

e2e(
  "a flood of connections to the endpoint stops neither the endpoint nor the command",
  {
    ...terminal,
    aws: { sessionLife: 8000 },
    home: warm,
  },
  async ({ home }) => {
    const flood = quote(["python3", fixture("flood.py")]);
    const request = REQUEST.replace("curl", "curl -m 20");
    const script =
      `ulimit -n 1024; ${flood} & sleep 2; curl --version >/dev/null && ${request}; wait; ${REQUEST}; exit 7`;
    const result = withoutKeyWarning(
      await home.sh(
        'ulimit -Sn 64; exec "$@"',
        argv`${program()} --server -r admin sh -c ${script}`,
      ),
    );
    assertEquals([result.status, result.stderr], [7, ""]);
    assertMatch(result.stdout, /^(?:\{"AccessKeyId":"ASIA.*\}200\n){2}$/);
  },
);

e2e(
  "assume-role exits with the command's status even if the command damages the copied credentials file",
  {
    ...unix,
    home: warm,
  },
  async ({ run }) => {
    const copy = "$AWS_SHARED_CREDENTIALS_FILE";
    for (
      const [script, warning] of [
        [`rm "${copy}"; mkdir "${copy}"; touch "${copy}/x"`, "is kept as"],
        [`rm "${copy}"; mkfifo "${copy}"`, "is kept as"],
        [`ln -sf /dev/zero "${copy}"`, "is kept as"],
        [`truncate -s 100G "${copy}"`, "is kept as"],
        [`chmod 0 "${copy}"`, ""],
        [`rm "${copy}"`, ""],
        [`rm -r "$(dirname "${copy}")"`, ""],
      ]
    ) {
      const { status, stderr } = withoutKeyWarning(
        await run(argv`--server -r admin sh -c ${`${script}; exit 6`}`),
      );
      assertEquals(status, 6, script);
      assertStringIncludes(stderr, warning!, script);
      assertEquals(stderr.split("\n").length <= 2, true, stderr);
    }
  },
);

e2e("--server keeps the role of the command if the profile gets another role", {
  ...unix,
  aws: { sessionLife: 14_000 },
}, async ({ home, run }) => {
  home.write("assume-role.yaml", "");
  home.writeHome(
    ".aws/config",
    `[profile dev]\nrole_arn = ${ADMIN_ARN}\nsource_profile = default\n`,
  );
  const script =
    `sed -i.bak s#role/admin#role/team-a/long# "$HOME/.aws/config"; sleep 8; curl -s -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"`;
  const { stdout, stderr } = await run(argv`-r dev --server sh -c ${script}`);
  const { RoleArn } = JSON.parse(stdout);
  assertEquals(RoleArn, ADMIN_ARN);
  assertMatch(stderr, /could not be refreshed: the settings now lead to /);
});
