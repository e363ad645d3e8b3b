/** Questions on the console. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path/join";
import { ALICE } from "../fake_aws/world.ts";
import { ARN, PREFIX, SERIAL } from "../identifiers.ts";
import { worldWith } from "../e2e/worlds.ts";
import { deno, fixture, windows } from "./windows.ts";

/** The text before the question if AWS denied a first AssumeRole without MFA. */
const DENIED = `AWS denied ${PREFIX}deploy; the role may require MFA. `;
const QUESTION = "MFA code for alice (role deploy):";
const ASKED = ["AWS denied the role; the role may require MFA.", QUESTION];
const TABLET = { serial: `${ARN}:mfa/alice-tablet`, secret: "another secret" };
const ECHO_ROLE = ["cmd", "/c", "echo %ASSUME_ROLE_ARN%"];
const DONE = ["cmd", "/c", "exit", "0"];

windows(
  "the console asks for an MFA code and does not show the code",
  async ({ aws, home }) => {
    const code = await aws.code(ALICE);
    const { status, screen } = await home.runOnConsole(
      ["-q", "-r", "deploy", ...ECHO_ROLE],
      [[QUESTION, `${code}\r`]],
    );
    assertEquals(
      lines(screen),
      [...ASKED, `${PREFIX}deploy`],
    );
    assertEquals(status, 0);
    assertEquals(aws.calls.at(-1)?.params.TokenCode, code);
  },
);

windows(
  "Backspace and Ctrl-U correct a code; other keys do not change the code",
  async ({ aws, home }) => {
    const code = await aws.code(ALICE);
    const typed = `98\x15${code.slice(0, 3)}7\b\x1b[A${code.slice(3)}\r`;
    const { status } = await home.runOnConsole(
      ["-r", "deploy", ...DONE],
      [[QUESTION, typed]],
    );
    assertEquals(status, 0);
    assertEquals(aws.calls.at(-1)?.params.TokenCode, code);
  },
);

windows(
  "the lines that are typed or pasted after the code are for the command",
  async ({ aws, home }) => {
    const { screen } = await home.runOnConsole(
      ["-q", "-r", "deploy", ...deno(fixture("read_line.ts"))],
      [[QUESTION, `${await aws.code(ALICE)}\rnext line\r`]],
    );
    assertStringIncludes(screen, `{"read":"next line\\r\\n"}`);
  },
);

windows(
  "the console asks again after a wrong code, and fails after the third",
  async ({ aws, home }) => {
    const code = await aws.code(ALICE);
    const [wrong, other] = ["000000", "111111", "222222"]
      .filter((wrong) => wrong !== code);
    const { status, screen } = await home.runOnConsole(
      ["-r", "deploy", ...DONE],
      [
        [QUESTION, `${wrong}\r`],
        ["That code was rejected. MFA code for", `${other}\r`],
        ["That code was rejected. MFA code for", `${wrong}\r`],
      ],
    );
    assertEquals(status, 125);
    assertStringIncludes(
      screen,
      `error: AWS rejected the MFA code for ${SERIAL}`,
    );
  },
);

windows(
  "Ctrl-C at the question ends the run with status 130",
  async ({ aws, home }) => {
    const { status, screen } = await home.runOnConsole(
      ["-r", "deploy", ...DONE],
      [[QUESTION, "12\x03"]],
    );
    assertEquals([status, lines(screen)], [130, ASKED]);
    assertEquals(aws.actions().length, 3);
  },
);

windows(
  "a Ctrl-C event of the console at the question ends the run with status 130",
  async ({ home }) => {
    const { status, screen } = await home.runOnConsole(
      ["-r", "deploy", ...DONE],
      [[QUESTION, null]],
    );
    assertEquals([status, lines(screen)], [130, ASKED]);
  },
);

windows("Ctrl-Z at the question gives no code", async ({ home }) => {
  const { status, screen } = await home.runOnConsole(
    ["-r", "deploy", ...DONE],
    [[QUESTION, "\x1a"]],
  );
  assertEquals(status, 125);
  assertEquals(lines(screen), [
    ...ASKED,
    "assume-role: error: No MFA code was given",
  ]);
});

