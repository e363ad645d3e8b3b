/** With the same AWS variables, assume-role uses the same identity as the AWS CLI. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import {
  ALICE,
  argv,
  e2e,
  type FakeAws,
  keysOf,
  type Result,
  TestHome,
  type User,
} from "../mod.ts";

const named = (name: string): User => ({
  name,
  accountId: "111111111111",
  accessKeyId: `AKIAFAKE${name.toUpperCase().padEnd(12, "0")}`,
  secretAccessKey: `fake/secret+of+${name}`,
});
const BOB = named("bob");
const ENV = named("env");
const TOKEN = "the-session-token";
const SESSION: User = { ...named("session"), sessionToken: TOKEN };
const USERS = [ALICE, BOB, ENV, SESSION];

const keys = (user: User, env: Record<string, string> = {}) => ({
  AWS_ACCESS_KEY_ID: user.accessKeyId,
  AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
  ...env,
});

/** Variables of a run; in a value, `OTHER` stands for a directory with bob's AWS files. */
const CASES: readonly Readonly<Record<string, string>>[] = [
  {},
  { AWS_PROFILE: "bob" },
  { AWS_PROFILE: "none" },
  { AWS_PROFILE: "" },
  { AWS_DEFAULT_PROFILE: "bob" },
  { AWS_DEFAULT_PROFILE: "none" },
  { AWS_DEFAULT_PROFILE: "" },
  { AWS_PROFILE: "bob", AWS_DEFAULT_PROFILE: "bob" },
  keys(ENV),
  keys(ENV, { AWS_PROFILE: "bob" }),
  keys(ENV, { AWS_DEFAULT_PROFILE: "bob" }),
  keys(ENV, { AWS_PROFILE: "plain" }),
  keys(ENV, { AWS_PROFILE: "none" }),
  keys(SESSION, { AWS_SESSION_TOKEN: TOKEN }),
  keys(SESSION, { AWS_SECURITY_TOKEN: TOKEN }),
  keys(SESSION, { AWS_SECURITY_TOKEN: TOKEN, AWS_SESSION_TOKEN: "x" }),
  keys(SESSION, { AWS_SECURITY_TOKEN: "x", AWS_SESSION_TOKEN: TOKEN }),
  keys(SESSION, { AWS_SECURITY_TOKEN: "", AWS_SESSION_TOKEN: TOKEN }),
  { AWS_PROFILE: "legacy" },
  { AWS_PROFILE: "both" },
  { AWS_SHARED_CREDENTIALS_FILE: "$OTHER/credentials" },
  { AWS_SHARED_CREDENTIALS_FILE: "${OTHER}/credentials" },
  { AWS_SHARED_CREDENTIALS_FILE: "$HOME/../other/credentials" },
  { AWS_SHARED_CREDENTIALS_FILE: "~/../other/credentials" },
  { AWS_SHARED_CREDENTIALS_FILE: "$TILDE/../other/credentials" },
  { AWS_SHARED_CREDENTIALS_FILE: "%OTHER%/credentials" },
  { AWS_SHARED_CREDENTIALS_FILE: "$NONE/credentials" },
  { AWS_SHARED_CREDENTIALS_FILE: "/none" },
  { AWS_SHARED_CREDENTIALS_FILE: "" },
  { AWS_CONFIG_FILE: "$OTHER/config", AWS_PROFILE: "tool" },
  { AWS_CONFIG_FILE: "~/../other/config", AWS_PROFILE: "tool" },
  { AWS_CONFIG_FILE: "", AWS_PROFILE: "plain" },
  { AWS_SHARED_CREDENTIALS_FILE: "", AWS_CREDENTIAL_FILE: "~/../other/ec2" },
  { AWS_SHARED_CREDENTIALS_FILE: "", BOTO_CONFIG: "$OTHER/boto" },
  { AWS_CREDENTIAL_FILE: "~/../other/ec2" },
];

/** Values that assume-role refuses, although some version of the AWS CLI accepts them. */
const REFUSED: readonly Readonly<Record<string, string>>[] = [
  { AWS_PROFILE: "bob", AWS_DEFAULT_PROFILE: "legacy" },
  { AWS_PROFILE: "", AWS_DEFAULT_PROFILE: "bob" },
  { AWS_SHARED_CREDENTIALS_FILE: "~root/credentials" },
];

/** A home with profiles and files for all cases. */
function homeWithFiles(aws: FakeAws): TestHome {
  const home = new TestHome(aws);
  const other = (name: string, text: string) =>
    home.write(join("..", "other", name), text);
  const { sessionToken: _, ...session } = SESSION;
  home.writeHome(
    ".aws/credentials",
    keysOf(ALICE) + keysOf(BOB, "bob") +
      keysOf(session, "legacy") + `aws_security_token = ${TOKEN}\n` +
      keysOf(session, "both") +
      `aws_session_token = x\naws_security_token = ${TOKEN}\n`,
  );
  home.writeHome(".aws/config", "[profile plain]\nregion = eu-west-1\n");
  other("credentials", keysOf(BOB));
  const tool = JSON.stringify({
    Version: 1,
    AccessKeyId: BOB.accessKeyId,
    SecretAccessKey: BOB.secretAccessKey,
  });
  const path = other("tool.json", tool);
  other("config", `[profile tool]\ncredential_process = cat ${path}\n`);
  other(
    "ec2",
    `AWSAccessKeyId=${BOB.accessKeyId}\nAWSSecretKey=${BOB.secretAccessKey}\n`,
  );
  other("boto", keysOf(BOB, "Credentials"));
  return home;
}

/** The ARN in a program's output; `undefined` if the program failed. */
function arnOf({ status, stdout }: Result): string | undefined {
  return status === 0 ? /arn:[^"\s]+/.exec(stdout)?.[0] : undefined;
}

e2e(
  "AWS's variables lead to the identity that the AWS CLI uses, or to an error",
  {
    world: { users: USERS, roles: [] },
    home: homeWithFiles,
  },
  async ({ home, run }) => {
    const common = {
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      OTHER: join(home.root, "other"),
      TILDE: "~",
    };
    const whoami = argv`aws sts get-caller-identity`;
    for (const given of [...CASES, ...REFUSED]) {
      const env = { ...common, ...given };
      const awsCli = await home.exec(whoami, { env });
      const assumeRole = await run("--whoami", { env });
      const expected = REFUSED.includes(given) ? undefined : arnOf(awsCli);
      assertEquals(
        [arnOf(assumeRole), assumeRole.status],
        [expected, expected === undefined ? 125 : 0],
        `${JSON.stringify(given)}: ${awsCli.stderr}${assumeRole.stderr}`,
      );
    }
  },
);
