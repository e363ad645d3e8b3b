/** `--whoami`: the identities of the base credentials and of the session. */
import { assertEquals, assertMatch } from "@std/assert";
import {
  ALICE,
  argv,
  assertFails,
  e2e,
  GITHUB,
  keysInEnv,
  OK,
  PREFIX,
  processOutput,
  program,
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

e2e(
  "in a shell with a role, --whoami names the role and its time first, also without a network",
  async ({ aws, run }) => {
    const { stdout: printed } = await run("-r admin --format env");
    const env = Object.fromEntries(
      [...printed.matchAll(/^export (\w+)=(.*)$/gm)]
        .map(([, name, value]) => [name!, value!.replaceAll("'", "")]),
    );
    const shell =
      /^shell_role: arn:aws:iam::111111111111:role\/admin\nshell_account: 111111111111\nshell_time_left: (?:1h|59m\d+s)\n/;
    const result = await run("--whoami", { env });
    assertMatch(result.stdout, shell);
    assertEquals(result.stdout.replace(shell, ""), BASE);
    const json = JSON.parse((await run("--whoami --json", { env })).stdout);
    assertEquals(
      [json.shell.arn, Date.parse(json.shell.expires_at)],
      [
        "arn:aws:iam::111111111111:role/admin",
        Date.parse(env.AWS_CREDENTIAL_EXPIRATION!),
      ],
    );
    // The user has set other keys since.
    const other = { ...env, AWS_SECRET_ACCESS_KEY: "mine" };
    assertEquals((await run("--whoami", { env: other })).status, 125);
    assertEquals(
      (await run("--whoami", {
        env: { ...env, ...keysInEnv(ALICE), AWS_SESSION_TOKEN: "" },
      }))
        .stdout,
      BASE,
    );
    // Keys of the user come before the credentials that assume-role serves.
    const served = {
      ...keysInEnv(ALICE),
      ASSUME_ROLE_ARN: "arn:aws:iam::111111111111:role/admin",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:1/",
    };
    assertEquals((await run("--whoami", { env: served })).stdout, BASE);
    const old = {
      ...env,
      AWS_CREDENTIAL_EXPIRATION: "2020-01-01T00:00:00+00:00",
    };
    assertMatch(
      (await run("--whoami", { env: old })).stdout,
      /^shell_role: .*\nshell_account: .*\nshell_time_left: expired\n/,
    );
    await aws.stop();
    const offline = await run("--whoami", { env });
    assertEquals(offline.status, 125);
    assertMatch(offline.stdout, shell);
  },
);

e2e(
  "--whoami inside a command names the role of the command",
  async ({ run }) => {
    const { stdout } = await run(argv`-r admin -- ${program()} --whoami`);
    assertMatch(
      stdout,
      /^shell_role: \S+:role\/admin\nshell_account: 111111111111\nshell_time_left: \S+\nbase_arn: \S+:assumed-role\/admin\/alice\n/,
    );
  },
);

e2e(
  "--whoami inside a command names no role if the command has set the keys of another session",
  async ({ aws, run }) => {
    const { stdout: printed } = await run("-r admin env");
    // The variables of the command, without ASSUME_ROLE_SESSION.
    const inside = Object.fromEntries(
      Array.from(printed.matchAll(/^(AWS_\w+|ASSUME_ROLE_ARN)=(.*)$/gm))
        .map(([, name, value]) => [name, value]),
    );
    const whoami = async (env: Record<string, string>) =>
      (await run("--whoami", { env: { ...inside, ...env } })).stdout;
    const other = aws.issue(`${PREFIX}deploy`, "someone", 3600);
    const keys = {
      AWS_ACCESS_KEY_ID: other.accessKeyId,
      AWS_SECRET_ACCESS_KEY: other.secretAccessKey,
      AWS_SESSION_TOKEN: other.sessionToken,
    };
    assertMatch(
      await whoami(keys),
      /^base_arn: \S+:assumed-role\/deploy\/someone\n/,
    );
    // An earlier session of the role is still one of the role.
    assertEquals(await run("-f -r admin true"), OK);
    assertMatch(await whoami({}), /^shell_role: \S+:role\/admin\n/);
  },
);
