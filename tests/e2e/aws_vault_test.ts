/**
 * The keys that aws-vault adds to `~/.aws/config` ("Config", aws-vault's USAGE.md), so
 * that the file of an aws-vault user works unchanged.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  ALICE,
  ALICE_ARN,
  argv,
  assertFails,
  BOB,
  e2e,
  type FakeAws,
  keysOf,
  OK,
  PREFIX,
  role,
  SERIAL,
  type TestHome,
  unix,
  WORLD,
  type World,
} from "../mod.ts";

const SUBJECT = "the-pod";
const VAULT: World = {
  ...WORLD,
  users: [ALICE, BOB],
  roles: [
    role("developers", { requiresMfa: true }),
    role("administrators", {
      requiresMfa: true,
      trusts: [ALICE_ARN],
    }),
    role("tagged"),
    role("next", { trusts: [`${PREFIX}tagged`] }),
    role("oidc", { trusts: [], trustsTokens: [SUBJECT] }),
  ],
};
const MIXIN = `[profile common]
region = eu-west-1
mfa_serial = ${SERIAL}
source_profile = root
duration_seconds = 900
[profile root]
include_profile = common
[profile order-dev]
include_profile = common
role_arn = ${PREFIX}developers
[profile order-staging-admin]
include_profile = common
role_arn = ${PREFIX}administrators
`;
const PARENT = `[profile root]
region = eu-west-1
mfa_serial = ${SERIAL}
source_profile = root
duration_seconds = 900
[profile order-dev]
include_profile = root
role_arn = ${PREFIX}developers
[profile order-staging-admin]
include_profile = root
role_arn = ${PREFIX}administrators
`;

/** Writes AWS's two files, with alice's keys in the profile `root`. */
function writeFiles(home: TestHome, config: string): string {
  home.writeHome(".aws/credentials", keysOf(ALICE, "root"));
  home.writeHome(".aws/config", config);
  home.write("assume-role.yaml", "");
  return join(home.path, ".aws/config");
}

/** The parameters of the last call that assumed a role. */
function lastParams(aws: FakeAws): Readonly<Record<string, string>> {
  return aws.calls.filter(({ action }) => action.startsWith("AssumeRole"))
    .at(-1)!.params;
}

for (const [style, config] of Object.entries({ MIXIN, PARENT })) {
  e2e(
    `include_profile fills in source_profile, mfa_serial, region and duration_seconds: ${style}`,
    { world: VAULT },
    async ({ aws, home, run }) => {
      writeFiles(home, config);
      const code = await aws.code(ALICE);
      const args = `--mfa-token ${code} -r order-dev printenv AWS_REGION`;
      assertEquals(await run(args), { ...OK, stdout: "eu-west-1\n" });
      const { SerialNumber, DurationSeconds } = lastParams(aws);
      assertEquals([SerialNumber, DurationSeconds], [SERIAL, "900"]);
      assertEquals(aws.actions(), ["GetCallerIdentity", "AssumeRole"]);
      // The session of another profile is another session.
      assertFails(await run("--no-input --profile order-staging-admin true"), {
        error:
          `An MFA code for ${SERIAL} is needed, and '--no-input' forbids asking`,
      });
      assertEquals(await run(args), { ...OK, stdout: "eu-west-1\n" });
      assertEquals(aws.count("AssumeRole"), 1);
      // A change of the included profile makes another plan.
      home.writeHome(".aws/config", config.replace("eu-west-1", "eu-west-3"));
      assertEquals(await run(args), { ...OK, stdout: "eu-west-3\n" });
      const { stdout } = await run("--explain -r order-dev");
      const owner = style === "MIXIN" ? "common" : "root";
      assertMatch(
        stdout,
        new RegExp(`mfa_serial +\\S+ +mfa_serial of the profile '${owner}'\n`),
      );
      assertMatch(
        stdout,
        new RegExp(
          `duration +15m +duration_seconds of the profile '${owner}'\n`,
        ),
      );
      assertMatch(
        stdout,
        /base credentials:\n {2}keys of the profile 'root'\n/,
      );
    },
  );
}

