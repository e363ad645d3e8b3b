/**
 * Compares a sign-in to IAM Identity Center with that of the AWS CLI 2: the files, and whether
 * each uses the sign-in and the registration of the other.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import {
  argv,
  eventually,
  FakeAws,
  portalRoleArn,
  role,
  TestHome,
  WORLD,
} from "../mod.ts";
import { type AwsCli2, getAwsCli2 } from "./aws_cli_2.ts";

const ASSIGNMENT = { accountId: "111111111111", roleName: "Reader" };
const PROFILE = "sso_account_id = 111111111111\nsso_role_name = Reader\n";
const START =
  "sso_region = us-east-1\nsso_start_url = https://x.awsapps.com/ü\n";

const CONFIGS = {
  "an sso-session":
    `[profile x]\nsso_session = my corp\n${PROFILE}[sso-session 'my corp']\n${START}`,
  "an sso-session with scopes":
    `[profile x]\nsso_session = corp\n${PROFILE}[sso-session corp]\n${START}sso_registration_scopes = sso:account:access, b ,,\n`,
  "an sso-session with empty scopes":
    `[profile x]\nsso_session = corp\n${PROFILE}[sso-session corp]\n${START}sso_registration_scopes =\n`,
  "a profile without sso_session": `[profile x]\n${PROFILE}${START}`,
};

/** Creates the fake AWS and a home with a configuration. */
function setUp(config: string): { aws: FakeAws; home: TestHome } {
  const aws = new FakeAws({
    ...WORLD,
    roles: [role("admin", { trusts: [portalRoleArn(ASSIGNMENT)] })],
    portal: {
      userName: "alice",
      token: "old",
      assignments: [ASSIGNMENT],
    },
  });
  const home = new TestHome(aws);
  Deno.removeSync(join(home.path, ".aws/credentials"));
  home.writeHome(".aws/config", config);
  return { aws, home };
}

/** Confirms the next device code while a program runs. */
async function confirming<T>(aws: FakeAws, running: Promise<T>): Promise<T> {
  const number = aws.count("StartDeviceAuthorization") + 1;
  let isRunning = true;
  running.finally(() => isRunning = false).catch(() => {});
  await eventually(() =>
    !isRunning || aws.count("StartDeviceAuthorization") >= number
  );
  const code = `ABCD-${String(number).padStart(4, "0")}`;
  await (await fetch(`${aws.url}/device?user_code=${code}`)).body?.cancel();
  return await running;
}

async function signInWithCli(
  cli: AwsCli2,
  { aws, home }: { aws: FakeAws; home: TestHome },
): Promise<void> {
  const { status, stderr } = await confirming(
    aws,
    home.exec(argv`${cli.argv} sso login --no-browser --profile x`, {
      env: { ...cli.env, AWS_DEFAULT_REGION: "us-east-1" },
    }),
  );
  assertEquals(status, 0, stderr);
}

async function signInWithOurs(
  { aws, home }: { aws: FakeAws; home: TestHome },
): Promise<void> {
  const { status, stdout } = await confirming(
    aws,
    home.runOnTerminal("--profile x -r admin true", [], {
      env: { SSH_TTY: "/dev/pts/0" },
    }),
  );
  assertEquals(status, 0, stdout);
  assertStringIncludes(stdout, "code: ABCD-");
}

/** Returns the names, modes and texts of the files of sign-ins. */
function filesOf(home: TestHome): readonly (readonly [string, string])[] {
  const directory = join(home.path, ".aws/sso/cache");
  return [...Deno.readDirSync(directory)].map(({ name }) => {
    const path = join(directory, name);
    const mode = (Deno.statSync(path).mode! & 0o777).toString(8);
    const text = Deno.readTextFileSync(path)
      .replace(/(access|refresh|secret)-[0-9a-f-]{36}/g, "$1-")
      .replace(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/g, '"TIME"');
    return [name, `${mode} ${text}`] as const;
  }).sort();
}

Deno.test("a sign-in writes the files of the AWS CLI 2, and both use the files of each other", async (t) => {
  await using cli = await getAwsCli2();
  if (cli === undefined) return;
  for (const [name, config] of Object.entries(CONFIGS)) {
    await t.step(name, async () => {
      const theirs = setUp(config);
      const ours = setUp(config);
      await using _ = theirs.aws;
      await using _home = theirs.home;
      await using __ = ours.aws;
      await using __home = ours.home;
      for (const { aws, home } of [theirs, ours]) cli.redirect(home, aws.url);
      await signInWithCli(cli, theirs);
      await signInWithOurs(ours);
      assertEquals(filesOf(ours.home), filesOf(theirs.home));
      const [registration] = theirs.aws.registrations;
      const hideTime = (name = "") => name.replace(/\d{10}$/, "TIME");
      assertEquals(
        ours.aws.registrations.map((it) => ({
          ...it,
          clientName: hideTime(it.clientName),
        })),
        [{ ...registration, clientName: hideTime(registration?.clientName) }],
      );

      // assume-role uses the sign-in of the AWS CLI.
      const used = await theirs.home.run("--profile x -r admin true");
      assertEquals([used.status, used.stderr], [0, ""]);
      // The AWS CLI uses the sign-in of assume-role.
      const identity = await ours.home.exec(
        argv`${cli.argv} sts get-caller-identity --profile x --endpoint-url ${ours.aws.url}`,
        { env: { ...cli.env, AWS_DEFAULT_REGION: "us-east-1" } },
      );
      assertEquals(identity.status, 0, identity.stderr);
      assertStringIncludes(identity.stdout, "AWSReservedSSO_Reader_");
      // The registrations are used by the other program, too.
      await signInWithCli(cli, ours);
      for (
        const { name } of Deno.readDirSync(
          join(theirs.home.path, ".aws/sso/cache"),
        )
      ) {
        const path = `.aws/sso/cache/${name}`;
        const isToken = theirs.home.readHome(path).includes("accessToken");
        if (isToken) Deno.removeSync(join(theirs.home.path, path));
      }
      theirs.home.removeCache();
      await signInWithOurs(theirs);
      assertEquals(
        [ours.aws.registrations.length, theirs.aws.registrations.length],
        [1, 1],
      );
    });
  }
});
