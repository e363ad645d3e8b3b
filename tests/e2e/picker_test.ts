/**
 * The picker of a run that names no role: keys, signals, streams, and the errors if it cannot
 * be shown (ByteNess/aws-vault#30, #32, #35).
 *
 * - `PICKER_ROUNDS`: the number of rounds with signals
 * - `PICKER_SEED`: the seed that decides the rounds; a failure prints the round
 */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  ADMIN_ARN,
  argv,
  assertFails,
  e2e,
  type FakeAws,
  NEW_SESSION,
  PREFIX,
  program,
  quote,
  terminal,
  terminalOnLinux,
  TestHome,
  unix,
} from "../mod.ts";
import { listRounds, playAll } from "./interrupted_runs.ts";

const ROUNDS = Number(Deno.env.get("PICKER_ROUNDS") ?? 12);
const SEED = Number(Deno.env.get("PICKER_SEED") ?? 11);

/** The text of the last line of the picker: the picker is drawn. */
const DRAWN = "Esc to cancel";
const CLEAR = "\r\x1b[J";
const TERM = { TERM: "vt100" };
const HINT =
  "use '--role NAME' or set ASSUME_ROLE_ROLE; known roles: other, admin, reader and 1 more, see 'assume-role --list'";

/** A home with four known roles: three entries, and a profile that only `--profile` gets. */
function homeWithRoles(aws: FakeAws): TestHome {
  const home = new TestHome(aws);
  home.write(
    "assume-role.yaml",
    [
      "roles:",
      ...["other", "admin", "reader"].flatMap((name) => [
        `  ${name}:`,
        `    role_arn: ${PREFIX}${name}`,
      ]),
      "",
    ].join("\n"),
  );
  home.writeHome(
    ".aws/config",
    `[profile deputy]\nrole_arn = ${ADMIN_ARN}\nsource_profile = default\n`,
  );
  return home;
}

const roles = { ...terminal, home: homeWithRoles };

e2e(
  "a run without a role shows a picker, and then runs as with -r",
  roles,
  async ({ aws, home, run }) => {
    const { stdout, status } = await home.runOnTerminal(
      "printenv ASSUME_ROLE_ARN",
      [[DRAWN, "adm"], ["1/2 of 4", "\r"]],
      { env: TERM },
    );
    assertEquals(status, 0);
    assert(stdout.endsWith(`${CLEAR}${ADMIN_ARN}\r\n`), stdout);
    assertEquals(aws.count("AssumeRole"), 1);
    await aws.stop();
    const again = await run("-r admin printenv ASSUME_ROLE_ARN");
    assertEquals(again.stdout, `${ADMIN_ARN}\n`);
    const cached = await home.runOnTerminal(
      "printenv ASSUME_ROLE_ARN",
      [["fresh, ", "\x1b[B\r"]],
      { env: TERM },
    );
    assert(cached.stdout.endsWith(`${CLEAR}${ADMIN_ARN}\r\n`), cached.stdout);
  },
);

e2e(
  "the picker lists names, accounts, roles and sessions; the keys move and filter",
  roles,
  async ({ home }) => {
    const steps: [string, string][] = [
      [DRAWN, "\x1b[B\x0e\x1b[A\x10"],
      ["> other", "\x1b[F"],
      ["> deputy", "\x1b[H"],
      ["> other", "zz"],
      ["no role matches", "\r\x15"],
      ["> other", "111 dep"],
      ["1/1 of 4", "\r"],
    ];
    const { stdout, status } = await home.runOnTerminal(
      "printenv ASSUME_ROLE_ARN",
      steps,
      { env: TERM },
    );
    assertEquals(status, 0, stdout);
    assertStringIncludes(stdout, "  NAME    ACCOUNT       ROLE    SESSION");
    const colored = await home.runOnTerminal("true", [["1/4", "dep\r"]], {
      env: { ...TERM, NO_COLOR: "" },
    });
    assertStringIncludes(colored.stdout, "\x1b[1;36mdep\x1b[0m\x1b[1muty");
    for (const color of ["\x1b[1m", "\x1b[0m", "\x1b[1;36m"]) {
      assertEquals(stdout.includes(color), false);
    }
    assert(stdout.endsWith(`${CLEAR}${ADMIN_ARN}\r\n`), stdout);
  },
);