e2e(
  "at the end of include_profile, the profile 'default' fills in the rest",
  { world: VAULT },
  async ({ aws, home, run }) => {
    writeFiles(
      home,
      `[default]\nregion = us-west-1\nexternal_id = of-default\nsource_identity = of-default\n` +
        `[profile parent]\nduration_seconds = 900\n` +
        `[profile x]\ninclude_profile = parent\nsource_profile = root\nrole_arn = ${PREFIX}tagged\n` +
        `[profile y]\nsource_profile = root\nrole_arn = ${PREFIX}tagged\n`,
    );
    assertEquals(await run("-r x printenv AWS_REGION"), {
      ...OK,
      stdout: "us-west-1\n",
    });
    const { DurationSeconds, ExternalId } = lastParams(aws);
    assertEquals([DurationSeconds, ExternalId], ["900", "of-default"]);
    // Without include_profile, only keys that the AWS CLI does not know come from 'default'.
    assertEquals((await run("-r y printenv AWS_REGION")).status, 1);
    assertEquals(lastParams(aws).ExternalId, undefined);
    assertEquals(lastParams(aws).SourceIdentity, "of-default");
    const { stdout } = await run("--explain -r y");
    assertMatch(stdout, /source_identity of the profile 'default'\n/);
  },
);

e2e(
  "include_profile never replaces credentials that the AWS CLI finds in the profile",
  { world: VAULT },
  async ({ home, run }) => {
    const config = writeFiles(
      home,
      `[profile other]\nrole_arn = ${PREFIX}tagged\nsource_profile = root\ncredential_process = false\n` +
        `[profile keys]\ninclude_profile = other\n` +
        `[profile tool]\ninclude_profile = other\ncredential_process = cat @HOME/bob.json\n` +
        `[profile half]\ninclude_profile = other\naws_secret_access_key = s\n`,
    );
    const json = home.writeHome(
      "bob.json",
      JSON.stringify({
        Version: 1,
        AccessKeyId: BOB.accessKeyId,
        SecretAccessKey: BOB.secretAccessKey,
      }),
    );
    const text = Deno.readTextFileSync(config);
    home.writeHome(".aws/config", text.replace("@HOME/bob.json", json));
    home.writeHome(
      ".aws/credentials",
      keysOf(ALICE, "root") + keysOf(BOB, "keys"),
    );
    for (const name of ["keys", "tool"]) {
      const { stdout } = await run(`--profile ${name} --whoami`);
      assertMatch(stdout, /user\/bob/, name);
    }
    assertFails(await run("--profile half --whoami"), {
      error: /has aws_secret_access_key, but no aws_access_key_id$/,
    });
  },
);

e2e(
  "include_profile completes a profile of IAM Identity Center",
  {
    world: {
      ...VAULT,
      portal: {
        userName: "alice@example.com",
        token: "the-portal-token",
        assignments: [{ accountId: "111111111111", roleName: "Reader" }],
      },
    },
  },
  async ({ home, run }) => {
    const start = "https://example.awsapps.com/start";
    writeFiles(
      home,
      `[profile sso]\nsso_start_url = ${start}\nsso_region = us-east-1\n` +
        `[profile reader]\ninclude_profile = sso\nsso_account_id = 111111111111\nsso_role_name = Reader\n`,
    );
    await home.signIn(start, "the-portal-token", Date.now() + 3_600_000);
    const result = await run("--profile reader printenv ASSUME_ROLE_ARN");
    assertEquals([result.status, result.stderr], [0, ""]);
    assertMatch(result.stdout, /AWSReservedSSO_Reader_/);
  },
);

e2e("a loop of include_profile is an error of the profiles in it", {
  world: VAULT,
}, async ({ aws, home, run }) => {
  writeFiles(
    home,
    `[profile a]\ninclude_profile = b\nrole_arn = ${PREFIX}tagged\n` +
      `[profile b]\ninclude_profile = a\n[profile missing]\ninclude_profile = none\nrole_arn = ${PREFIX}tagged\nsource_profile = root\n`,
  );
  assertFails(await run("-r a true"), {
    error:
      "Cannot use the AWS profile 'a': include_profile forms a loop: a -> b -> a",
    hint: null,
  });
  assertEquals(aws.calls, []);
  // As in aws-vault, a profile that does not exist includes nothing.
  assertEquals(await run("-r missing true"), OK);
});

