/** `credential_process` with the AWS CLI, boto3 and the AWS SDK for JavaScript. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import {
  ADMIN_SESSION_ARN,
  ALICE,
  argv,
  deno,
  e2e,
  type FakeAws,
  fixture,
  NEW_SESSION,
  PREFIX,
  program,
  terminal,
  TestHome,
} from "../mod.ts";

const WHO = argv`aws sts get-caller-identity --query Arn --output text`;

/** A home whose profiles `admin` and `deploy` run assume-role as credential_process. */
function homeWithProfiles(
  aws: FakeAws,
  base = ["--profile", "default"],
): TestHome {
  const home = new TestHome(aws);
  const profile = (role: string) => {
    const command =
      argv`${program()} --role ${PREFIX}${role} ${base} --format process`;
    const line = command.map((word) => `"${word}"`).join(" ");
    return `[profile ${role}]\nregion = us-east-1\ncredential_process = ${line}\n`;
  };
  home.writeHome(".aws/config", profile("admin") + profile("deploy"));
  return home;
}

e2e("the AWS CLI runs credential_process for --profile and AWS_PROFILE", {
  home: homeWithProfiles,
}, async ({ aws, home }) => {
  const byOption = await home.exec(argv`${WHO} --profile admin`);
  assertEquals(
    [byOption.status, byOption.stdout, byOption.stderr],
    [0, `${ADMIN_SESSION_ARN}\n`, ""],
  );
  const byVariable = await home.exec(WHO, { env: { AWS_PROFILE: "admin" } });
  assertEquals(byVariable, byOption);
  assertEquals(aws.count("AssumeRole"), 1);
});

e2e(
  "a credential_process that uses its own profile is an error, not a deadlock",
  {
    home: (aws) => homeWithProfiles(aws, []),
  },
  async ({ home, run }) => {
    const result = await home.exec(WHO, { env: { AWS_PROFILE: "admin" } });
    assertEquals([result.status === 0, result.stdout], [false, ""]);
    assertStringIncludes(
      result.stderr,
      "assume-role: error: Cannot get base credentials from the profile 'admin'",
    );
    const env = { AWS_PROFILE: "admin" };
    assertEquals((await run("-r admin true", { env })).status, 125);
    // The AWS CLI does not pass the profile of its option `--profile` on to the
    // credential_process.
    const other = await home.exec(argv`${WHO} --profile admin`);
    assertEquals([other.status, other.stdout], [0, `${ADMIN_SESSION_ARN}\n`]);
  },
);

e2e("no call of boto3 fails while credential_process renews sessions", {
  aws: { sessionLife: 5000 },
  home: homeWithProfiles,
}, async ({ aws, home }) => {
  const env = { AWS_PROFILE: "admin" };
  const result = await home.exec(
    argv`python3 ${fixture("boto3_client.py")} 12 1`,
    { env },
  );
  assertEquals([result.status, result.stderr], [0, ""]);
  const { arns, keys, failures, calls, method } = JSON.parse(result.stdout);
  assertEquals(
    [arns, failures, method],
    [[ADMIN_SESSION_ARN], [], "custom-process"],
  );
  assert(calls > 10 && keys >= 3, `${calls} calls with ${keys} keys`);
  assert(aws.count("AssumeRole") < calls, "every call made a new session");
});

for (const clockOffset of [-3 * 3_600_000, 3 * 3_600_000]) {
  const hours = clockOffset / 3_600_000;
  e2e(
    `boto3 and assume-role agree on the expiry if AWS's clock is ${hours}h off`,
    {
      aws: { clockOffset },
      home: homeWithProfiles,
    },
    async ({ home }) => {
      const env = { AWS_PROFILE: "admin" };
      const result = await home.exec(
        ["python3", fixture("boto3_lifetime.py")],
        { env },
      );
      assertEquals([result.status, result.stderr], [0, ""]);
      const left = Number(result.stdout);
      assert(Math.abs(left - 3600) < 60, `${left} s of an hour are left`);
    },
  );
}

e2e(
  "the AWS SDK for JavaScript runs the credential_process of a profile",
  { home: homeWithProfiles },
  async ({ home }) => {
    const client = fixture("sdk_client.ts");
    const env = { AWS_PROFILE: "admin" };
    const result = await home.exec(argv`${deno(client)} 1`, { env });
    assertEquals([result.status, result.stderr], [0, ""]);
    const { arns, failures } = JSON.parse(result.stdout);
    assertEquals([arns, failures], [[ADMIN_SESSION_ARN], []]);
  },
);

e2e(
  "the MFA prompt uses the terminal of the AWS CLI, and does not read the stdin of the AWS CLI",
  { ...terminal, home: homeWithProfiles },
  async ({ aws, home }) => {
    const script =
      'printf "data\\n" | { "$@" >out 2>err; echo "status $?"; cat >rest; }';
    const { stdout } = await home.play(
      argv`sh -c ${script} sh ${WHO} --profile deploy`,
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
  "without a terminal, the AWS CLI prints assume-role's error, and stdin is not read",
  { home: homeWithProfiles },
  async ({ aws, home }) => {
    const script = '"$@"; echo "status $?"; cat';
    const result = await home.exec(
      argv`${NEW_SESSION} sh -c ${script} sh ${WHO} --profile deploy`,
      { stdin: `${await aws.code(ALICE)}\n` },
    );
    assert(/^status [1-9]\d*\n\d{6}\n$/.test(result.stdout), result.stdout);
    assertStringIncludes(result.stderr, "there is no terminal to ask on");
    assertStringIncludes(result.stderr, "'--mfa-command'");
  },
);
