/** `--init`: writing an assume-role.yaml that works. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  ALICE,
  ARN,
  assertFails,
  e2e,
  type FakeAws,
  keysOf,
  PREFIX,
  program,
  quote,
  ROOT,
  terminal,
  TestHome,
  unix,
} from "../mod.ts";
import { withPrograms } from "./browsers.ts";

const CONFIG = `[profile work]
region = eu-west-1

[profile prod]
role_arn = arn:aws:iam::111111111111:role/admin
source_profile = work

[profile admin]
role_arn = arn:aws:iam::111111111111:role/admin
source_profile = work

[profile printed]
credential_process = print-keys
`;

/** A home with AWS's files, but without assume-role.yaml. */
function homeWithoutConfig(aws?: FakeAws): TestHome {
  const home = new TestHome(aws);
  Deno.removeSync(join(home.project, "assume-role.yaml"));
  return home;
}

/** Writes AWS's files as `aws configure` does. */
function configure(home: TestHome): void {
  home.writeHome(".aws/credentials", keysOf(ALICE));
  home.writeHome(
    ".aws/config",
    "[default]\nregion = eu-west-1\noutput = json\n",
  );
}

/** Returns the settings of a file, without comments. */
function settingsOf(home: TestHome): string[] {
  const path = join(home.project, "assume-role.yaml");
  return Deno.readTextFileSync(path).match(/^ *\w+:.*$/gm) ?? [];
}

/** The command of the README that comes after `assume-role --init`. */
const NEXT_COMMAND = /assume-role --init[^]*?```sh\n *(.*)\n/
  .exec(Deno.readTextFileSync(join(ROOT, "README.md")))![1]!;

e2e(
  "after 'aws configure', --init writes the account that STS returns, and the README's next command works",
  { ...unix, home: homeWithoutConfig },
  async ({ aws, home, run }) => {
    configure(home);
    const result = await run("--init");
    const path = join(home.project, "assume-role.yaml");
    assertEquals([result.status, result.stderr], [
      0,
      `assume-role: wrote ${path}
