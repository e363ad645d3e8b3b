import { e2e } from "../mod.ts";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { FakeAws } from "../fake_aws/server.ts";
import { ALICE, type User } from "../fake_aws/world.ts";
import { program, type TestHome } from "./test_home.ts";
import { role, WORLD } from "./worlds.ts";

const BOB: User = {
  ...ALICE,
  name: "bob",
  accessKeyId: "AKIAFAKEBOB000000001",
};
const ROLES = [
  role("admin", {
    trusts: [
      "arn:aws:iam::111111111111:user/alice",
      "arn:aws:iam::111111111111:user/bob",
      "arn:aws:iam::111111111111:role/middle",
    ],
  }),
  role("middle"),
];
const BOTH = { ...WORLD, users: [ALICE, BOB], roles: ROLES };

const keysOfEnv = (user: User) => ({
  AWS_ACCESS_KEY_ID: user.accessKeyId,
  AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
});

/** A `credential_process` that gives a user's keys. */
function processOf(home: TestHome, user: User): string {
  const answer = JSON.stringify({
    Version: 1,
    AccessKeyId: user.accessKeyId,
    SecretAccessKey: user.secretAccessKey,
  });
  return `cat ${home.writeHome(`${user.name}.json`, answer)}`;
}

/** The user that assumed the role last: the session is named after the caller. */
const caller = (aws: FakeAws) => aws.calls.at(-1)?.params.RoleSessionName;

e2e(
  "a named profile is the only source, 'default' too",
  { world: BOTH },
  async ({ aws, home, run }) => {
    Deno.removeSync(`${home.path}/.aws/credentials`);
    home.writeHome(
      ".aws/config",
      `[default]\ncredential_process = ${processOf(home, ALICE)}\n`,
    );
    const env = keysOfEnv(BOB);
    assertEquals(
      (await run("--profile default -r admin true", { env }))
        .status,
      0,
    );
    assertEquals(caller(aws), "alice");
    assertEquals((await run("-r admin true", { env })).status, 0);
    assertEquals(caller(aws), "bob");
  },
);

e2e(
  "a named profile that fails is an error with its reason, whatever else there is",
  { world: BOTH },
  async ({ aws, home, run }) => {
    home.writeHome(
      ".aws/config",
      "[profile fails]\ncredential_process = false\n[profile empty]\nregion = eu-west-1\n",
    );
    const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/creds` };
    for (
      const [profile, reason] of [
        ["fails", /Command failed/],
        ["empty", /Could not resolve credentials using profile: \[empty\]/],
      ] as const
    ) {
      const { status, stderr } = await run([
        "--profile",
        profile,
        "-r",
        "admin",
        "true",
      ], { env });
      assertEquals(status, 125);
      assertStringIncludes(
        stderr,
        `error: Cannot find base credentials from the profile '${profile}': `,
      );
      assertMatch(stderr, reason);
    }
    assertEquals(aws.calls, []);
  },
);

e2e("source_profile: the role between is assumed and kept like any other", {
  world: BOTH,
}, async ({ aws, home, run }) => {
  home.writeHome(
    ".aws/config",
    "[profile middle]\nrole_arn = arn:aws:iam::111111111111:role/middle\nsource_profile = default\nrole_session_name = between\n",
  );
  aws.fail("AssumeRole", { kind: "cut" }, 1);
  const result = await run(
    "--profile middle -r admin printenv ASSUME_ROLE_ARN",
  );
  assertEquals(result.stderr, "");
  assertEquals(result.stdout, "arn:aws:iam::111111111111:role/admin\n");
  assertEquals(caller(aws), "between");
  // Another role from the same one in between, which is still good.
  assertEquals(aws.count("AssumeRole"), 2);
  await run("--profile middle -f -r admin true");
  assertEquals(aws.count("AssumeRole"), 3);
});

e2e("another caller behind the same profile is not taken for the first", {
  world: BOTH,
}, async ({ aws, home, run }) => {
  const identity = home.writeHome("identity", "");
  const become = (user: User) =>
    Deno.copyFileSync(processOf(home, user).slice("cat ".length), identity);
  home.writeHome(
    ".aws/config",
    `[profile p]\ncredential_process = cat ${identity}\n`,
  );
  become(ALICE);
  await run("--profile p -r admin true");
  become(BOB);
  assertEquals(
    (await run("-f --profile p -r admin true")).status,
    0,
  );
  assertEquals(caller(aws), "bob");
});

e2e("the file of shared credentials may be no file", {
  ignore: Deno.build.os === "windows",
  world: BOTH,
}, async ({ run }) => {
  const env = { ...keysOfEnv(ALICE), AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };
  const result = await run("-r admin echo ran", { env });
  assertEquals(result, {
    status: 0,
    signal: null,
    stdout: "ran\n",
    stderr: "",
  });
  assertEquals(Deno.statSync("/dev/null").isCharDevice, true);
});

e2e("messages that cannot be written do not stop the command", {
  ignore: Deno.build.os !== "linux",
  world: BOTH,
}, async ({ home }) => {
  const run = (script: string, ...args: string[]) =>
    home.exec(["sh", "-c", script, "sh", ...program(), ...args]);
  assertEquals(
    (await run('exec "$@" 2>/dev/full', "-v", "-r", "admin", "echo", "ran"))
      .stdout,
    "ran\n",
  );
  assertEquals(
    (await run('exec "$@" 2>/dev/full', "-r", "none", "true")).status,
    125,
  );
  assertEquals(await run('exec "$@" >/dev/full', "-r", "admin"), {
    status: 125,
    signal: null,
    stdout: "",
    stderr:
      "assume-role: error: Cannot write to stdout: no space left on device\n",
  });
});
