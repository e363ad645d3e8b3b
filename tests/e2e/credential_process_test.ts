/**
 * `credential_process` with the output, the messages and the prompts of the programs that
 * people use (granted#575, aws-cli#1985, 99designs/aws-vault#757).
 */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { exists } from "../../lib/system/files.ts";
import {
  ADMIN_ARN,
  ALICE,
  ALICE_ARN,
  argv,
  assertFails,
  BOB,
  e2e,
  type E2eOptions,
  eventually,
  type FakeAws,
  fixture,
  keysInEnv,
  linux,
  OK,
  PREFIX,
  processOutput,
  program,
  quote,
  role,
  SERIAL,
  terminal,
  TestHome,
  unix,
  WORLD,
} from "../mod.ts";

const SESSION_ARN = "arn:aws:sts::111111111111:assumed-role/middle/alice";
const WORLD_WITH_SESSION: E2eOptions = {
  ...unix,
  world: {
    ...WORLD,
    roles: [
      role("middle"),
      role("admin", { trusts: [ALICE_ARN, `${PREFIX}middle`] }),
    ],
  },
  home: homeWithSession,
};

/** The command lines of the programs, as their documents show them. */
const TOOLS = {
  "aws-vault": "aws-vault export --format=json work",
  "granted": "granted credential-process --profile work",
  "aws-sso": "aws-sso process --account 111111111111 --role 'the role'",
  "saml2aws": "saml2aws login --credential-process --skip-prompt",
  "aws": "aws configure export-credentials --profile work --format process",
};
/** The text that the programs write to stderr, as assume-role shows the text. */
const SAID: Readonly<Record<string, string>> = {
  "granted":
    "[i] If the browser does not open automatically, please open this link:\nhttps://device.sso.us-east-1.amazonaws.com/?user_code=ABCD-EFGH\n",
  "saml2aws":
    "Using IdP Account default to access KeyCloak https://id.example.com\nAuthenticating as alice ...\n",
};

/**
 * A home whose profiles run the programs. The programs supply a session of `middle`, and
 * each profile `NAME-role` assumes `admin` with the profile NAME as `source_profile`.
 */
async function homeWithSession(aws: FakeAws): Promise<TestHome> {
  const home = new TestHome(aws);
  home.write("assume-role.yaml", "");
  const { stdout } = await home.run(
    `-r ${PREFIX}middle --format process --duration 45m`,
    { env: keysInEnv(ALICE) },
  );
  aws.calls.length = 0;
  home.writeHome("session.json", stdout);
  home.writeHome(".aws/credentials", "");
  const profiles = Object.entries({ ...TOOLS, old: "old", slow: "slow" })
    .map(([name, line]) => {
      const path = home.writeHome(
        `bin/${name}`,
        `#!/bin/sh\nexec ${
          quote(["python3", fixture("credential_program.py"), name])
        } "$@"\n`,
      );
      Deno.chmodSync(path, 0o700);
      return `[profile ${name}]\ncredential_process = ${home.path}/bin/${line}\n` +
        `[profile ${name}-role]\nrole_arn = ${ADMIN_ARN}\nsource_profile = ${name}\n`;
    });
  home.writeHome(".aws/config", profiles.join(""));
  return home;
}

const calls = (home: TestHome) =>
  Deno.readTextFileSync(join(home.path, "called")).trimEnd().split("\n");

for (const [name, line] of Object.entries(TOOLS)) {
  e2e(
    `credential_process: ${name} supplies a session and base credentials`,
    WORLD_WITH_SESSION,
    async ({ aws, home, run }) => {
      const stderr = SAID[name] ?? "";
      const show = "printenv ASSUME_ROLE_ARN";
      const session = { ...OK, stdout: `${SESSION_ARN}\n` };
      assertEquals(await run(`-r ${name} ${show}`), { ...session, stderr });
      // The session is cached until it expires.
      assertEquals(await run(`-r ${name} ${show}`), session);
      assertEquals(await run(`--profile ${name} -- ${show}`), session);
      assertEquals(calls(home), [line.replaceAll("'", "")]);
      const { stdout } = await run(`-r ${name} --format process`);
      const expected = JSON.parse(
        Deno.readTextFileSync(join(home.path, "session.json")),
      );
      const { Expiration, AccessKeyId } = JSON.parse(stdout);
      assertEquals(
        [Date.parse(Expiration), AccessKeyId],
        [Date.parse(expected.Expiration), expected.AccessKeyId],
      );
      const admin = { ...OK, stdout: `${ADMIN_ARN}\n`, stderr };
      assertEquals(
        await run(`-r ${ADMIN_ARN} --profile ${name} ${show}`),
        admin,
      );
      assertEquals(await run(`-f -r ${name}-role ${show}`), admin);
      assertEquals(aws.count("AssumeRole"), 2);
    },
  );
}

