/** One name, one meaning: whatever is done with it. */
import { e2e } from "../mod.ts";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { FakeAws } from "../fake_aws/server.ts";
import type { World } from "../fake_aws/world.ts";
import { TestHome } from "./test_home.ts";
import { role, WORLD } from "./worlds.ts";

const PREFIX = "arn:aws:iam::111111111111:role/";
const OPS = "arn:aws:iam::222222222222:role/ops";
const OTHER = `${PREFIX}prod-ops`;
const ALICE_ARN = "arn:aws:iam::111111111111:user/alice";
const ROLES: World = {
  ...WORLD,
  roles: [
    ...WORLD.roles,
    role("prod-ops"),
    role("end", { trusts: [OPS] }),
    { arn: OPS, trusts: [ALICE_ARN], maxSessionDuration: 43_200 },
  ],
};
const PROFILE =
  `[profile prod-ops]\nrole_arn = ${OPS}\nsource_profile = default\n`;
const AMBIGUOUS = [
  `assume-role: error: Cannot use the ambiguous role name 'prod-ops': the AWS profile 'prod-ops' is for ${OPS}, but role_prefix makes the name ${OTHER}`,
  `assume-role: hint: write '--profile prod-ops' for the profile, or '--role ${OTHER}' for the other role`,
  "",
].join("\n");

/** A sandbox with the profile `prod-ops`, and perhaps `role_prefix`. */
function boxOf(aws: FakeAws, project = "", profile = PROFILE): TestHome {
  const home = new TestHome(aws);
  home.write("assume-role.yaml", project);
  home.writeHome(".aws/config", profile);
  return home;
}

const assumed = (aws: FakeAws) =>
  aws.calls.flatMap(({ params }) => params.RoleArn ?? []);

/** The line of `--list` for a name, without the session's time. */
async function listed(
  home: TestHome,
  name: string,
): Promise<readonly string[]> {
  const { status, stdout } = await home.run("--list");
  assertEquals(status, 0);
  return stdout.split("\n").map((line) => line.split("\t"))
    .find(([first]) => first === name)?.slice(1, 4) ?? [];
}

e2e(
  "a profile's name that role_prefix makes another role means neither, anywhere",
  { world: ROLES, home: (aws) => boxOf(aws, `role_prefix: ${PREFIX}\n`) },
  async ({ aws, home, run }) => {
    const wants: readonly (readonly string[])[] = [
      ["-r", "prod-ops", "true"],
      ["-r", "prod-ops"],
      ["-r", "prod-ops", "--format", "process"],
      ["--whoami", "-r", "prod-ops"],
      ["--console", "-r", "prod-ops"],
      ["--clear-cache", "-r", "prod-ops"],
      ["-r", "prod-ops", "--profile", "default", "true"],
    ];
    for (const args of wants) {
      const { status, stdout, stderr } = await run(args);
      assertEquals([status, stdout, stderr], [125, "", AMBIGUOUS], `${args}`);
    }
    const explained = await run("--explain -r prod-ops");
    assertEquals([explained.status, explained.stderr], [125, AMBIGUOUS]);
    const examined = await run("--doctor -r prod-ops");
    assertEquals(examined.status, 125);
    assertStringIncludes(
      examined.stdout,
      "Cannot use the ambiguous role name 'prod-ops'",
    );
    assertEquals(await listed(home, "prod-ops"), [
      OPS,
      "profile (--profile only)",
      "none",
    ]);
    const names = (await run("--completions roles")).stdout.split("\n");
    assertEquals([names.includes("prod-ops"), names.includes(OPS)], [
      false,
      true,
    ]);
    assertEquals(aws.calls, []);

    // Both ways to write it mean one role.
    for (
      const [args, arn] of [
        [["--profile", "prod-ops"], OPS],
        [["-r", OTHER], OTHER],
      ] as const
    ) {
      const result = await run([...args, "printenv", "ASSUME_ROLE_ARN"]);
      assertEquals([result.stdout, result.stderr], [`${arn}\n`, ""]);
    }
    assertEquals(assumed(aws), [OPS, OTHER]);
    assertEquals((await listed(home, "prod-ops"))[2], "fresh");
  },
);