e2e(
  "mfa_process supplies the code; options come before it, and assume-role.yaml after it",
  { ...unix, world: VAULT },
  async ({ aws, home, run }) => {
    const log = join(home.project, "log");
    const program = async (name: string, step: number) =>
      `echo ${name} >>${log}; echo ${await aws.code(ALICE, SERIAL, step)}`;
    writeFiles(
      home,
      `[profile root]\nmfa_serial = ${SERIAL}\nmfa_process = ${await program(
        "root",
        0,
      )}\n` +
        `[profile dev]\nrole_arn = ${PREFIX}developers\nsource_profile = root\ninclude_profile = root\n` +
        `[profile admin]\nrole_arn = ${PREFIX}administrators\nsource_profile = root\nmfa_serial = ${SERIAL}\nmfa_process = ${await program(
          "admin",
          1,
        )}\n`,
    );
    home.writeHome(".aws/assume-role.yaml", "mfa_command: echo yaml >>log\n");
    const seen = () => Deno.readTextFileSync(log).split("\n").filter(Boolean);
    assertEquals(await run("--no-input -r dev true"), OK);
    assertEquals(seen(), ["root"]);
    // The role is the base here, and still uses its own program.
    const chained = await run(
      `--no-input --profile admin -r ${PREFIX}next true`,
    );
    assertEquals([chained.status, seen()], [125, ["root", "admin"]]);
    assertMatch(chained.stderr, /Cannot assume \S+next: AWS denies access/);
    const other = `${await program("option", -1)}`;
    const option = await run([
      "--no-input",
      "-f",
      "--mfa-command",
      other,
      ..."-r dev true".split(" "),
    ]);
    assertEquals([option, seen().at(-1)], [OK, "option"]);
    const { stdout } = await run("--explain -r dev");
    assertMatch(
      stdout,
      /mfa_command +\S+ +mfa_process of the profile 'root'\n/,
    );
    assert(!stdout.includes("echo"), "a program can have a secret");
  },
);

e2e(
  "programs of ~/.aws/config are refused if another user can write to the file",
  { ...unix, world: VAULT },
  async ({ aws, home, run }) => {
    const config = writeFiles(
      home,
      `[profile dev]\nrole_arn = ${PREFIX}developers\nsource_profile = root\nmfa_serial = ${SERIAL}\nmfa_process = touch pwned\n` +
        `[profile oidc]\nrole_arn = ${PREFIX}oidc\nweb_identity_token_process = touch pwned\n` +
        `[profile plain]\nrole_arn = ${PREFIX}tagged\nsource_profile = root\n`,
    );
    Deno.chmodSync(config, 0o666);
    for (const args of ["-r dev true", "--profile oidc true"]) {
      assertFails(await run(args), {
        error: `Cannot use ${config}: other users can write to the file`,
        hint:
          `check the contents of the file, then run: chmod go-w '${config}'`,
      });
    }
    assertEquals(aws.calls, []);
    // The check is only for programs that would be run.
    assertEquals(await run("-r plain true"), OK);
    const code = await aws.code(ALICE);
    const given = argv`--mfa-command ${`echo ${code}`} -r dev true`;
    assertEquals(await run(given), OK);
    // Keys of aws-vault in ~/.aws/credentials do not count, as in aws-vault.
    Deno.chmodSync(config, 0o600);
    home.writeHome(
      ".aws/credentials",
      `${
        keysOf(ALICE, "root")
      }[plain]\nmfa_process = touch pwned\nsource_identity = of-nobody\n`,
    );
    assertEquals(await run("-f -r plain true"), OK);
    assertEquals(lastParams(aws).SourceIdentity, undefined);
    const files = [...Deno.readDirSync(home.project)].map(({ name }) => name);
    assert(!files.includes("pwned"));
  },
);