const QUESTION = "Enter MFA code for arn:aws:iam::111111111111:mfa/alice: ";
const typed = (home: TestHome) =>
  Deno.readTextFileSync(join(home.path, "code"));

e2e(
  "credential_process: the program asks on the terminal, and the command gets all of stdin",
  { ...WORLD_WITH_SESSION, ...terminal },
  async ({ home }) => {
    const stdin = "123456\nfirst\n\0last";
    const result = await home.runOnTerminal(
      "-E=ASK -r aws-vault sha256sum",
      [[QUESTION, "123456\n"]],
      { stdin, env: { ASK: "plain" } },
    );
    const hash = await home.exec(["sha256sum"], { stdin });
    assertEquals(
      [result.status, result.stdout.replaceAll("\r", "")],
      [0, `${QUESTION}123456\n${hash.stdout}`],
    );
    assertEquals(typed(home), "123456");
  },
);

e2e(
  "credential_process: the program asks on the terminal if assume-role prints credentials or is a source_profile",
  { ...WORLD_WITH_SESSION, ...terminal },
  async ({ home }) => {
    for (const args of ["-r aws-vault --format process", "-r aws-vault-role"]) {
      const result = await home.runOnTerminal(
        args,
        [[QUESTION, "123456\n"]],
        { env: { ASK: "plain" } },
      );
      assertEquals(result.status, 0, result.stdout);
      assertMatch(result.stdout, /AccessKeyId|AWS_ACCESS_KEY_ID/);
    }
  },
);

for (const ask of ["plain", "hidden"]) {
  e2e(
    `credential_process: Ctrl-C at the program's question ends both and restores the terminal (${ask} input)`,
    { ...WORLD_WITH_SESSION, ...terminal },
    async ({ home }) => {
      const script =
        'trap : INT; stty -a >before; "$@"; echo "status $?"; stty -a >after; cmp before after && echo same; kill -0 "$(cat ~/pid)" 2>/dev/null || echo gone';
      const question = ask === "plain" ? QUESTION : "Password for alice: ";
      const { stdout } = await home.play(
        argv`sh -c ${script} sh ${program()} -r aws-vault true`,
        [[question, "12\x03"]],
        { env: { ASK: ask } },
      );
      assertMatch(stdout, /status 130\r\nsame\r\ngone\r\n$/);
    },
  );
}

e2e(
  "credential_process: without a terminal, messages are shown while the program runs, without control characters",
  WORLD_WITH_SESSION,
  async ({ home }) => {
    const running = home.runNoting("stderr", "-r slow true");
    const said = "Opening the browser; enter the code ABCD\n";
    await eventually(() => home.noted("stderr") === said);
    home.writeHome("go", "");
    assertEquals(await running, { ...OK, stderr: said });
  },
);

e2e(
  "credential_process: kill -9 of assume-role ends the program, too",
  WORLD_WITH_SESSION,
  async ({ home }) => {
    const script =
      '"$@" & pid=$!; while ! [ -e ~/said ]; do sleep 0.1; done; kill -9 $pid';
    await home.sh(script, [...program(), "-r", "slow", "true"]);
    await eventually(async () => {
      const { stdout } = await home.sh("ps -ef");
      return !stdout.includes(home.path) &&
        !stdout.includes("credential_program.py slow");
    });
  },
);

/** Writes a program of several processes, one of which ignores SIGTERM. */
function writeTree(home: TestHome): string {
  return home.writeHome(
    "bin/tree",
    `(trap '' TERM; while :; do sleep 1; done) &\n(sleep 3000; :) &\necho $PPID >~/parent; mv ~/parent ~/tree; wait\n`,
  );
}

