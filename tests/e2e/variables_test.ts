/** Whose credentials a run uses, by AWS's variables. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE, type User, type World } from "../fake_aws/world.ts";
import { keysOf, Sandbox } from "./sandbox.ts";
import { role } from "./worlds.ts";

const BOB: User = {
  name: "bob",
  accountId: "111111111111",
  accessKeyId: "AKIAFAKEBOB000000001",
  secretAccessKey: "fake/secret+of+bob/000000000000000000001",
  devices: [],
};
const ARN = "arn:aws:iam::111111111111";
/** A world whose sessions are named after the user whose keys were used. */
const TWO_USERS: World = {
  users: [ALICE, BOB],
  roles: [role("admin", { trusts: [`${ARN}:user/alice`, `${ARN}:user/bob`] })],
};
const TRUE = ["-r", "admin", "true"];

/** Runs with fresh credentials: the user whose keys were used, or the error. */
async function identity(
  box: Sandbox,
  aws: FakeAws,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<string> {
  const before = aws.calls.length;
  const result = await box.run(["-f", ...args, ...TRUE], { env });
  const [error = ""] = result.stderr.split("\n");
  if (result.status !== 0) {
    assertEquals([result.status, aws.calls.length], [125, before]);
    return error.replace("assume-role: error: ", "");
  }
  assertEquals(result.stderr, "");
  const call = aws.calls.findLast(({ action }) => action === "AssumeRole");
  return call?.params.RoleSessionName ?? "";
}

/** A sandbox with alice as `default` and bob as `bob`. */
function boxOfTwo(aws: FakeAws): Sandbox {
  const box = new Sandbox(aws);
  box.writeHome(".aws/credentials", keysOf(ALICE) + keysOf(BOB, "bob"));
  return box;
}

// aws/aws-sdk-ruby#2034: the AWS CLI reads AWS_DEFAULT_PROFILE, many tools do not.
Deno.test("AWS_DEFAULT_PROFILE names the profile as AWS_PROFILE does", async () => {
  await using aws = new FakeAws(TWO_USERS);
  await using box = boxOfTwo(aws);
  const cases: readonly (readonly [Record<string, string>, string])[] = [
    [{}, "alice"],
    [{ AWS_PROFILE: "bob" }, "bob"],
    [{ AWS_DEFAULT_PROFILE: "bob" }, "bob"],
    [{ AWS_PROFILE: "bob", AWS_DEFAULT_PROFILE: "bob" }, "bob"],
    [{ AWS_PROFILE: "bob", AWS_DEFAULT_PROFILE: "" }, "bob"],
    [
      { AWS_PROFILE: "default", AWS_DEFAULT_PROFILE: "bob" },
      "Cannot tell which AWS profile to use: AWS_PROFILE is 'default', but AWS_DEFAULT_PROFILE is 'bob'",
    ],
    [{ AWS_PROFILE: "" }, "Cannot use AWS_PROFILE: the value is empty"],
    [
      { AWS_PROFILE: "", AWS_DEFAULT_PROFILE: "bob" },
      "Cannot use AWS_PROFILE: the value is empty",
    ],
    [
      { AWS_DEFAULT_PROFILE: "" },
      "Cannot use AWS_DEFAULT_PROFILE: the value is empty",
    ],
    [{ AWS_DEFAULT_PROFILE: "bobby" }, "Cannot find the AWS profile 'bobby'"],
  ];
  for (const [env, expected] of cases) {
    assertEquals(await identity(box, aws, env), expected, JSON.stringify(env));
  }
  // A setting of ours comes first, whatever AWS's variables say.
  const env = { AWS_PROFILE: "", AWS_DEFAULT_PROFILE: "default" };
  assertEquals(await identity(box, aws, env, ["--profile", "bob"]), "bob");
});

Deno.test("AWS_DEFAULT_PROFILE counts for each command of our own", async () => {
  await using aws = new FakeAws(TWO_USERS);
  await using box = boxOfTwo(aws);
  box.writeHome(".aws/config", "[profile bob]\nregion = eu-north-1\n");
  const env = { AWS_DEFAULT_PROFILE: "bob" };
  const whoami = await box.run(["--whoami"], { env });
  assertStringIncludes(whoami.stdout, "user/bob");
  const doctor = await box.run(["--doctor"], { env });
  assertStringIncludes(
    doctor.stdout,
    "base identity: arn:aws:iam::111111111111:user/bob",
  );
  const explain = await box.run(["--explain", "-r", "admin"], { env });
  assertMatch(explain.stdout, /profile +bob .*AWS_DEFAULT_PROFILE/);
  assertMatch(explain.stdout, /region +eu-north-1 /);
  Deno.removeSync(join(box.project, "assume-role.yaml"));
  await box.run(["--init"], { env });
  const written = Deno.readTextFileSync(join(box.project, "assume-role.yaml"));
  assertStringIncludes(written, "\nprofile: bob\n");
});

// hashicorp/aws-sdk-go-base#117: the name that the AWS CLI still reads, and reads first.
Deno.test("AWS_SECURITY_TOKEN and aws_security_token are session tokens and come first", async () => {
  const token = "carols-session-token";
  const carol: User = { ...BOB, name: "carol", sessionToken: token };
  await using aws = new FakeAws({
    users: [ALICE, carol],
    roles: [
      role("admin", { trusts: [`${ARN}:user/alice`, `${ARN}:user/carol`] }),
    ],
  });
  await using box = new Sandbox(aws);
  const keys = {
    AWS_ACCESS_KEY_ID: carol.accessKeyId,
    AWS_SECRET_ACCESS_KEY: carol.secretAccessKey,
  };
  for (
    const tokens of [
      { AWS_SECURITY_TOKEN: token },
      { AWS_SECURITY_TOKEN: token, AWS_SESSION_TOKEN: "another" },
      { AWS_SECURITY_TOKEN: "", AWS_SESSION_TOKEN: token },
    ]
  ) {
    const env = { ...keys, ...tokens };
    assertEquals(await identity(box, aws, env), "carol", JSON.stringify(env));
  }
  const { sessionToken: _, ...withoutToken } = carol;
  for (
    const lines of [
      `aws_security_token = ${token}\n`,
      `aws_session_token = another\naws_security_token = ${token}\n`,
    ]
  ) {
    box.writeHome(
      ".aws/credentials",
      keysOf(ALICE) + keysOf(withoutToken, "carol") + lines,
    );
    const env = { AWS_PROFILE: "carol" };
    assertEquals(await identity(box, aws, env), "carol", lines);
  }
});