for (
  const [how, typed] of [["an answer", "12345\r"], ["Ctrl-C", "\x03"]] as const
) {
  windows(
    `after ${how}, the console is as before the question`,
    async ({ home }) => {
      const script = home.write(
        "modes.cmd",
        [
          "@echo off",
          batch(deno(fixture("console_mode.ts"))),
          batch([...home.program, "-q", "-r", "deploy", ...DONE]),
          batch(deno(fixture("console_mode.ts"))),
          "",
        ].join("\r\n"),
      );
      const { screen } = await home.play(["cmd", "/c", script], [
        [QUESTION, typed],
        ["A code has six digits. MFA code for", "\x03"],
      ]);
      const [before, after] = screen.match(/{"mode":\d+}/g) ?? [];
      assert(before);
      assertEquals(after, before);
    },
  );
}

windows(
  "the user chooses among several devices, and sees the answer",
  async ({ aws, home }) => {
    const { status, screen } = await home.runOnConsole(
      ["-q", "-r", "deploy", ...DONE],
      [
        ["1-2:", "1\b2\r"],
        [
          "MFA code for alice (device alice-tablet, role deploy):",
          `${await aws.code({ ...ALICE, devices: [TABLET] }, TABLET.serial)}\r`,
        ],
      ],
    );
    assertEquals(status, 0);
    assertMatch(screen, /1-2:.*2\n/);
    assertEquals(aws.calls.at(-1)?.params.SerialNumber, TABLET.serial);
  },
  worldWith({ devices: [...ALICE.devices!, TABLET] }),
);

windows(
  "a question never goes to stdout, and printed credentials do not show a code",
  async ({ aws, home }) => {
    const { status, screen } = await home.runOnConsole(
      ["-r", "deploy"],
      [[QUESTION, `${await aws.code(ALICE)}\r`]],
      { streams: { stdout: "out.txt" } },
    );
    assertEquals([status, lines(screen)], [0, ASKED]);
    assertMatch(
      Deno.readTextFileSync(join(home.project, "out.txt")),
      /^AWS_ACCESS_KEY_ID=\w+\nAWS_SECRET_ACCESS_KEY=.+\nAWS_SESSION_TOKEN=.+\n$/,
    );
  },
);

windows(
  "if stdin or stderr is not the console, the error says so",
  async ({ aws, home, run }) => {
    const expected = (stream: string) =>
      `assume-role: error: ${DENIED}An MFA code for ${SERIAL} is needed, and ${stream} is not the console, so assume-role cannot ask\n` +
      "assume-role: hint: give a code with '--mfa-token', or set '--mfa-command' to a program that prints codes\n";
    const withoutStdin = await home.runOnConsole(
      ["-r", "deploy", ...DONE],
      [],
      { streams: { stdin: "NUL" } },
    );
    assertEquals(withoutStdin, { status: 125, screen: expected("stdin") });
    const withoutStderr = await home.runOnConsole(
      ["-r", "deploy", ...DONE],
      [],
      { streams: { stderr: "err.txt" } },
    );
    assertEquals(withoutStderr, { status: 125, screen: "" });
    assertEquals(
      Deno.readTextFileSync(join(home.project, "err.txt")),
      expected("stderr"),
    );
    const printed = await run("-r deploy", {
      stdin: `${await aws.code(ALICE)}\r\n`,
    });
    assertEquals([printed.status, printed.stderr], [0, ""]);
  },
);

/** Returns the lines of a screen, without blanks at their ends and without empty lines. */
function lines(screen: string): string[] {
  return screen.split("\n").map((line) => line.trimEnd())
    .filter((line) => line !== "");
}

/** Formats an argv without special characters as a line of a batch file. */
function batch(argv: readonly string[]): string {
  return argv.map((word) => `"${word}"`).join(" ");
}