/** Waits until no process of the program of `writeTree()` is left. */
async function untilTreeEnds(home: TestHome): Promise<void> {
  await eventually(async () =>
    !(await home.sh("ps -eo args")).stdout.includes(`${home.path}/bin/tree`)
  );
}

for (const signal of ["TERM", "KILL"]) {
  e2e(
    `credential_process: after kill -${signal} of assume-role, no process of the program is left`,
    WORLD_WITH_SESSION,
    async ({ home }) => {
      const tree = writeTree(home);
      home.writeHome(
        ".aws/config",
        `[profile tree]\ncredential_process = sh ${tree}\n`,
      );
      const script =
        `"$@" & pid=$!; until [ -e ~/tree ]; do sleep 0.05; done; kill -${signal} $pid; wait $pid; echo $?`;
      const result = await home.sh(script, [
        ...program(),
        ...argv`-r ${ADMIN_ARN} --profile tree true`,
      ]);
      assertEquals(result.stdout, signal === "TERM" ? "143\n" : "137\n");
      await untilTreeEnds(home);
    },
  );
}

e2e(
  "if the shell of an mfa_command is killed, no process of the program is left",
  linux,
  async ({ home, run }) => {
    const command = `sh ${writeTree(home)}; :`;
    const running = run(
      argv`--mfa-command=${command} --mfa-serial ${SERIAL} -r deploy true`,
    );
    await eventually(() => exists(join(home.path, "tree")));
    Deno.kill(Number(home.readHome("tree")), "SIGKILL");
    assertFails(await running, {
      error: "Cannot get an MFA code: the MFA command was ended by SIGKILL",
    });
    await untilTreeEnds(home);
  },
);

e2e(
  "credential_process: a program that ignores SIGTERM is killed after Ctrl-C",
  { ...WORLD_WITH_SESSION, ...terminal },
  async ({ home }) => {
    home.writeHome(
      ".aws/config",
      `[profile deaf]\ncredential_process = sh -c 'trap "" INT TERM; echo asking >&2; sleep 10; sleep 10'\n`,
    );
    const { stdout } = await home.play(
      argv`sh -c ${'trap : INT; "$@"; echo "status $?"'} sh ${program()} -r deaf true`,
      [["asking", "\x03"]],
    );
    assertMatch(stdout, /status 130\r\n$/);
  },
);

e2e(
  "credential_process: with --no-input, the program runs without the terminal",
  { ...WORLD_WITH_SESSION, ...terminal },
  async ({ home }) => {
    const env = { ASK: "plain" };
    const { stdout, status } = await home.runOnTerminal(
      "--no-input -r aws-vault true",
      [],
      { env },
    );
    assertEquals(
      [status, stdout.replaceAll("\r", "")],
      [
        125,
        `assume-role: error: Cannot find base credentials from the profile 'aws-vault': credential_process failed: ${QUESTION}aws-vault: error: exec: Failed to get credentials for work: no code\nassume-role: hint: correct credential_process in the profile, or the program's setup\n`,
      ],
    );
    assertEquals(typed(home), "");
  },
);

e2e(
  "credential_process: Ctrl-Z and fg at the program's question go on with the question",
  { ...WORLD_WITH_SESSION, ...terminal },
  async ({ home }) => {
    const job = argv`${program()} -r aws-vault echo ran`;
    home.write("job", `${quote(job)}\n`);
    const { stdout } = await home.play(
      argv`bash --norc --noprofile -i`,
      [
        ["bash-", "stty -a >before; . ./job\n"],
        [QUESTION, "\x1a"],
        ["Stopped", "echo in-be''tween; fg\n"],
        ["in-between\r\n", ""],
        ["'ran'\r\n", "123456\n"],
        [
          "ran\r\n",
          "echo status=$?; stty -a >after; cmp before after && echo sa''me; exit\n",
        ],
      ],
      { env: { TERM: "dumb", ASK: "plain" } },
    );
    assertMatch(stdout, /status=0\r\n/);
    assertMatch(stdout, /same\r\n/);
    assertEquals(typed(home), "123456");
  },
);

