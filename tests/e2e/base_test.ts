/** Base credentials from profiles, and `credential_process`. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  ADMIN_ARN,
  ALICE,
  ALICE_ARN,
  argv,
  assertFails,
  BOB,
  BOB_ARN,
  e2e,
  type FakeAws,
  keysInEnv,
  linux,
  OK,
  PREFIX,
  processOutput,
  program,
  role,
  type TestHome,
  unix,
  type User,
  WORLD,
} from "../mod.ts";

const ROLES = [
  role("admin", {
    trusts: [ALICE_ARN, BOB_ARN, `${PREFIX}middle`],
  }),
  role("middle"),
];
const BOTH = { ...WORLD, users: [ALICE, BOB], roles: ROLES };

/** Returns a `credential_process` command that prints a user's access keys. */
function processOf(home: TestHome, user: User): string {
  return `cat ${home.writeHome(`${user.name}.json`, processOutput(user))}`;
}

/** Returns the session name of the last AssumeRole, which is by default the caller's name. */
const caller = (aws: FakeAws) => aws.calls.at(-1)?.params.RoleSessionName;

e2e(
  "--profile NAME uses only the credentials of that profile, even if NAME is 'default'",
  { world: BOTH },
  async ({ aws, home, run }) => {
    Deno.removeSync(`${home.path}/.aws/credentials`);
    home.writeHome(
      ".aws/config",
      `[default]\ncredential_process = ${processOf(home, ALICE)}\n`,
    );
    const env = keysInEnv(BOB);
    assertEquals(await run("--profile default -r admin true", { env }), OK);
    assertEquals(caller(aws), "alice");
    assertEquals(await run("-r admin true", { env }), OK);
    assertEquals(caller(aws), "bob");
  },
);

e2e(
  "if --profile gives no credentials, the error names the failed credential_process or container",
  { world: BOTH },
  async ({ aws, home, run }) => {
    home.writeHome(
      ".aws/config",
      "[profile fails]\ncredential_process = false\n[profile empty]\nregion = eu-west-1\n",
    );
    const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/creds` };
    for (
      const [profile, reason] of [
        ["fails", /credential_process failed without a message/],
        ["empty", /the container endpoint .* gave no credentials/],
      ] as const
    ) {
      const result = await run(`--profile ${profile} -r admin true`, { env });
      assertEquals([result.status, result.stdout], [125, ""]);
      assertStringIncludes(
        result.stderr,
        `error: Cannot find base credentials from the profile '${profile}': `,
      );
      assertMatch(result.stderr, reason);
    }
    assertEquals(aws.calls, []);
  },
);

e2e("source_profile: the role of the profile is assumed and cached", {
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
  assertEquals(result, { ...OK, stdout: `${ADMIN_ARN}\n` });
  assertEquals(caller(aws), "between");
  // The first run assumes `middle` and `admin`; the run with -f assumes only `admin` again.
  assertEquals(aws.count("AssumeRole"), 2);
  await run("--profile middle -f -r admin true");
  assertEquals(aws.count("AssumeRole"), 3);
});

e2e(
  "--force-refresh uses the access keys that credential_process prints now, even if another user's keys were printed before",
  {
    world: BOTH,
  },
  async ({ aws, home, run }) => {
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
    assertEquals(await run("-f --profile p -r admin true"), OK);
    assertEquals(caller(aws), "bob");
  },
);

e2e("AWS_SHARED_CREDENTIALS_FILE may name a device such as /dev/null", {
  ...unix,
  world: BOTH,
}, async ({ run }) => {
  const env = { ...keysInEnv(ALICE), AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };
  const result = await run("-r admin echo ran", { env });
  assertEquals(result, { ...OK, stdout: "ran\n" });
  assertEquals(Deno.statSync("/dev/null").isCharDevice, true);
});

e2e("the command runs even if assume-role cannot write its messages", {
  ...linux,
  world: BOTH,
}, async ({ home }) => {
  const verbose = argv`${program()} -v -r admin echo ran`;
  const ran = await home.sh('exec "$@" 2>/dev/full', verbose);
  assertEquals(ran.stdout, "ran\n");
  const unknown = argv`${program()} -r none true`;
  const failed = await home.sh('exec "$@" 2>/dev/full', unknown);
  assertEquals(failed.status, 125);
  for (const args of [argv`-r admin`, argv`--version`, argv`--help`]) {
    const full = await home.sh(
      'exec "$@" >/dev/full',
      argv`${program()} ${args}`,
    );
    assertFails(full, {
      error: "Cannot write to stdout: no space left on device",
      hint: null,
    });
  }
});