e2e(
  "session_tags, transitive_session_tags and source_identity are settings of the profile",
  { world: VAULT },
  async ({ aws, home, run }) => {
    const tags =
      "session_tags = key1=value1, key2 = value2\ntransitive_session_tags = key1, key2,\nsource_identity = alice\n";
    writeFiles(
      home,
      `[profile tagged]\nrole_arn = ${PREFIX}tagged\nsource_profile = root\n${tags}`,
    );
    const sent = () => {
      const { params } = aws.calls.filter(({ params }) =>
        params.RoleArn === `${PREFIX}tagged`
      ).at(-1)!;
      return Object.entries(params).filter(([name]) =>
        /^(?:Tags|TransitiveTagKeys|SourceIdentity)/.test(name)
      ).map(([, value]) => value);
    };
    const all = ["value1", "value2", "key1", "key2", "alice"];
    assertEquals(await run("-r tagged true"), OK);
    assertEquals(
      sent().filter((value) => all.includes(value)).sort(),
      [
        ...all,
        "key1",
        "key2",
      ].sort(),
    );

    // A role that is the base of another role gets the tags, too.
    home.removeCache();
    const base = await run(`--profile tagged -r ${PREFIX}next true`);
    assertEquals(base, OK);
    assertEquals(sent().filter((value) => value === "value1").length, 1);

    // Options and the role's entry come first, top-level keys last.
    home.write(
      "assume-role.yaml",
      "source_identity: of-the-file\ntags: { key1: low, key3: of-the-file }\n",
    );
    const explained = (await run("--explain -r tagged")).stdout;
    assertMatch(
      explained,
      /source_identity +alice +source_identity of the profile 'tagged'\n/,
    );
    assertMatch(explained, /transitive_tags .* of the profile 'tagged'\n/);
    assertEquals(
      await run("--source-identity bob --tag key2=high -r tagged true"),
      OK,
    );
    assert(sent().includes("bob") && sent().includes("high"));
    assert(sent().includes("value1") && sent().includes("of-the-file"));
    assert(!sent().includes("low") && !sent().includes("value2"));
    assertFails(await run("-r tagged --transitive-tag key9 true"), {
      error: /Cannot pass on the tag 'key9'/,
    });
    home.writeHome(
      ".aws/config",
      `[profile tagged]\nrole_arn = ${PREFIX}tagged\nsource_profile = root\nsession_tags = nothing\n`,
    );
    assertFails(await run("-r tagged true"), {
      error:
        "Cannot use session_tags of the AWS profile 'tagged': write a tag like KEY=VALUE",
    });
  },
);

e2e(
  "web_identity_token_process prints the token that assumes the profile's role",
  { ...unix, world: VAULT },
  async ({ aws, home, run }) => {
    const token = home.write("token", await aws.idToken({ sub: SUBJECT }));
    const config = (command: string, more = "") =>
      `[profile oidc]\nrole_arn = ${PREFIX}oidc\nrole_session_name = pod\nduration_seconds = 900\nsession_tags = a=b\nexternal_id = x-1\n${more}web_identity_token_process = ${command}\n`;
    writeFiles(home, config(`cat ${token}; echo $LANG >>${home.project}/log`));
    for (const args of ["-r oidc", "--profile oidc"]) {
      assertEquals(await run(`${args} printenv ASSUME_ROLE_ARN`), {
        ...OK,
        stdout: `${PREFIX}oidc\n`,
      });
    }
    assertEquals(aws.actions(), ["AssumeRoleWithWebIdentity"]);
    const { RoleSessionName, DurationSeconds } = lastParams(aws);
    assertEquals([RoleSessionName, DurationSeconds], ["pod", "900"]);
    assertEquals(
      Deno.readTextFileSync(join(home.project, "log")).split("\n").length,
      2,
    );
    const { stdout } = await run("--explain --profile oidc");
    assertMatch(
      stdout,
      /base credentials:\n {2}web identity token of the profile 'oidc'\n/,
    );

    const start =
      "Cannot get a web identity token: web_identity_token_process of the AWS profile 'oidc'";
    for (
      const [command, reason] of [
        ["echo S3cret; exit 3", "failed with status 3"],
        ["true", "printed no token"],
        ["echo S3cret token", "printed more than a token"],
      ]
    ) {
      home.writeHome(".aws/config", config(command!));
      const failed = await run("-v -f -r oidc true");
      assertEquals(failed.status, 125);
      assert(failed.stderr.includes(`error: ${start} ${reason}\n`));
      assert(!failed.stderr.includes("S3cret"), failed.stderr);
    }
    home.writeHome(
      ".aws/config",
      "[profile oidc]\nweb_identity_token_process = echo S3cret\n",
    );
    assertFails(await run("--profile oidc --whoami"), {
      error:
        "Cannot use the AWS profile 'oidc': the profile has web_identity_token_process, but no role_arn",
    });
    // The AWS CLI uses source_profile, and aws-vault does too.
    home.writeHome(
      ".aws/config",
      `[profile x]\nrole_arn = ${PREFIX}tagged\nsource_profile = root\nweb_identity_token_process = false\n`,
    );
    assertEquals(await run("-r x true"), OK);
    assertEquals(aws.calls.at(-1)?.action, "AssumeRole");
  },
);