e2e(
  "mfa_command asks on the terminal like a credential_process, and its failure is not shown twice",
  terminal,
  async ({ aws, home, run }) => {
    const code = await aws.code(ALICE);
    const command = "printf 'PIN: ' >&2; read pin; echo \"$pin\"";
    const env = { ASSUME_ROLE_MFA_COMMAND: command };
    const args = `--mfa-serial ${SERIAL} -r deploy`;
    const result = await home.runOnTerminal(
      `${args} echo ran`,
      [["PIN: ", `${code}\n`]],
      { env },
    );
    assertEquals(result.stdout, `PIN: ${code}\r\nran\r\n`);
    const failing = {
      ASSUME_ROLE_MFA_COMMAND:
        "echo warning >&2; echo '\x1b[31mkey S3cret not found\x1b[0m' >&2; sh -c 'exit 3' sh --token S3cret",
    };
    const { stderr } = await run(`-f -v ${args} true`, { env: failing });
    assertEquals(
      stderr.split("\n").filter((line) => !line.includes("settings:")),
      [
        "warning",
        "assume-role: error: Cannot get an MFA code: the MFA command failed: key *** not found",
        "assume-role: cause: warning key *** not found",
        "assume-role: hint: check the command in '--mfa-command', ASSUME_ROLE_MFA_COMMAND, mfa_command of ~/.aws/assume-role.yaml or mfa_process of ~/.aws/config",
        "",
      ],
    );
  },
);

e2e(
  "credential_process: keys without a session token are base credentials, and are never handed out",
  WORLD_WITH_SESSION,
  async ({ home, run }) => {
    home.writeHome("session.json", processOutput(ALICE));
    assertEquals(await run(`-r ${ADMIN_ARN} --profile old true`), OK);
    assertEquals(await run("-r old-role true"), OK);
    assertFails(await run("-r old true"), {
      error:
        "Cannot hand out the credentials of the AWS profile 'old': credential_process gives long-term keys, and long-term keys are never handed out",
    });
  },
);

e2e(
  "no message shows a command line in quotes, or a secret in its place",
  unix,
  async ({ home, run }) => {
    const ASSUMED = `role_arn = ${ADMIN_ARN}\nsource_profile = default\n`;
    home.writeHome(
      ".aws/config",
      [
        "[profile quoted]",
        'credential_process = "/opt/corp --password S3cret"',
        "[profile variable]",
        "credential_process = CORP_TOKEN=S3cret /opt/corp",
        "[profile mfa]",
        `${ASSUMED}mfa_serial = ${SERIAL}`,
        'mfa_process = "oathtool -b S3cret"',
        "[profile token]",
        `role_arn = ${ADMIN_ARN}`,
        'web_identity_token_process = "get-token S3cret"',
        "",
      ].join("\n"),
    );
    const missing = (profile: string) =>
      `Cannot find base credentials from the profile '${profile}': the program of credential_process was not found`;
    const rows = [
      [
        "quoted",
        missing("quoted"),
        "install the program, or correct credential_process: put quotes only around the path of the program, not around the whole command line",
      ],
      [
        "variable",
        missing("variable"),
        "write 'env' before the variable in credential_process, because no shell runs the command line",
      ],
      [
        "mfa",
        /^Cannot get an MFA code: the MFA command failed: .*: the command: .*not found$/,
      ],
      ["token", /failed: .*: the command: .*not found$/],
    ] as const;
    for (const [profile, error, hint] of rows) {
      const result = await run(`--profile ${profile} true`);
      assertFails(result, { error, ...(hint !== undefined && { hint }) });
      for (const args of ["-v true", "--whoami", "--doctor", "--explain"]) {
        const { stdout, stderr } = await run(`--profile ${profile} ${args}`);
        assertEquals(/S3cret/.exec(stdout + stderr), null, args);
      }
    }
  },
);