e2e("a profile's name means the profile's role, everywhere", {
  world: ROLES,
  home: boxOf,
}, async ({ aws, home }) => {
  const run = async (...args: string[]) => {
    const result = await home.run(args);
    assertEquals([result.status, result.stderr], [0, ""], args.join(" "));
    return result.stdout;
  };
  assertStringIncludes(await run("--explain", "-r", "prod-ops"), ` ${OPS}`);
  assertEquals(await listed(home, "prod-ops"), [OPS, "profile", "none"]);
  assertStringIncludes(await run("--completions", "roles"), "prod-ops\n");
  assertEquals(
    await run("-r", "prod-ops", "printenv", "ASSUME_ROLE_ARN"),
    `${OPS}\n`,
  );
  for (const target of [["-r", "prod-ops"], ["--profile", "prod-ops"]]) {
    assertMatch(await run(...target), /^AWS_ACCESS_KEY_ID=ASIA/);
    assertStringIncludes(
      await run("--whoami", ...target),
      "session_arn: arn:aws:sts::222222222222:assumed-role/ops/alice\n",
    );
    assertMatch(await run("--console", ...target), /^http\S+\n$/);
    assertStringIncludes(
      await run("--explain", ...target),
      "none: the session is cached",
    );
    assertEquals(
      await run(...target, "printenv", "ASSUME_ROLE_ARN"),
      `${OPS}\n`,
    );
  }
  // One role, one session.
  assertEquals(assumed(aws), [OPS]);

  // The name also stands for a role that is assumed from this role.
  home.write(
    "assume-role.yaml",
    `roles:\n  end:\n    role_arn: ${PREFIX}end\n    via: prod-ops\n`,
  );
  await run("-r", "end", "true");
  assertEquals(assumed(aws), [OPS, `${PREFIX}end`]);
});

Deno.test("an entry of roles comes before the profile of its name, and ASSUME_ROLE_ROLE is the same", async () => {
  await using aws = new FakeAws(ROLES);
  await using home = boxOf(
    aws,
    `roles:\n  prod-ops:\n    role_arn: ${OTHER}\n`,
  );
  const args = ["printenv", "ASSUME_ROLE_ARN"];
  const env = { ASSUME_ROLE_ROLE: "prod-ops" };
  assertEquals((await home.run(args, { env })).stdout, `${OTHER}\n`);
  home.write("assume-role.yaml", "");
  assertEquals((await home.run(args, { env })).stdout, `${OPS}\n`);
  // A role is given: then the profile names the base credentials.
  const both = await home.run([
    "--profile",
    "prod-ops",
    "-r",
    `${PREFIX}end`,
    ...args,
  ]);
  assertEquals(both.stdout, `${PREFIX}end\n`);
  assertEquals(assumed(aws), [OTHER, OPS, `${PREFIX}end`]);
});

