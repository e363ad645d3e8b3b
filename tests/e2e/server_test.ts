/**
 * `--server`: a command that outlives its sessions sees no failed call
 * (99designs/aws-vault#551; remind101/assume-role#24), and nobody else gets at
 * the credentials.
 */
import { e2e } from "../mod.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path/join";
import { exists } from "../../lib/system/files.ts";
import { ALICE } from "../fake_aws/world.ts";
import { HAS_TERMINAL, program, warm } from "./test_home.ts";

const unix = { ignore: Deno.build.os === "windows" };
const terminal = { ignore: !HAS_TERMINAL };
const ROOT = join(import.meta.dirname!, "..", "..");
const ADMIN_SESSION = "arn:aws:sts::111111111111:assumed-role/admin/alice";
const REGION = { AWS_REGION: "us-east-1" };
/** A program on the AWS SDK for JavaScript; Deno needs its cache. */
const sdkClient = (sessions: number) => [
  "-E=DENO_DIR",
  Deno.execPath(),
  "run",
  "--quiet",
  "-A",
  "--no-prompt",
  "--config",
  join(ROOT, "deno.json"),
  join(import.meta.dirname!, "sdk_client.ts"),
  String(sessions),
];
/** The SDK's notice that an answer took over a second, as it may on a busy machine. */
const SLOW_ANSWER =
  /^@smithy\/node-http-handler - \[WARN\] a request has exceeded .*\n/gm;
/** The result of a command that calls the endpoint itself: the status and the body. */
const ASK =
  'curl -s -w "%{http_code}\\n" -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"';

e2e("a run that outlives several sessions sees no failed call", {
  aws: { sessionLife: 8000 },
}, async ({ aws, run }) => {
  const result = await run(
    ["--server", "-r", "admin", ...sdkClient(4)],
    { env: REGION },
  );
  assertEquals(
    [result.status, result.stderr.replace(SLOW_ANSWER, "")],
    [0, ""],
  );
  const { arns, failures } = JSON.parse(result.stdout);
  // It has keys of its own in ~/.aws/credentials, and yet it is the role.
  assertEquals([arns, failures], [[ADMIN_SESSION], []]);
  // Once for all that ask, however many they are.
  assert(aws.count("AssumeRole") <= 9, `${aws.count("AssumeRole")} sessions`);
});

// 99designs/aws-vault#1275; boto/botocore#1148: every run asked for itself.
e2e("several runs share what any of them has refreshed", {
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
    assertEquals([arns, failures], [[ADMIN_SESSION], []]);
  }
  const sessions = aws.count("AssumeRole") - before;
  assert(sessions <= 5, `${sessions} sessions for four runs`);
});

e2e("the child gets an endpoint and no keys; it is gone with the child", {
  ...unix,
  home: warm,
}, async ({ home, run }) => {
  const result = await run([
    "--server",
    "-r",
    "admin",
    "sh",
    "-c",
    'env | grep -E "^(AWS|ASSUME)" | sort; stat -c %a "$AWS_SHARED_CREDENTIALS_FILE"; cat "$AWS_SHARED_CREDENTIALS_FILE"',
  ], { env: REGION });
  const lines = result.stdout.trim().split("\n");
  const names = lines.filter((line) => /^\w+=/.test(line)).map((line) =>
    line.split("=")[0]
  );
  assertEquals(names, [
    "ASSUME_ROLE_ARN",
    "AWS_CONFIG_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CREDENTIAL_PROFILES_FILE",
    "AWS_DEFAULT_REGION",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "AWS_SDK_LOAD_CONFIG",
    "AWS_SHARED_CREDENTIALS_FILE",
  ]);
  assertStringIncludes(result.stdout, "\n600\n");
  assertEquals(result.stdout.includes(ALICE.secretAccessKey), false);
  assertEquals(result.stdout.includes(ALICE.accessKeyId), false);
  const url = /FULL_URI=(.*)/.exec(result.stdout)![1]!;
  const after = await fetch(url).then(() => "there", () => "gone");
  assertEquals(after, "gone");
  const cache = Array.from(
    Deno.readDirSync(join(home.path, ".aws/assume-role/cache")),
  );
  assertEquals(cache.filter(({ name }) => name.startsWith("copy-")), []);
});