e2e(
  "credential_process: text in pieces hides a secret, and the error starts on a new line",
  unix,
  async ({ home, run }) => {
    home.writeHome(
      ".aws/config",
      `[profile slow]\ncredential_process = sh -c 'printf "with S3c" >&2; sleep 1; printf "ret: " >&2; sleep 1; exit 3' x --password S3cret\n`,
    );
    const { status, stderr } = await run(
      `-r ${ADMIN_ARN} --profile slow true`,
    );
    assertEquals(
      [status, stderr.split("assume-role: hint")[0]],
      [
        125,
        "with ***: \nassume-role: error: Cannot find base credentials from the profile 'slow': credential_process failed with status 3\n",
      ],
    );
  },
);

e2e(
  "credential_process: a key with escapes of JSON on stdout is hidden on stderr",
  unix,
  async ({ home, run }) => {
    const program = home.writeHome(
      "keys.sh",
      String.raw`echo '{"SecretAccessKey": "Zq8/\/S3cretKey\u002b0123456789"}'
sleep 0.2
echo "bad Zq8//S3cretKey+0123456789" >&2
exit 3
`,
    );
    home.writeHome(
      ".aws/config",
      `[profile keys]\ncredential_process = sh ${program}\n`,
    );
    const { stderr } = await run(`-r ${ADMIN_ARN} --profile keys true`);
    assertMatch(stderr, /failed: bad \*\*\*\n/);
  },
);

e2e(
  "programs that print without end are stopped, and their output is not used",
  unix,
  async ({ aws, home, run }) => {
    const endless = "echo 123456; yes ' '";
    home.writeHome(
      ".aws/config",
      `[profile token]\nrole_arn = ${ADMIN_ARN}\nweb_identity_token_process = head -c 70000 /dev/zero | tr '\\0' a\n` +
        `[profile mfa]\nrole_arn = ${ADMIN_ARN}\nsource_profile = default\nmfa_serial = ${SERIAL}\nmfa_process = ${endless}\n` +
        `[profile keys]\ncredential_process = yes\n`,
    );
    const reasons = {
      token:
        "Cannot get a web identity token: web_identity_token_process of the AWS profile 'token' printed more than 64 KiB",
      mfa: "Cannot get an MFA code: the MFA command printed more than 64 KiB",
      keys:
        "Cannot find base credentials from the profile 'keys': credential_process printed more than 64 KiB",
    };
    for (const [profile, error] of Object.entries(reasons)) {
      assertFails(await run(`--profile ${profile} true`), { error });
    }
    assertEquals(aws.count("AssumeRole"), 0);
    assertEquals(aws.count("AssumeRoleWithWebIdentity"), 0);
  },
);

e2e(
  "a variable that decides what a credential_process prints changes the session",
  {
    ...unix,
    world: {
      ...WORLD,
      users: [...WORLD.users, BOB],
      roles: [
        role("admin", {
          trusts: [ALICE_ARN, ALICE_ARN.replace("alice", "bob")],
        }),
      ],
    },
  },
  async ({ aws, home, run }) => {
    const output = (credentials: typeof ALICE) =>
      home.write(`${credentials.accessKeyId}.json`, processOutput(credentials));
    const [alice, bob] = [ALICE, BOB].map(output);
    const script = home.write(
      "tool",
      '#!/bin/sh\ncat "${KEYS:-$SAML2AWS_ROLE}"\n',
    );
    Deno.chmodSync(script, 0o700);
    for (
      const [name, command] of [
        ["KEYS", `sh -c 'cat "$KEYS"'`],
        ["KEYS", `sh -c 'cat "\${KEYS}"'`],
        // The program's documents name this variable.
        ["SAML2AWS_ROLE", script],
      ] as const
    ) {
      home.writeHome(
        ".aws/config",
        `[profile tool]\ncredential_process = ${command}\n`,
      );
      aws.calls.length = 0;
      const callers: unknown[] = [];
      for (const path of [alice, alice, bob, bob, alice]) {
        const env = { [name]: path!, OTHER: `${callers.length}` };
        const { stdout } = await run("--profile tool --whoami", { env });
        callers.push(/user\/\w+/.exec(stdout)?.[0]);
        assertEquals(await run("--profile tool -r admin true", { env }), OK);
      }
      assertEquals(
        callers,
        ["user/alice", "user/alice", "user/bob", "user/bob", "user/alice"],
      );
      // Each of the two users has one session, which later runs use.
      assertEquals(aws.count("AssumeRole"), 2, command);
    }
  },
);
