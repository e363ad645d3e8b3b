/** `credential_process` with the AWS CLI, boto3 and the AWS SDK for JavaScript, as they come. */
import { e2e } from "../mod.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { HAS_TERMINAL, program, TestHome } from "../e2e/test_home.ts";
import { WORLD } from "../e2e/worlds.ts";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE } from "../fake_aws/world.ts";

const ADMIN_SESSION = "arn:aws:sts::111111111111:assumed-role/admin/alice";
const WHO = [
  "aws",
  "sts",
  "get-caller-identity",
  "--query",
  "Arn",
  "--output",
  "text",
];
const terminal = { ignore: !HAS_TERMINAL };

/** Asks who it is for some seconds, on one session. */
const BOTO3 = `
import boto3, json, sys, time
session = boto3.Session()
sts = session.client("sts")
end = time.time() + float(sys.argv[1])
arns, keys, failures, calls = set(), set(), [], 0
while time.time() < end:
    try:
        arns.add(sts.get_caller_identity()["Arn"])
        keys.add(session.get_credentials().get_frozen_credentials().access_key)
    except Exception as error:
        failures.append(str(error))
    calls += 1
    time.sleep(0.1)
method = session.get_credentials().method
print(json.dumps({"arns": list(arns), "keys": len(keys), "failures": failures, "calls": calls, "method": method}))
`;

/** A sandbox whose profiles `admin` and `deploy` run us; the keys are those of `default`. */
function sandbox(aws: FakeAws, base = ["--profile", "default"]): TestHome {
  const home = new TestHome(aws);
  const profile = (role: string) => {
    const words = [
      ...program(),
      "--role",
      `arn:aws:iam::111111111111:role/${role}`,
      ...base,
      "--format",
      "process",
    ];
    const line = words.map((word) => `"${word}"`).join(" ");
    return `[profile ${role}]\nregion = us-east-1\ncredential_process = ${line}\n`;
  };
  home.writeHome(".aws/config", profile("admin") + profile("deploy"));
  return home;
}

e2e("the AWS CLI runs us for a profile, by option and by variable", {
  home: sandbox,
}, async ({ aws, home }) => {
  const byOption = await home.exec([...WHO, "--profile", "admin"]);
  assertEquals(
    [byOption.status, byOption.stdout, byOption.stderr],
    [0, `${ADMIN_SESSION}\n`, ""],
  );
  const byVariable = await home.exec(WHO, { env: { AWS_PROFILE: "admin" } });
  assertEquals(byVariable, byOption);
  assertEquals(aws.count("AssumeRole"), 1);
});

e2e("a profile that starts from itself is told, and waits for nobody", {
  home: (aws) => sandbox(aws, []),
}, async ({ home, run }) => {
  const result = await home.exec(WHO, { env: { AWS_PROFILE: "admin" } });
  assertEquals([result.status === 0, result.stdout], [false, ""]);
  assertStringIncludes(
    result.stderr,
    "assume-role: error: Cannot get base credentials from the profile 'admin'",
  );
  const byUs = await run("-r admin true", {
    env: { AWS_PROFILE: "admin" },
  });
  assertEquals(byUs.status, 125);
  // Named by an option, it is not in the environment of what it runs.
  const other = await home.exec([...WHO, "--profile", "admin"]);
  assertEquals([other.status, other.stdout], [0, `${ADMIN_SESSION}\n`]);
});

e2e("boto3 sees no failed call over several sessions of a profile", {
  aws: { sessionLife: 5000 },
  home: sandbox,
}, async ({ aws, home }) => {
  const result = await home.exec(["python3", "-c", BOTO3, "12"], {
    env: { AWS_PROFILE: "admin" },
  });
  assertEquals([result.status, result.stderr], [0, ""]);
  const { arns, keys, failures, calls, method } = JSON.parse(result.stdout);
  assertEquals(
    [arns, failures, method],
    [[ADMIN_SESSION], [], "custom-process"],
  );
  assert(calls > 10 && keys >= 3, `${calls} calls with ${keys} keys`);
  assert(aws.count("AssumeRole") < calls, "each call got a session of its own");
});

Deno.test("boto3 and assume-role agree on the time, also if the clock is wrong", async () => {
  for (const clockOffset of [-3 * 3_600_000, 3 * 3_600_000]) {
    await using aws = new FakeAws(WORLD, { clockOffset });
    await using home = sandbox(aws);
    const script = `
import boto3, time
credentials = boto3.Session().get_credentials()
credentials.get_frozen_credentials()
print(credentials._expiry_time.timestamp() - time.time())
`;
    const result = await home.exec(["python3", "-c", script], {
      env: { AWS_PROFILE: "admin" },
    });
    assertEquals([result.status, result.stderr], [0, ""]);
    const left = Number(result.stdout);
    assert(Math.abs(left - 3600) < 60, `${left} s of an hour are left`);
  }
});

e2e(
  "the AWS SDK for JavaScript runs us for a profile",
  { home: sandbox },
  async ({ home }) => {
    const client = join(import.meta.dirname!, "..", "e2e", "sdk_client.ts");
    const result = await home.exec([
      Deno.execPath(),
      "run",
      "--quiet",
      "-A",
      client,
      "1",
    ], {
      env: { AWS_PROFILE: "admin" },
    });
    assertEquals([result.status, result.stderr], [0, ""]);
    const { arns, failures } = JSON.parse(result.stdout);
    assertEquals([arns, failures], [[ADMIN_SESSION], []]);
  },
);

e2e(
  "the AWS CLI's user is asked for a code on the terminal, and its stdin is left alone",
  { ...terminal, home: sandbox },
  async ({ aws, home }) => {
    const script =
      'printf "data\\n" | { "$@" >out 2>err; echo "status $?"; cat >rest; }';
    const { stdout } = await home.play(
      ["sh", "-c", script, "sh", ...WHO, "--profile", "deploy"],
      [["MFA code", `${await aws.code(ALICE)}\n`]],
    );
    assertStringIncludes(stdout, "\r\nstatus 0\r\n");
    const files = ["out", "err", "rest"].map((name) =>
      Deno.readTextFileSync(join(home.project, name))
    );
    const session = "arn:aws:sts::111111111111:assumed-role/deploy/alice";
    assertEquals(files, [`${session}\n`, "", "data\n"]);
  },
);

e2e(
  "without a terminal, the AWS CLI tells what to do, and its stdin is left alone",
  { home: sandbox },
  async ({ aws, home }) => {
    const script = '"$@"; echo "status $?"; cat';
    const result = await home.exec([
      ...["setsid", "-w", "sh", "-c", script, "sh"],
      ...WHO,
      "--profile",
      "deploy",
    ], { stdin: `${await aws.code(ALICE)}\n` });
    assert(/^status [1-9]\d*\n\d{6}\n$/.test(result.stdout), result.stdout);
    assertStringIncludes(result.stderr, "there is no terminal to ask on");
    assertStringIncludes(result.stderr, "'--mfa-command'");
  },
);