e2e(
  "the picker needs a terminal, but neither stdin nor stdout: it writes nothing to stdout and reads no input of the command",
  roles,
  async ({ home }) => {
    home.write("input", "one\ntwo\n");
    const script = '"$@" cat <input >output; echo "status $?"; cat output';
    const ran = await home.play(
      argv`sh -c ${script} sh ${program()}`,
      [[DRAWN, "adm\r"]],
      { env: TERM },
    );
    assert(
      ran.stdout.endsWith(`${CLEAR}status 0\r\none\r\ntwo\r\n`),
      ran.stdout,
    );
    const print =
      '"$@" </dev/null >output; echo "status $?"; cut -c 1-17 output';
    const printed = await home.play(
      argv`sh -c ${print} sh ${program()}`,
      [[DRAWN, "adm\r"]],
      { env: TERM },
    );
    assert(
      printed.stdout.endsWith(
        `${CLEAR}status 0\r\nAWS_ACCESS_KEY_ID\r\nAWS_SECRET_ACCESS\r\nAWS_SESSION_TOKEN\r\n`,
      ),
      printed.stdout,
    );
  },
);

e2e(
  "what is typed after Enter is for the command; Enter before the picker is drawn chooses nothing",
  roles,
  async ({ home }) => {
    const { stdout } = await home.runOnTerminal(
      argv`sh -c ${'read -r line; echo "got <$line>"'}`,
      [["", "adm\r"], [DRAWN, "\rfor the command\n"]],
      { env: TERM },
    );
    assertMatch(stdout, /got <for the command>\r\n$/);
  },
);

e2e(
  "--console and ASSUME_ROLE_PROFILE: only a run that names no role shows the picker",
  roles,
  async ({ home }) => {
    const { stdout } = await home.runOnTerminal(
      "--console",
      [[DRAWN, "adm\r"]],
      { env: { ...TERM, PATH: "/nonexistent:/bin:/usr/bin" } },
    );
    assertStringIncludes(stdout, CLEAR);
    const { stdout: named } = await home.runOnTerminal(
      "printenv ASSUME_ROLE_ARN",
      [],
      { env: { ...TERM, ASSUME_ROLE_PROFILE: "deputy" } },
    );
    assertEquals(named, `${ADMIN_ARN}\r\n`);
  },
);

e2e(
  "without a terminal, with --no-input or with --format process, the error names known roles",
  { ...unix, home: homeWithRoles },
  async ({ aws, home }) => {
    const error = "No role given";
    const alone = await home.exec(argv`${NEW_SESSION} ${program()} true`);
    assertFails(alone, { error, hint: HINT });
    if (!terminal.ignore) {
      for (
        const args of [
          "--no-input true",
          "--format process",
          "--no-input --console",
        ]
      ) {
        const { status, stdout } = await home.runOnTerminal(args, [], {
          env: TERM,
        });
        assertEquals([status, stdout], [
          125,
          `assume-role: error: ${error}\r\nassume-role: hint: ${HINT}\r\n`,
        ]);
      }
    }
    assertEquals(aws.calls, []);
  },
);

e2e(
  "without a known role, the error says how to name one, also on a terminal",
  terminal,
  async ({ home }) => {
    const show = async () =>
      (await home.runOnTerminal("true", [], { env: TERM })).stdout;
    assertEquals(
      await show(),
      "assume-role: error: No role given\r\nassume-role: hint: use '--role NAME' or set ASSUME_ROLE_ROLE; see 'assume-role --help'\r\n",
    );
    home.write("assume-role.yaml", "");
    assertEquals(
      await show(),
      "assume-role: error: No role given\r\nassume-role: hint: use '--role ARN', or name your roles in assume-role.yaml: 'assume-role --init' writes the file\r\n",
    );
  },
);

e2e("a job in the background shows no picker", {
  ...terminalOnLinux,
  home: homeWithRoles,
}, async ({ home }) => {
  const { stdout } = await home.play(
    argv`bash --norc --noprofile -i -c ${'set -m; "$@" & wait $!; echo "status $?"'} bash ${program()} true`,
    [],
    { env: TERM },
  );
  assertStringIncludes(stdout, `assume-role: error: No role given`);
  assertMatch(stdout, /status 125\r\n$/);
});