// No token was found that the endpoint of aws-runas would want.
e2e("whoever has not the token gets 403, and nothing is said of why", {
  ...unix,
  home: warm,
}, async ({ run }) => {
  const ask = (header: string) =>
    `curl -s -w "%{http_code}\\n" -H "Authorization: ${header}" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"`;
  const script = [
    'curl -s -w "%{http_code}\\n" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"',
    ask("nope"),
    ask("${AWS_CONTAINER_AUTHORIZATION_TOKEN}x"),
    ASK,
  ].join("; ");
  const result = await run([
    "--server",
    "-r",
    "admin",
    "sh",
    "-c",
    script,
  ]);
  const [none, wrong, longer, right] = result.stdout.split("\n");
  assertEquals([none, wrong, longer], ["403", "403", "403"]);
  assertMatch(right!, /^\{"AccessKeyId":"ASIA.*\}200$/);
});

// 99designs/aws-vault#24, #816: credentials that expire in the middle of a run.
e2e(
  "credentials that cannot be refreshed work to their end; then it is said why",
  { ...unix, aws: { sessionLife: 8000 } },
  async ({ aws, home }) => {
    // They live for 7 to 8 seconds, and are to be refreshed after half of that.
    const script = `touch go; sleep 4.5; ${ASK}; sleep 5; ${ASK}; exit 1`;
    const run = home.run(["--server", "-r", "admin", "sh", "-c", script]);
    while (!exists(join(home.project, "go"))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    aws.fail(
      "AssumeRole",
      { kind: "error", code: "RegionDisabled", status: 403 },
      99,
    );
    const { status, stdout, stderr } = await run;
    const [while_, after] = stdout.trim().split("\n");
    assertMatch(while_!, /"AccessKeyId":"ASIA.*200$/);
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

e2e("a code that is needed meanwhile comes from the MFA command", {
  ...unix,
  aws: { sessionLife: 4000 },
}, async ({ aws, home, run }) => {
  const codes = [];
  for (let step = -1; step <= 1; step++) {
    codes.push(
      await aws.code(ALICE, undefined, step),
    );
  }
  home.write("codes", codes.join("\n"));
  home.writeHome(
    ".aws/assume-role.yaml",
    `mfa_command: "head -n 1 ${join(home.project, "codes")}; sed -i 1d ${
      join(home.project, "codes")
    }; echo touch it >&2"\n`,
  );
  const result = await run([
    "--server",
    "-r",
    "deploy",
    "sh",
    "-c",
    `sleep 3; ${ASK}`,
  ]);
  assertMatch(result.stdout, /200\n$/);
  assertEquals(
    aws.calls.filter(({ action, params }) =>
      action === "AssumeRole" && params.TokenCode
    ).length >= 2,
    true,
  );
});

// 99designs/aws-vault#486: prompts that hang runs without a person.
e2e(
  "without a terminal, a code that is needed meanwhile is an error with the remedy",
  { ...unix, aws: { sessionLife: 4000 } },
  async ({ aws, home }) => {
    const code = await aws.code(ALICE);
    const result = await home.exec([
      "setsid",
      "-w",
      ...program(),
      ...[
        "--mfa-token",
        code,
        "--server",
        "-r",
        "deploy",
        "sh",
        "-c",
        `sleep 5; ${ASK}`,
      ],
    ]);
    assertMatch(
      result.stdout,
      /"Message":"assume-role: An MFA code for \S+ is needed, and there is no terminal to ask on \(give a code with '--mfa-token', or a program that prints one with '--mfa-command'\)"\}400\n$/,
    );
    assertEquals(
      result.stdout.includes(code) || result.stderr.includes(code),
      false,
    );
  },
);

e2e("a command that uses the terminal is not disturbed by a question", {
  ...terminal,
  aws: { sessionLife: 4000 },
}, async ({ aws, home }) => {
  const code = await aws.code(ALICE);
  const script = `echo ready; read -r line; echo "got: $line"; sleep 4; ${ASK}`;
  const result = await home.runOnTerminal(
    ["--mfa-token", code, "--server", "-r", "deploy", "sh", "-c", script],
    [["ready", "a line\n"]],
  );
  assertStringIncludes(result.stdout, "got: a line");
  assertStringIncludes(
    result.stdout,
    "is needed, and the command uses the terminal",
  );
  assertEquals(
    result.stdout.includes(
      "MFA code for arn:aws:iam::111111111111:mfa/alice: \r\n",
    ),
    false,
  );
});

e2e("a command that leaves the terminal alone: the person is asked there", {
  ...terminal,
  aws: { sessionLife: 8000 },
}, async ({ aws, home }) => {
  const [code, next] = [
    await aws.code(ALICE),
    await aws.code(ALICE, undefined, 1),
  ];
  const script = `sleep 6; ${ASK}`;
  const run = [
    ...program(),
    "--mfa-token",
    code,
    "--server",
    "-r",
    "deploy",
    "sh",
    "-c",
    script,
  ];
  const result = await home.play([
    "sh",
    "-c",
    '"$@" </dev/null >out 2>err; cat out err',
    "sh",
    ...run,
  ], [["MFA code for", `${next}\n`]]);
  assertMatch(result.stdout, /"AccessKeyId":"ASIA.*200\r\n$/);
});

e2e("--server needs a command", { offline: true }, async ({ run }) => {
  const { status, stderr } = await run("--server -r admin");
  assertEquals(status, 125);
  assertStringIncludes(stderr, "Cannot serve credentials without a command");
});

e2e("whoever opens connections without end does not end the run", {
  ignore: Deno.build.os === "windows" || !HAS_TERMINAL,
  aws: { sessionLife: 8000 },
  home: warm,
}, async ({ home }) => {
  const flood = home.write(
    "flood.py",
    [
      "import os, re, socket, sys, time",
      'port = int(re.search(r":(\\d+)/", os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"]).group(1))',
      "end = time.time() + 4",
      "open_ = []",
      "while time.time() < end:",
      "    try:",
      '        open_.append(socket.create_connection(("127.0.0.1", port), timeout=1))',
      "    except OSError:",
      "        open_ = open_[len(open_) // 2:]",
      "        time.sleep(0.01)",
    ].join("\n"),
  );
  const script = `ulimit -n 1024; python3 ${flood} & sleep 2; ` +
    `curl --version >/dev/null && ${
      ASK.replace("curl", "curl -m 20")
    }; wait; ${ASK}; exit 7`;
  const result = await home.exec([
    "sh",
    "-c",
    'ulimit -Sn 64; exec "$@"',
    "sh",
    ...program(),
    ...["--server", "-r", "admin", "sh", "-c", script],
  ]);
  assertEquals([result.status, result.stderr], [7, ""]);
  assertMatch(result.stdout, /^(?:\{"AccessKeyId":"ASIA.*\}200\n){2}$/);
});

e2e("whatever the command makes of its copy, its own status is kept", {
  ...unix,
  home: warm,
}, async ({ run }) => {
  const copy = "$AWS_SHARED_CREDENTIALS_FILE";
  for (
    const [script, says] of [
      [`rm "${copy}"; mkdir "${copy}"; touch "${copy}/x"`, "is kept as"],
      [`rm "${copy}"; mkfifo "${copy}"`, "is kept as"],
      [`ln -sf /dev/zero "${copy}"`, "is kept as"],
      [`truncate -s 100G "${copy}"`, "is kept as"],
      [`chmod 0 "${copy}"`, ""],
      [`rm "${copy}"`, ""],
      [`rm -r "$(dirname "${copy}")"`, ""],
    ]
  ) {
    const { status, stderr } = await run(
      ["--server", "-r", "admin", "sh", "-c", `${script}; exit 6`],
    );
    assertEquals(status, 6, script);
    assertStringIncludes(stderr, says!, script);
    assertEquals(stderr.split("\n").length <= 2, true, stderr);
  }
});
