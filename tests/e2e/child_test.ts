/** The command: status, argv, environment, streams, signals and the terminal. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path/join";
import {
  ALICE,
  argv,
  e2e,
  OK,
  program,
  quote,
  terminal,
  unix,
  warm,
} from "../mod.ts";

// Other tools lose the status of a failed command: granted's wrapper exits with 0; saml2aws and
// aws-sso-cli exit with 1.
e2e(
  "assume-role exits with the command's status",
  { home: warm },
  async ({ run }) => {
    for (const status of [0, 1, 42, 125, 255]) {
      const result = await run(argv`-r admin -- sh -c ${`exit ${status}`}`);
      assertEquals(result, { ...OK, status });
    }
  },
);

// aws-vault and aws-runas exit with 255 if a signal terminated the command.
e2e("a signal that terminates the command terminates assume-role", {
  ...unix,
  home: warm,
}, async ({ run }) => {
  const cases = { TERM: 143, INT: 130, KILL: 137, HUP: 129 };
  for (const [name, status] of Object.entries(cases)) {
    const result = await run(argv`-r admin -- sh -c ${`kill -${name} $$`}`);
    assertEquals<unknown[]>(
      [result.status, result.signal],
      [status, `SIG${name}`],
    );
  }
  // If SIGQUIT terminates the command, assume-role exits with 131 instead of sending itself
  // SIGQUIT, because the core dump of assume-role would contain credentials.
  // The `sh` of macOS ignores SIGQUIT, so Python sends the signal to itself.
  const python = "import os, signal; os.kill(os.getpid(), signal.SIGQUIT)";
  const quit = await run(
    argv`-r admin -- sh -c ${'ulimit -c 0; exec python3 -c "$1"'} sh ${python}`,
  );
  assertEquals([quit.status, quit.signal], [131, null]);
});

// aws-vault exits with 1 for its own failures, which look like failures of the command.
e2e("a command that cannot be started gives status 126 or 127, as in a shell", {
  ...unix,
  home: warm,
}, async ({ home, run }) => {
  home.write("plain", "#!/bin/sh\n");
  Deno.chmodSync(home.write("script", "echo ran\n"), 0o755);
  Deno.mkdirSync(join(home.project, "directory"));
  const env = { PATH: `${Deno.env.get("PATH")}:${home.project}` };
  const tooLong = `./${"Long".repeat(70)}`;
  const cases: readonly (readonly [string, number, string])[] = [
    ["no-such-command", 127, "command not found"],
    ["./no-such-file", 127, "command not found"],
    ["", 127, "command not found"],
    ["./plain", 126, "permission denied"],
    ["./directory", 126, "permission denied"],
    ["plain", 126, "permission denied"],
    ["directory", 126, "permission denied"],
    ["./script/", 126, "a part of the path is not a directory"],
    ["script/", 126, "a part of the path is not a directory"],
    [tooLong, 126, "file name too long"],
  ];
  for (const [command, status, reason] of cases) {
    const result = await run(["-r", "admin", "--", command], { env });
    assertEquals([result.status, result.stdout], [status, ""]);
    assertEquals(
      result.stderr.split("\n")[0],
      `assume-role: error: Cannot run '${command}': ${reason}`,
    );
  }
  const noPath = await home.exec(
    argv`env -u PATH ${program()} -r admin no-such-command`,
  );
  assertEquals([noPath.status, noPath.stderr.split("\n")[0]], [
    127,
    "assume-role: error: Cannot run 'no-such-command': command not found",
  ]);
});

e2e(
  "on Windows, PATHEXT is used to find a command, and a batch file gets its arguments unchanged",
  {
    ignore: Deno.build.os !== "windows",
    home: warm,
  },
  async ({ home, run }) => {
    home.write(
      "bin/hello.cmd",
      "@echo off\r\necho hello %1 %2\r\nexit /b 7\r\n",
    );
    const env = {
      PATH: `${join(home.project, "bin")};${Deno.env.get("PATH")}`,
    };
    for (
      const name of ["hello", "hello.cmd", join(home.project, "bin", "hello")]
    ) {
      const result = await run(["-r", "admin", name, "a b", "%PATH%"], {
        env,
      });
      assertEquals(result.status, 7);
      assertStringIncludes(result.stdout, 'hello "a b"');
      assertEquals(result.stdout.includes("System32"), false);
    }
  },
);

e2e(
  "the command gets its arguments unchanged",
  { ...unix, home: warm },
  async ({ run }) => {
    const words =
      argv`007 -- ${""} --help -f --role=x ${"a b"} $HOME * ' " ${"\n"} ü - 1e3`;
    assertEquals(words.length, 15);
    const result = await run(["-r", "admin", "printf", "<%s>", ...words]);
    assertEquals(result.stdout, words.map((word) => `<${word}>`).join(""));
    const dashed = await run(argv`-r admin -- printf <%s> ${words}`);
    assertEquals(dashed.stdout, result.stdout);
  },
);

// uber/assume-role-cli reads ahead on stdin, so that the command loses half of the input.
e2e(
  "the command's stdin, stdout and stderr pass through unchanged",
  { ...unix, home: warm },
  async ({ run }) => {
    const input = "x".repeat(1_000_000) + "\nlast line without an end";
    const result = await run(argv`-r admin sh -c ${"cat; echo oops >&2"}`, {
      stdin: input,
    });
    assertEquals(result, { ...OK, stdout: input, stderr: "oops\n" });
  },
);

// uber/assume-role-cli appended AWS_* variables without removing the old AWS_* variables. The old
// AWS_PROFILE stayed, and AWS's SDK for JavaScript prefers AWS_PROFILE (aws/aws-sdk-js-v3#2549).
e2e(
  "the command gets a fixed list of variables and the role's variables, but no base credentials",
  { ...unix, home: warm },
  async ({ run }) => {
    const secret = {
      AWS_ACCESS_KEY_ID: ALICE.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ALICE.secretAccessKey,
      AWS_PROFILE: "default",
      AWS_ROLE_ARN: "arn:aws:iam::111111111111:role/x",
      AWS_WEB_IDENTITY_TOKEN_FILE: "/token",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1/",
      ASSUME_ROLE_MFA_TOKEN: "123456",
      AWS_ACCOUNT_ID: "999999999999",
      AMAZON_SECRET_ACCESS_KEY: ALICE.secretAccessKey,
      AWS_BEARER_TOKEN_BEDROCK: "bearer",
    };
    const env = {
      ...secret,
      AWS_KMS_KEY_ID: "key",
      MY_SETTING: "1",
      OTHER: "2",
      LC_ALL: "C",
      AWS_PAGER: "",
      AWS_REGION: "eu-west-1",
      CI: "true",
    };
    const names = (stdout: string) =>
      stdout.split("\n").map((line) => line.split("=")[0]!).filter((name) =>
        name !== ""
      ).sort();
    const base = [
      "ASSUME_ROLE_ARN",
      "AWS_ACCESS_KEY_ID",
      "AWS_CREDENTIAL_EXPIRATION",
      "AWS_DEFAULT_REGION",
      "AWS_EC2_METADATA_DISABLED",
      "AWS_ENDPOINT_URL",
      "AWS_PAGER",
      "AWS_REGION",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_SESSION_TOKEN",
      "CI",
      "DENO_DIR",
      "HOME",
      "LC_ALL",
      "NO_COLOR",
      "PATH",
    ];
    const minimal = await run("-r admin env", { env });
    // Ignore PWD, which a shell can set, and LANG, TMP and TEMP, which only some systems set.
    const found = names(minimal.stdout).filter((name) =>
      !["LANG", "TMP", "TEMP", "PWD"].includes(name)
    );
    assertEquals(found, base);
    assert(!minimal.stdout.includes(ALICE.accessKeyId));

    const one = await run("-r admin -E=MY_*,NONE env", { env });
    assert(
      names(one.stdout).includes("MY_SETTING") &&
        !names(one.stdout).includes("OTHER"),
    );

    const all = await run("-E -r admin env", { env });
    const allNames = names(all.stdout);
    assert(allNames.includes("MY_SETTING") && allNames.includes("OTHER"));
    for (const name of Object.keys(secret)) {
      const isOfRole = /^AWS_(?:SECRET_ACCESS_KEY|ACCESS_KEY_ID)$/.test(name);
      const count = allNames.filter((other) => other === name).length;
      assertEquals(count, isOfRole ? 1 : 0);
    }
    assert(!all.stdout.includes(ALICE.accessKeyId));
    assert(!allNames.includes("AWS_KMS_KEY_ID"));

    const full = await run("-E=AWS_KMS_KEY_ID -r admin env", { env });
    assert(names(full.stdout).includes("AWS_KMS_KEY_ID"));

    const verbose = await run("-v -r admin true", { env });
    assertMatch(
      verbose.stderr,
      /variables not passed to the command \(.*\): .*MY_SETTING OTHER\n.*variables not passed because they may .*: AWS_KMS_KEY_ID\n.*variables that are never passed: AMAZON_SECRET_ACCESS_KEY .*AWS_ACCOUNT_ID AWS_BEARER_TOKEN_BEDROCK .*AWS_PROFILE/,
    );
    assert(!verbose.stderr.includes("123456"));
  },
);

e2e(
  "env_keep names variables that are passed to the command",
  unix,
  async ({ home, run }) => {
    home.write(
      "assume-role.yaml",
      "role_prefix: arn:aws:iam::111111111111:role/\nenv_keep: [MY_*, SETTING]\n",
    );
    const env = { MY_SHA: "abc", SETTING: "-j", OTHER: "x" };
    const script = 'echo "$MY_SHA $SETTING $OTHER"';
    const result = await run(argv`-r admin sh -c ${script}`, { env });
    assertEquals(result.stdout, "abc -j \n");
  },
);

// aws-sso-cli exits at once, although the command still runs; see also mmmorris1975/aws-runas#30.
e2e("assume-role waits for a command that cleans up after SIGTERM", {
  ...unix,
  home: warm,
}, async ({ home }) => {
  const script =
    'trap "sleep 0.5; echo cleaned; exit 7" TERM; echo $PPID; while :; do sleep 0.05; done';
  const kill =
    'fifo=$1; shift; { read -r pid; kill -TERM "$pid"; cat; } < "$fifo"';
  const fifo = join(home.root, "fifo");
  await home.exec(["mkfifo", fifo]);
  const [result, reader] = await Promise.all([
    home.sh(
      'out=$1; shift; exec "$@" >"$out"',
      argv`${fifo} ${program()} -r admin sh -c ${script}`,
    ),
    home.sh(kill, [fifo]),
  ]);
  assertEquals(result.status, 7);
  assertEquals(reader.stdout, "cleaned\n");
});

// 99designs/aws-vault#453 is about Ctrl-C.
e2e("Ctrl-C reaches the command once, and assume-role waits for the clean-up", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  const script =
    'n=0; w=; trap "n=\\$((n+1))" INT; trap "w=1" WINCH; kill -WINCH $PPID; until [ "$w" ]; do sleep 0.05; done; echo ready; until [ $n -gt 0 ]; do sleep 0.05; done; sleep 0.5; echo "interrupts: $n"; exit 9';
  const result = await home.runOnTerminal(
    argv`-r admin sh -c ${script}`,
    [["ready", "\x03"]],
  );
  assertStringIncludes(result.stdout, "interrupts: 1");
  assertEquals(result.status, 9);
});

e2e(
  "a script without '#!' runs in a shell; a missing interpreter is an error",
  { ...unix, home: warm },
  async ({ home, run }) => {
    const make = (name: string, text: string) =>
      Deno.chmodSync(home.write(name, text), 0o755);
    make("plain", 'echo "$0 $1"\nexit 5\n');
    make("lost", "#!/no/such/interpreter\n");
    make("with space", "#!/bin/sh\necho spaced\n");
    const plain = await run(["-r", "admin", "./plain", "a b"]);
    assertEquals([plain.status, plain.stdout, plain.stderr], [
      5,
      `${home.project}/plain a b\n`,
      "",
    ]);
    const env = { PATH: `${home.project}:${Deno.env.get("PATH")}` };
    const onPath = await run("-r admin plain x", { env });
    assertEquals(onPath.status, 5);
    for (const command of ["./lost", "lost"]) {
      const lost = await run(["-r", "admin", command], { env });
      assertEquals([lost.status, lost.stderr.split("\n")[0]], [
        126,
        `assume-role: error: Cannot run '${command}': interpreter not found`,
      ]);
    }
    assertEquals(
      (await run(["-r", "admin", "./with space"])).stdout,
      "spaced\n",
    );
  },
);

e2e(
  "an argv of 100 KB and 2,000 variables reach the command complete",
  { ...unix, home: warm },
  async ({ home, run }) => {
    const words = Array.from(
      { length: 1000 },
      (_, i) => `${i}-`.padEnd(100, "x"),
    );
    const script = 'printf "%s\\n" "$@" | cksum';
    const under = await run(argv`-r admin sh -c ${script} sh ${words}`);
    const alone = await home.sh(script, words);
    assertEquals(under.stdout, alone.stdout);
    const names = Array.from({ length: 2000 }, (_, i) => `MANY_${i}`);
    const env = Object.fromEntries(
      names.map((name) => [name, "value of some length"]),
    );
    const result = await run("-r admin -E=MANY_* env", { env });
    assertEquals(
      result.stdout.match(/^MANY_\d+=value of some length$/gm)?.length,
      2000,
    );
  },
);

// 99designs/aws-vault#24 and #816 are about credentials that expire while the command runs.
e2e(
  "credentials that expire while the command runs cause one warning at the end",
  {
    ...unix,
    aws: { sessionLife: 3000 },
  },
  async ({ home }) => {
    const run = (status: number) =>
      home.run(argv`-r admin sh -c ${`sleep 3.5; echo done; exit ${status}`}`);
    const failed = await run(9);
    assertEquals([failed.status, failed.stdout], [9, "done\n"]);
    assertMatch(
      failed.stderr,
      /^assume-role: warning: The credentials expired \d+s before the command ended, which may be why it failed\n$/,
    );
    const fine = await run(0);
    assertMatch(
      fine.stderr,
      /^assume-role: warning: The credentials expired \d+s before the command ended\n$/,
    );
    assertEquals((await home.run("-r admin true")).stderr, "");
  },
);

// 99designs/aws-vault#420 is about suspending programs with Ctrl-Z.
e2e(
  "Ctrl-Z suspends the command, fg continues the command, and the terminal keeps its settings",
  {
    ...terminal,
    home: warm,
  },
  async ({ home }) => {
    const script = 'echo "u"p; read -r line; echo "read: $line"; exit 6';
    const job = argv`${program()} -r admin sh -c ${script}`;
    home.write("job", `${quote(job)}\n`);
    const steps = [
      ["bash-", "stty -a >before; . ./job\n"],
      ["up\r\n", "\x1a"],
      ["Stopped", "echo in-be''tween; fg\n"],
      ["in-between\r\n", ""],
      ["exit 6", "hello\n"],
      [
        "read: hello",
        "echo status=$?; stty -a >after; cmp before after && echo sa''me; exit\n",
      ],
    ] as const;
    const result = await home.play(
      argv`bash --norc --noprofile -i`,
      steps,
      { env: { TERM: "dumb" } },
    );
    assertStringIncludes(result.stdout, "status=6");
    assertStringIncludes(result.stdout, "same");
  },
);

e2e(
  "AWS_CREDENTIAL_EXPIRATION has the same form and the same time in a command, in '--format env' and in '--format process', by this machine's clock",
  { aws: { clockOffset: 30 * 60_000 } },
  async ({ run }) => {
    const command = await run("-r admin printenv AWS_CREDENTIAL_EXPIRATION");
    const printed = await run("-r admin --format env");
    const json = await run("-r admin --format process");
    const expiry = command.stdout.trim();
    assertMatch(expiry, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    assertMatch(
      printed.stdout,
      new RegExp(
        `^export AWS_CREDENTIAL_EXPIRATION=${expiry.replace("+", "\\+")}$`,
        "m",
      ),
    );
    assertEquals(JSON.parse(json.stdout).Expiration, expiry);
    const minutesLeft = (Date.parse(expiry) - Date.now()) / 60_000;
    assert(minutesLeft > 50 && minutesLeft <= 61, `${minutesLeft} minutes`);
  },
);
