/** `--whoami`: the identities of the base credentials and of the session. */
import { assertEquals, assertMatch } from "@std/assert";
import {
  ALICE,
  assertFails,
  e2e,
  GITHUB,
  processOutput,
  role,
  terminal,
  WORLD,
} from "../mod.ts";

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

e2e(
  "--whoami shows the base credentials, and a fresh or cached session",
  async ({ aws, run }) => {
    const first = await run("--whoami -r admin");
    assertEquals(
      [first.status, withoutTime(first.stdout), first.stderr],
      [0, BASE + session("admin", "fresh"), ""],
    );
    assertEquals(aws.actions(), ["GetCallerIdentity", "AssumeRole"]);
    const second = await run("--whoami -r admin");
    assertEquals(
      [second.status, withoutTime(second.stdout)],
      [0, BASE + session("admin", "cache")],
    );
    assertEquals(aws.actions().slice(2), ["GetCallerIdentity"]);
  },
);

e2e("--whoami needs no role", async ({ aws, run }) => {
  const result = await run("--whoami");
  assertEquals(
    [result.status, result.stdout, result.stderr, aws.actions()],
    [0, BASE, "", ["GetCallerIdentity"]],
  );
});

e2e(
  "--whoami shows the session of a profile with a role",
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
  "--whoami runs a credential_process only once",
  async ({ home, run }) => {
    const script = home.write(
      "process.sh",
      `echo called >>"${home.project}/log"\necho '${processOutput(ALICE)}'\n`,
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
    assertEquals(Deno.readTextFileSync(`${home.project}/log`), "called\n");
  },
);

e2e(
  "--whoami shows the caller even if AWS denies the role; if AWS rejects the keys, --whoami fails",
  async ({ aws, run }) => {
    const denied = await run("--whoami --no-input -r nobody");
    assertEquals([denied.status, denied.stdout], [125, BASE]);
    assertMatch(denied.stderr, /^assume-role: error: .*\n(?:.*hint: .*\n)?$/);
    // --whoami calls GetCallerIdentity, although the caller is cached.
    aws.fail("GetCallerIdentity", {
      kind: "error",
      code: "InvalidClientTokenId",
      status: 403,
    });
    assertFails(await run("--whoami"), {
      error: /AWS does not know the base access key/,
    });
  },
);

e2e("--whoami shows the token file of a web identity", {
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

e2e(
  "--whoami prompts for a code only if the role requires MFA",
  terminal,
  async ({ aws, home, run }) => {
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
      `${BASE}MFA code for alice (role deploy): \n${
        session("deploy", "fresh")
      }`,
    );
    assertEquals(result.status, 0);
    assertEquals(aws.count("GetCallerIdentity"), 2);
  },
);

e2e("--whoami runs no command", { offline: true }, async ({ run }) => {
  assertFails(await run("--whoami ls"), {
    error: "Option '--whoami' runs no command, but there is one: 'ls'",
    hint: null,
  });
});