Deno.test("a profile's own keys count as its role's entry would", async () => {
  await using aws = new FakeAws(ROLES);
  await using home = boxOf(
    aws,
    "duration: 4h\nrole_session_name: from-file\nregion: eu-south-1\nexternal_id: from-file\n",
    PROFILE +
      "duration_seconds = 7200\nrole_session_name = from-profile\nregion = eu-west-1\n",
  );
  const seen = async (args: readonly string[], env = {}) => {
    const found: unknown[] = [];
    for (const target of [["--profile", "prod-ops"], ["-r", "prod-ops"]]) {
      const all = ["-f", ...target, ...args, "printenv", "AWS_REGION"];
      const { stdout } = await home.run(all, { env });
      const { params } = aws.calls.at(-1)!;
      found.push([
        params.DurationSeconds,
        params.RoleSessionName,
        params.ExternalId,
        stdout.trim(),
      ]);
    }
    assertEquals(found[0], found[1]);
    return found[0];
  };
  assertEquals(await seen([]), [
    "7200",
    "from-profile",
    "from-file",
    "eu-west-1",
  ]);
  // AWS's own variable wins over the profile's region, as in the AWS CLI.
  assertEquals(await seen([], { AWS_REGION: "eu-north-1" }), [
    "7200",
    "from-profile",
    "from-file",
    "eu-north-1",
  ]);
  assertEquals(
    await seen(["--duration", "1h", "--region", "us-west-2"], {
      ASSUME_ROLE_ROLE_SESSION_NAME: "from-variable",
      AWS_REGION: "eu-north-1",
    }),
    ["3600", "from-variable", "from-file", "us-west-2"],
  );
  assertStringIncludes(
    (await home.run("--explain --profile prod-ops")).stdout
      .replace(/ +/g, " "),
    "duration 2h duration_seconds of the profile 'prod-ops'\n",
  );
});

Deno.test("--profile beside a profile's name supplies the base credentials", async () => {
  await using aws = new FakeAws(ROLES);
  await using home = boxOf(
    aws,
    "profile: nobody\n",
    `[profile prod-ops]\nrole_arn = ${OPS}\nsource_profile = gone\n`,
  );
  const missing = await home.run("-r prod-ops true");
  assertStringIncludes(
    missing.stderr,
    "Cannot find the AWS profile 'gone', the source_profile of 'prod-ops'\n",
  );
  assertEquals(
    (await home.run("-r prod-ops --profile default true")).status,
    0,
  );
});

e2e("a profile with a role and no source names what is missing", {
  world: ROLES,
  home: (aws) => boxOf(aws, "", `[profile prod-ops]\nrole_arn = ${OPS}\n`),
}, async ({ aws, run }) => {
  for (const target of [["--profile", "prod-ops"], ["-r", "prod-ops"]]) {
    const { status, stderr } = await run([...target, "true"]);
    assertEquals([status, stderr], [
      125,
      "assume-role: error: Cannot use the AWS profile 'prod-ops': the profile has role_arn, but no source_profile, credential_source or web_identity_token_file\n" +
      "assume-role: hint: add 'source_profile = <base profile>' to the profile\n",
    ]);
  }
  assertEquals(aws.calls, []);
});

e2e("--clear-cache forgets the sessions of a name's role", {
  world: ROLES,
  home: boxOf,
}, async ({ home, run }) => {
  for (const target of [["-r", "prod-ops"], ["--profile", "prod-ops"]]) {
    await run("-r prod-ops true");
    await run(["-r", OTHER, "true"]);
    const { stdout } = await run(["--clear-cache", ...target]);
    assertEquals(
      stdout,
      `Sessions removed of ${OPS}: 1\nProfiles removed of ${OPS}: 222222222222-ops\n`,
    );
  }
  // All of it goes even if AWS's files cannot be read.
  Deno.removeSync(join(home.path, ".aws/config"));
  Deno.mkdirSync(join(home.path, ".aws/config"));
  const { status, stdout } = await run("--clear-cache");
  assertEquals([status, stdout.split("\n")[0]], [0, "Sessions removed: 1"]);
});

Deno.test("saving a session never changes a profile of the user that has the same name", async () => {
  await using aws = new FakeAws(ROLES);
  const own = PROFILE.replace("prod-ops", "222222222222-ops");
  await using home = boxOf(aws, "", own);
  const before = home.readHome(".aws/credentials");
  const { status, stderr } = await home.run("--profile 222222222222-ops true");
  assertEquals([status, stderr], [
    0,
    `assume-role: warning: Cannot save the profile '222222222222-ops' in ${
      join(home.path, ".aws/credentials")
    }: a profile of that name exists that assume-role did not write\n`,
  ]);
  assertEquals(home.readHome(".aws/credentials"), before);
  assertEquals(home.readHome(".aws/config"), own);
});