assume-role: next, for a role named admin: assume-role -r admin -- aws sts get-caller-identity
assume-role: with this policy, the MFA devices of IAM users are found automatically:
`,
    ]);
    assertEquals(JSON.parse(result.stdout).Statement[0], {
      Effect: "Allow",
      Action: "iam:ListMFADevices",
      Resource: [
        `${ARN}:user/\${aws:username}`,
        `${ARN}:user/*/\${aws:username}`,
      ],
    });
    assertEquals(aws.actions(), ["GetCallerIdentity"]);
    assertEquals(settingsOf(home), [
      `role_prefix: ${PREFIX}`,
      "region: eu-west-1",
    ]);
    assertMatch(NEXT_COMMAND, /^assume-role --role admin -- aws /);
    const env = withPrograms(home, {
      "assume-role": `exec ${quote(program())} "$@"`,
      "aws": 'echo "$@ as $ASSUME_ROLE_ARN"',
    });
    const next = await home.exec(["sh", "-c", NEXT_COMMAND], { env });
    assertEquals([next.status, next.stdout], [
      0,
      `sts get-caller-identity as ${ADMIN_ARN}\n`,
    ]);
  },
);

e2e(
  "--init writes a configuration in which the names of AWS profiles work",
  { home: homeWithoutConfig },
  async ({ aws, home, run }) => {
    home.writeHome(".aws/credentials", keysOf(ALICE, "work"));
    home.writeHome(".aws/config", CONFIG);
    const result = await run("--init");
    assertEquals(result.status, 0, result.stderr);
    assertEquals(aws.actions(), ["GetCallerIdentity"]);
    assertEquals(settingsOf(home), [
      `role_prefix: ${PREFIX}`,
      "profile: work",
      "region: eu-west-1",
      "roles:",
      "  prod:",
      `    role_arn: ${ADMIN_ARN}`,
    ]);
    for (const role of ["prod", "admin", "team-a/long"]) {
      const { status, stdout, stderr } = await run(`-r ${role}`);
      assertEquals([status, stderr], [0, ""]);
      assertMatch(stdout, /^AWS_ACCESS_KEY_ID=ASIA/);
    }
    const text = Deno.readTextFileSync(join(home.project, "assume-role.yaml"));
    const commands = Array.from(
      text.matchAll(/^# {3}assume-role (.*) -- COMMAND$/gm),
      ([, options]) => options!,
    );
    assertEquals(commands, ["--role admin", "--profile printed"]);
    for (const options of commands) {
      assertEquals((await run(`${options} --explain`)).status, 0);
    }
  },
);

e2e(
  "--init leaves role_prefix out if the base credentials are a sign-in, and needs no policy",
  { home: homeWithoutConfig },
  async ({ aws, home, run }) => {
    home.writeHome(".aws/credentials", "");
    home.writeHome(
      ".aws/config",
      `[profile dev]
sso_account_id = 111111111111
sso_role_name = Dev
sso_region = us-east-1
sso_start_url = https://example.awsapps.com/start
region = eu-west-1
`,
    );
    const result = await run("--init");
    assertMatch(
      result.stderr,
      /next: assume-role --role dev -- aws sts get-caller-identity\n/,
    );
    assertEquals(aws.actions(), []); // AWS's files name the account
    assertEquals(settingsOf(home), ["profile: dev", "region: eu-west-1"]);
    assertMatch((await run("--explain -r dev")).stdout, /IAM Identity Center/);
  },
);

e2e(
  "--init asks no question with --no-input, and writes the file without the account",
  { ...terminal, home: homeWithoutConfig },
  async ({ aws, home }) => {
    home.writeHome(".aws/credentials", "");
    home.writeHome(
      ".aws/config",
      "[default]\ncredential_process = sh -c 'read code || { echo nobody answers >&2; exit 1; }'\n",
    );
    const { status, stdout } = await home.runOnTerminal(
      "--init --no-input",
      [],
    );
    assertEquals(status, 0, stdout);
    assertMatch(
      stdout,
      /: your account is not known, so fill in role_prefix: .*: nobody answers\r\n/,
    );
    assertEquals([aws.actions(), settingsOf(home)], [[], []]);
  },
);

e2e(
  "--init writes a file that passes the check of trust with every umask, and keeps the user's own keys",
  { ...unix, home: homeWithoutConfig },
  async ({ home, run }) => {
    home.writeHome(".aws/assume-role.yaml", `role_prefix: ${PREFIX}team-a/\n`);
    const result = await home.sh('umask 0; exec "$@"', [
      ...program(),
      "--init",
    ]);
    assertEquals(result.status, 0, result.stderr);
    assertEquals(settingsOf(home), []);
    const { status, stderr } = await run("-r long true");
    assertEquals([status, stderr], [0, ""]);
  },
);

e2e("--init overwrites no file, and follows no symlink", {
  home: homeWithoutConfig,
}, async ({ aws, home, run }) => {
  const path = home.write("assume-role.yaml", "region: eu-west-1\n");
  const denied = {
    error: `Cannot write ${path}: the file already exists`,
    hint: "edit the file, or move the file away to get a new one",
  };
  assertFails(await run("--init"), denied);
  assertEquals(Deno.readTextFileSync(path), "region: eu-west-1\n");
  assertEquals(aws.calls.length, 0);
  if (Deno.build.os === "windows") return;
  Deno.removeSync(path);
  Deno.symlinkSync(join(home.path, "elsewhere"), path);
  assertFails(await run("--init"), denied);
  assertEquals([...Deno.readDirSync(home.path)].map(({ name }) => name), [
    ".aws",
  ]);
});

e2e("--init writes placeholders for values that it cannot find out", {
  offline: true,
  home: () => homeWithoutConfig(),
}, async ({ home, run }) => {
  const result = await run("--init");
  assertMatch(result.stdout, /iam::<account-ID>:user/);
  const path = join(home.project, "assume-role.yaml");
  assertMatch(
    result.stderr,
    /found automatically \(replace <account-ID>\):\n$/,
  );
  assertMatch(
    result.stderr,
    /^assume-role: wrote .*\nassume-role: your account is not known, so fill in role_prefix: Cannot identify the base credentials: cannot reach /,
  );
  assertMatch(
    Deno.readTextFileSync(path),
    /^# Fill in the ID of your account, and remove the '#':\n# role_prefix: /m,
  );
  const quiet = await run("-q --init", { cwd: home.path });
  assertEquals([quiet.status, quiet.stderr], [0, ""]);
});

e2e(
  "--init removes the temporary files of killed runs, but not those of a run that may be writing",
  async ({ home, run }) => {
    Deno.removeSync(join(home.project, "assume-role.yaml"));
    home.write(".assume-role-0123abcd.tmp", "role_pre");
    home.write(".assume-role-4567cdef.tmp", "role_pre");
    const minutesAgo = Date.now() / 1000 - 120;
    const old = join(home.project, ".assume-role-0123abcd.tmp");
    Deno.utimeSync(old, minutesAgo, minutesAgo);
    assertEquals((await run("--init")).status, 0);
    const names = [...Deno.readDirSync(home.project)].map(({ name }) => name);
    assertEquals(names.sort(), [
      ".assume-role-4567cdef.tmp",
      "assume-role.yaml",
    ]);
  },
);
