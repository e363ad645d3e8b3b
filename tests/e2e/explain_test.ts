/** `--explain`: settings and planned calls of a run, without any call. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ALICE, e2e, PREFIX, role, WORLD } from "../mod.ts";

const JUMP_SESSION_ARN = "arn:aws:sts::111111111111:assumed-role/jump/alice";

/** Returns the lines below a title in the output, with one space between columns. */
function part(stdout: string, title: string): readonly string[] {
  const [, rest = ""] = stdout.split(`${title}:\n`);
  return rest.split(/\n(?! )/)[0]!.trimEnd().split("\n")
    .map((line) => line.trim().replace(/ {2,}/g, " "));
}

e2e(
  "--explain shows settings, calls and cache entries of each hop, and makes no request",
  {
    world: {
      ...WORLD,
      roles: [role("jump"), role("end", { trusts: [JUMP_SESSION_ARN] })],
    },
  },
  async ({ aws, home, run }) => {
    const path = home.write(
      "assume-role.yaml",
      `role_prefix: ${PREFIX}\nroles:\n  end:\n    via: jump\n`,
    );
    const host = new URL(aws.url).host;
    const args = "--explain -r end --mfa-token 123456";
    const env = { AWS_REGION: "eu-west-1", ASSUME_ROLE_DURATION: "30m" };
    const cold = await run(args, { env });
    assertEquals([cold.status, cold.stderr, aws.calls], [0, "", []]);
    const settings = part(cold.stdout, "settings");
    for (
      const line of [
        "role end option --role",
        "duration 30m variable ASSUME_ROLE_DURATION",
        "region eu-west-1 variable AWS_REGION",
        "mfa_token given option --mfa-token",
        `via jump ${path}:4:5`,
      ]
    ) assertEquals(settings.includes(line), true, line);
    assertEquals(part(cold.stdout, "base credentials"), [
      "keys of the profile 'default'",
    ]);
    assertEquals(part(cold.stdout, "calls"), [
      `GetCallerIdentity ${host} eu-west-1 -`,
      `AssumeRole ${host} eu-west-1 ${PREFIX}jump, with an MFA code if the role needs one`,
      `AssumeRole ${host} eu-west-1 ${PREFIX}end`,
    ]);
    assertEquals(
      part(cold.stdout, "cache").map((line) => line.split(" ").slice(0, 2)),
      [[`${PREFIX}jump`, "none"], [`${PREFIX}end`, "none"]],
    );

    assertEquals((await run("-r jump true", { env })).status, 0);
    const calls = aws.calls.length;
    const half = await run(`--explain -r end --config ${path}`, {
      env: { ...env, ASSUME_ROLE_DURATION: "" },
    });
    assertEquals(aws.calls.length, calls);
    assertEquals(part(half.stdout, "calls").length, 2);
    for (const { stdout } of [cold, half]) {
      assertEquals(stdout.includes(ALICE.secretAccessKey), false);
      assertEquals(stdout.includes("123456"), false);
    }
  },
);

e2e(
  "--explain shows no call for a cached session",
  async ({ run }) => {
    await run("-r admin true");
    const { stdout } = await run("--explain -v -r admin");
    assertEquals(part(stdout, "calls"), ["none: the session is cached"]);
    assertMatch(
      part(stdout, "cache")[0]!,
      /^\S+:role\/admin fresh, valid for [\dhms]+ \S+[0-9a-f]{64}\.json$/,
    );
    const forced = await run("--explain -f -r admin");
    assertStringIncludes(part(forced.stdout, "calls")[0]!, "AssumeRole");
  },
);

e2e(
  "--explain needs no role, and shows settings even if an error prevents a plan",
  {
    offline: true,
  },
  async ({ run }) => {
    const without = await run("--explain");
    assertEquals([without.status, without.stderr], [0, ""]);
    assertMatch(
      without.stdout,
      /^No role given: a run would start from keys of the profile 'default'\.\n/,
    );
    const wrong = await run("--explain -r a --profile no");
    assertEquals(wrong.status, 125);
    assertEquals(
      part(wrong.stdout, "settings").includes("profile no option --profile"),
      true,
    );
    assertMatch(
      wrong.stderr,
      /^assume-role: error: Cannot find the AWS profile 'no'\n/,
    );
  },
);

e2e(
  "--explain says whether the sign-in to IAM Identity Center is missing, expired or good",
  async ({ aws, home, run }) => {
    home.writeHome(
      ".aws/config",
      `[profile dev]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = Dev
[profile admin]
role_arn = ${PREFIX}admin
source_profile = dev
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://example.awsapps.com/start
`,
    );
    const explain = async (args: string) => {
      const { stdout, status, stderr } = await run(args);
      assertEquals([status, stderr], [0, ""]);
      return [stdout.split("\n")[0]!, part(stdout, "base credentials")[1]];
    };
    const end = (reason: string) =>
      `, after you sign in to IAM Identity Center (${reason}).`;
    const remedy =
      "a run on a terminal signs in, as 'aws sso login --profile dev' does";
    for (const args of ["--explain --profile dev", "--explain -r admin"]) {
      const [verdict, line] = await explain(args);
      assertStringIncludes(verdict!, end("not signed in"));
      assertEquals(line, `sign-in to IAM Identity Center: none; ${remedy}`);
    }
    await home.signIn("corp", "the token", Date.now() - 2 * 3600_000);
    const [expired, line] = await explain("--explain -r admin");
    assertStringIncludes(expired!, end("the sign-in has expired"));
    assertMatch(
      line!,
      /^sign-in to IAM Identity Center: expired (?:1h59m|2h) ago; a run on a terminal signs in/,
    );
    const json = JSON.parse((await run("--explain -r admin --json")).stdout);
    assertEquals(
      [json.sign_in.state, json.sign_in.profile],
      ["expired", "dev"],
    );
    await home.signIn("corp", "the token", Date.now() + 2 * 3600_000);
    const [good, left] = await explain("--explain -r admin");
    assertEquals(good!.includes("sign in"), false);
    assertMatch(left!, /^sign-in to IAM Identity Center: valid for 1h59m$/);
    assertEquals(aws.actions(), []);
  },
);
