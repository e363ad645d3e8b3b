/** `--whoami`: who the base credentials and the role's session are. */
import { e2e } from "../mod.ts";
import { assertEquals, assertMatch } from "@std/assert";
import type { FakeAws } from "../fake_aws/server.ts";
import { ALICE, GITHUB } from "../fake_aws/world.ts";
import { HAS_TERMINAL } from "./test_home.ts";
import { role, WORLD } from "./worlds.ts";

const BASE =
  "base_arn: arn:aws:iam::111111111111:user/alice\nbase_account: 111111111111\n";

const session = (role: string, source: string) =>
  `session_arn: arn:aws:sts::111111111111:assumed-role/${role}/alice
session_account: 111111111111
session_time_left: <time>
session_source: ${source}
`;
const withoutTime = (text: string) =>
  text.replace(/(?<=^session_time_left: )(?:1h|(?:\d+m)?\d+s)$/m, "<time>");
const actions = (aws: FakeAws) => aws.calls.map(({ action }) => action);

e2e(
  "--whoami tells of the base credentials, and of a session that is fresh or cached",
  async ({ aws, run }) => {
    const first = await run("--whoami -r admin");
    assertEquals(
      [first.status, withoutTime(first.stdout), first.stderr],
      [0, BASE + session("admin", "fresh"), ""],
    );
    assertEquals(actions(aws), ["GetCallerIdentity", "AssumeRole"]);
    const second = await run("--whoami -r admin");
    assertEquals(
      [second.status, withoutTime(second.stdout)],
      [0, BASE + session("admin", "cache")],
    );
    assertEquals(actions(aws).slice(2), ["GetCallerIdentity"]);
  },
);

e2e("--whoami needs no role", async ({ aws, run }) => {
  const result = await run("--whoami");
  assertEquals(
    [result.status, result.stdout, result.stderr, actions(aws)],
    [0, BASE, "", ["GetCallerIdentity"]],
  );
});

e2e(
  "--whoami tells of the role that a profile stands for",
  async ({ home, run }) => {
    home.writeHome(
      ".aws/config",
      "[profile dev]\nrole_arn = arn:aws:iam::111111111111:role/admin\nsource_profile = default\n",
    );
    const result = await run("--whoami --profile dev");
    assertEquals(
      [result.status, withoutTime(result.stdout)],
      [0, BASE + session("admin", "fresh")],
    );
  },
);

e2e(
  "--whoami asks a credential_process once, for base and role",
  async ({ home, run }) => {
    const { accessKeyId, secretAccessKey } = ALICE;
    const keys = JSON.stringify({
      Version: 1,
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
    });
    const script = home.write(
      "process.sh",
      `echo asked >>"${home.project}/log"\necho '${keys}'\n`,
    );
    home.writeHome(
      ".aws/config",
      `[profile process]\ncredential_process = sh "${script}"\n`,
    );
    const result = await run("--whoami --profile process -r admin");
    assertEquals(
      [result.status, withoutTime(result.stdout)],
      [0, BASE + session("admin", "fresh")],
    );
    assertEquals(Deno.readTextFileSync(`${home.project}/log`), "asked\n");
  },
);

e2e(
  "--whoami tells who was denied a role, and which keys do not work",
  async ({ aws, run }) => {
    const denied = await run("--whoami --no-input -r nobody");
    assertEquals([denied.status, denied.stdout], [125, BASE]);
    assertMatch(denied.stderr, /^assume-role: error: .*\n(?:.*hint: .*\n)?$/);
    // The identity is cached by now; whether the keys still work is not.
    aws.fail("GetCallerIdentity", {
      kind: "error",
      code: "InvalidClientTokenId",
      status: 403,
    });
    const refused = await run("--whoami");
    assertEquals([refused.status, refused.stdout], [125, ""]);
    assertMatch(refused.stderr, /AWS does not know the base access key/);
  },
);

e2e("--whoami tells of a web identity by its token", {
  world: {
    ...WORLD,
    identityProviders: [GITHUB],
    roles: [role("pod", { trustsTokens: ["repo:*"] })],
  },
}, async ({ aws, home, run }) => {
  home.writeHome(".aws/credentials", "");
  const path = home.write("token", await aws.idToken());
  const env = { AWS_WEB_IDENTITY_TOKEN_FILE: path };
  const base = `base_web_identity: ${path}\n`;
  const alone = await run("--whoami", { env });
  assertEquals([alone.status, alone.stdout], [0, base]);
  const result = await run("--whoami -r pod", { env });
  assertEquals([result.status, result.stderr], [0, ""]);
  assertMatch(
    result.stdout,
    /^base_web_identity: .*\nsession_arn: \S+:assumed-role\/pod\//,
  );
});

e2e("--whoami asks for a code where the role wants one, and not for the base", {
  ignore: !HAS_TERMINAL,
}, async ({ aws, home, run }) => {
  home.writeHome(
    ".aws/assume-role.yaml",
    "mfa_session: 12h\nmfa_serial: arn:aws:iam::111111111111:mfa/alice\n",
  );
  assertEquals((await run("--whoami --no-input")).stdout, BASE);
  const code = await aws.code(ALICE);
  const result = await home.runOnTerminal("--whoami -r deploy", [
    ["MFA code for", `${code}\n`],
  ]);
  assertEquals(
    withoutTime(result.stdout.replaceAll("\r", "")),
    `${BASE}MFA code for arn:aws:iam::111111111111:mfa/alice: \n${
      session("deploy", "fresh")
    }`,
  );
  assertEquals(result.status, 0);
  assertEquals(aws.count("GetCallerIdentity"), 2);
});

e2e("--whoami runs no command", { offline: true }, async ({ run }) => {
  const result = await run("--whoami ls");
  assertEquals([result.status, result.stdout, result.stderr], [
    125,
    "",
    "assume-role: error: Option '--whoami' runs no command, but there is one: 'ls'\n",
  ]);
});