e2e(
  "Ctrl-C and Esc end with SIGINT, and leave the terminal as it was",
  roles,
  async ({ home }) => {
    const script =
      'trap : INT; stty -a >before; "$@"; s=$?; stty -a >after; cmp before after && echo "as before, $s"';
    for (
      const typed of [
        "\x03",
        "\x1b",
        "adm\x03",
        "zz\x1b",
        "\x04",
        "adm\x1a\x03",
      ]
    ) {
      const { stdout } = await home.play(
        argv`sh -c ${script} sh ${program()} true`,
        [[DRAWN, typed]],
        { env: TERM },
      );
      assert(
        stdout.endsWith(`${CLEAR}as before, 130\r\n`) ||
          stdout.endsWith(`${CLEAR}\r\nas before, 130\r\n`),
        `${JSON.stringify(typed)}: ${stdout}`,
      );
    }
  },
);

e2e(
  "a terminal that cannot move the cursor gets a numbered list",
  roles,
  async ({ home }) => {
    for (
      const [answers, expected] of [
        [["2\n"], ADMIN_ARN],
        [["9\n", "admin\n"], ADMIN_ARN],
      ] as const
    ) {
      const { stdout } = await home.runOnTerminal(
        "printenv ASSUME_ROLE_ARN",
        [
          ["1-4: ", answers[0]],
          ...answers.slice(1).map((answer) =>
            ["from 1 to 4: ", answer] as const
          ),
        ],
        { env: { TERM: "dumb" } },
      );
      assertStringIncludes(
        stdout,
        "Which role?\r\n  1  other   111111111111  other   -\r\n",
      );
      assertStringIncludes(stdout, `\r\n${expected}\r\n`);
    }
    const { status } = await home.runOnTerminal("true", [["1-4: ", "\x03"]], {
      env: { TERM: "dumb" },
    });
    assertEquals(status, 130);
  },
);

e2e("Ctrl-Z suspends the picker, and fg shows it again", {
  ...terminalOnLinux,
  home: homeWithRoles,
}, async ({ home }) => {
  const job = argv`${program()} printenv ASSUME_ROLE_ARN`;
  for (const shell of ["bash --norc --noprofile -i", "dash -i", "zsh -f -i"]) {
    const { stdout } = await home.play(
      argv`env PS1=ready> ${shell.split(" ")}`,
      [
        ["ready>", `stty -a >before; ${quote(job)}\n`],
        [DRAWN, "adm\x1a"],
        [
          "ready>",
          "stty -a | grep -ow -e '-*echo' -e '-*icanon' | tr '\\n' ' '; echo; fg\n",
        ],
        ["1/2 of 4", "\r"],
        [ADMIN_ARN, "stty -a >after; cmp before after && echo sa''me; exit\n"],
      ],
      { env: { ...TERM, PS1: "ready>" } },
    );
    assertStringIncludes(stdout, "icanon echo", shell);
    assertStringIncludes(stdout, "same\r\n", shell);
  }
});

e2e(
  "Ctrl-Z does nothing in a command substitution, which no shell could continue",
  { ...terminalOnLinux, home: homeWithRoles },
  async ({ home }) => {
    const job = argv`${program()} --format env-no-export`;
    for (const shell of ["bash --norc --noprofile -i", "zsh -f -i"]) {
      const { stdout } = await home.play(
        argv`${shell.split(" ")}`,
        [
          ["", `PS1=inner\\> ${shell}\n`],
          [
            "inner>",
            `X=$(${quote(job)}); echo "status $?" "\${X%%=*}"; exit\n`,
          ],
          [DRAWN, "adm\x1a"],
          ["1/2 of 4", "", 1],
          ["", "\r"],
          ["status 0 AWS", "exit\n"],
        ],
        { env: TERM },
      );
      assertStringIncludes(stdout, "status 0 AWS_ACCESS_KEY_ID\r\n", shell);
    }
  },
);

e2e(
  "the picker is drawn again when the size of the terminal changes",
  roles,
  async ({ home }) => {
    const script =
      '(while stty cols 80; sleep 1; stty cols 40; sleep 1; do :; done </dev/tty) & "$@"; kill $!';
    const { stdout } = await home.play(
      argv`sh -c ${script} sh ${program()} echo ran`,
      [
        [DRAWN, ""],
        ["to move, En…", ""],
        [DRAWN, "adm"],
        ["to mov…", ""],
        [DRAWN, "\r"],
        ["ran", ""],
      ],
      { env: TERM },
    );
    assert(stdout.endsWith(`${CLEAR}ran\r\n`), stdout);
  },
);

Deno.test(
  "whatever interrupts the picker, the terminal echoes and the exit status is right",
  terminalOnLinux,
  async () => {
    const rounds = listRounds("picker", SEED).slice(0, ROUNDS);
    const { faults } = await playAll(rounds, 4);
    assertEquals(faults, []);
  },
);
