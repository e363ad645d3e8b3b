/** `mfa_prompt: graphical`: questions in windows, with stand-ins for the programs that ask. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  ALICE,
  argv,
  ARN,
  assertFails,
  e2e,
  type FakeAws,
  linux,
  OK,
  PREFIX,
  PREFIX_YAML,
  program,
  type Result,
  root,
  SERIAL,
  terminalOnLinux,
  TestHome,
  WITHOUT_TERMINAL,
  worldWith,
} from "../mod.ts";

const NEED =
  `AWS denied ${PREFIX}deploy; the role may require MFA. An MFA code for ${SERIAL} is needed, and `;
const HINT =
  "give a code with '--mfa-token', or set '--mfa-command' to a program that prints codes";
const TABLET = { serial: `${ARN}:mfa/alice-tablet`, secret: "another secret" };

/** Creates a home whose settings let assume-role ask in windows. */
function homeWithWindows(aws: FakeAws): TestHome {
  const home = new TestHome(aws);
  home.writeHome(".aws/assume-role.yaml", "mfa_prompt: graphical\n");
  return home;
}

/**
 * Creates programs that ask in windows. Each program runs a script, and notes its name and
 * its arguments in the file `asked`.
 */
function withWindows(
  home: TestHome,
  scripts: Readonly<Record<string, string>>,
): Record<string, string> {
  const directory = join(home.project, "bin");
  for (const [name, script] of Object.entries(scripts)) {
    const note =
      `{ echo ${name}; printf '%s\\n' "$@"; } >>"${home.project}/asked"`;
    const path = home.write(`bin/${name}`, `#!/bin/sh\n${note}\n${script}\n`);
    Deno.chmodSync(path, 0o700);
  }
  return {
    PATH: `${directory}:/usr/bin:/bin`,
    WAYLAND_DISPLAY: "wayland-0",
  };
}

/** Runs assume-role without a terminal. */
async function runWithoutTerminal(
  home: TestHome,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Result> {
  return await home.exec(
    [...WITHOUT_TERMINAL, ...program(), ...args],
    { env, stdin: "" },
  );
}

const DEPLOY = ["-q", "-r", "deploy", "true"];

e2e(
  "without a terminal, zenity asks for a code in a window and hides the code",
  { ...linux, home: homeWithWindows },
  async ({ aws, home }) => {
    const env = withWindows(home, {
      zenity: `echo 'Gtk-WARNING: a theme' >&2; echo ${await aws.code(ALICE)}`,
    });
    assertEquals(await runWithoutTerminal(home, DEPLOY, env), OK);
    assertEquals(
      home.noted("asked"),
      "zenity\n--entry\n--hide-text\n--title=assume-role\n" +
        "--text=AWS denied the role; the role may require MFA.\nMFA code for alice (role deploy):\n",
    );
  },
);

e2e(
  "on KDE, kdialog asks; without kdialog, zenity asks",
  { ...linux, home: homeWithWindows },
  async ({ aws, home }) => {
    const code = `echo ${await aws.code(ALICE)}`;
    const env = {
      ...withWindows(home, { zenity: "exit 7", kdialog: code }),
      XDG_CURRENT_DESKTOP: "KDE",
    };
    assertEquals(await runWithoutTerminal(home, DEPLOY, env), OK);
    assertMatch(
      home.noted("asked"),
      /^kdialog\n--title\nassume-role\n--password\nAWS denied/,
    );
    Deno.removeSync(join(home.project, "bin/kdialog"));
    const next = await aws.code(ALICE, SERIAL, 1);
    withWindows(home, { zenity: `echo ${next}` });
    assertEquals(await runWithoutTerminal(home, ["-f", ...DEPLOY], env), OK);
    assertMatch(home.noted("asked"), /\nzenity\n--entry\n--hide-text\n/);
  },
);

e2e(
  "a window asks again after a wrong code, and lets the user choose a device",
  {
    ...linux,
    ...worldWith({ devices: [...ALICE.devices!, TABLET] }),
    home: homeWithWindows,
  },
  async ({ aws, home }) => {
    const code = await aws.code({ ...ALICE, devices: [TABLET] }, TABLET.serial);
    const wrong = code === "000000" ? "000001" : "000000";
    const env = withWindows(home, {
      zenity:
        `case $* in *'Which MFA device'*) echo 2 ;; *rejected*) echo ${code} ;; *) echo ${wrong} ;; esac`,
    });
    assertEquals(await runWithoutTerminal(home, DEPLOY, env), OK);
    const [choice] = home.noted("asked").split("\nzenity\n");
    assertEquals(
      choice,
      `zenity\n--entry\n--title=assume-role\n--text=Which MFA device?\n  1  ${SERIAL}\n  2  ${TABLET.serial}\n1-2:`,
    );
    assertEquals(aws.calls.at(-1)?.params.SerialNumber, TABLET.serial);
  },
);

e2e(
  "the error says why no window can ask",
  { ...linux, home: homeWithWindows },
  async ({ home }) => {
    const display = { WAYLAND_DISPLAY: "wayland-0" };
    const cases: readonly (readonly [
      scripts: Readonly<Record<string, string>>,
      env: Readonly<Record<string, string>>,
      error: string,
      hint: string | null,
    ])[] = [
      [
        {},
        { WAYLAND_DISPLAY: "" },
        `${NEED}there is no terminal to ask on, and no display for a window (DISPLAY, WAYLAND_DISPLAY)`,
        HINT,
      ],
      [
        {},
        display,
        `${NEED}there is no terminal to ask on, and no program for a window`,
        `${HINT}, or install zenity or kdialog`,
      ],
      [
        {
          zenity:
            "echo '(zenity:1): Gtk-WARNING **: cannot open display: :9' >&2; exit 1",
        },
        display,
        `${NEED}zenity cannot open the display, so there is no window`,
        HINT,
      ],
      [
        { zenity: "exit 5" },
        display,
        `${NEED}zenity ended with status 5, so there is no window`,
        HINT,
      ],
      [{ zenity: "exit 1" }, display, "No MFA code was given", null],
    ];
    for (const [scripts, env, error, hint] of cases) {
      const all = { ...withWindows(home, scripts), ...env };
      assertFails(await runWithoutTerminal(home, DEPLOY, all), { error, hint });
    }
  },
);

e2e(
  "with a terminal, with '--no-input' and without mfa_prompt, no window asks",
  { ...terminalOnLinux, home: homeWithWindows },
  async ({ aws, home }) => {
    const env = withWindows(home, { zenity: "echo 123456" });
    const asked = await home.runOnTerminal(
      "-q -r deploy true",
      [["MFA code for", `${await aws.code(ALICE)}\n`]],
      { env },
    );
    assertEquals(asked.status, 0, asked.stdout);
    const refused = await runWithoutTerminal(
      home,
      ["--no-input", "-f", ...DEPLOY],
      env,
    );
    assertEquals(refused.status, 125);
    home.writeHome(".aws/assume-role.yaml", "mfa_prompt: terminal\n");
    const without = await runWithoutTerminal(home, ["-f", ...DEPLOY], env);
    assertEquals(without.status, 125);
    assertEquals(home.noted("asked"), "");
  },
);

e2e(
  "printed credentials get their code from the window, not from stdin",
  { ...linux, home: homeWithWindows },
  async ({ aws, home }) => {
    const env = withWindows(home, { zenity: `echo ${await aws.code(ALICE)}` });
    const { status, stdout, stderr } = await runWithoutTerminal(
      home,
      argv`-r deploy --format process`,
      env,
    );
    assertEquals([status, stderr], [0, ""]);
    assertMatch(stdout, /"SessionToken"/);
  },
);

e2e(
  "mfa_prompt of a project is refused, because it runs a program",
  { home: homeWithWindows },
  async ({ home, run }) => {
    home.write("assume-role.yaml", `${PREFIX_YAML}mfa_prompt: graphical\n`);
    const { status, stderr } = await run("-r admin true");
    assertEquals(status, 125);
    assertMatch(stderr, /mfa_prompt/);
    home.write("assume-role.yaml", PREFIX_YAML);
    home.writeHome(".aws/assume-role.yaml", "mfa_prompt: window\n");
    assertFails(await run("-r admin true"), {
      error: /mfa_prompt: the value must be terminal or graphical|mfa_prompt/,
    });
  },
);

e2e(
  "a slow program gets a note on a terminal, unless the program has shown text",
  { ...terminalOnLinux, ...root },
  async ({ aws, home }) => {
    const slow = (script: string, code: string) => [
      "-r",
      "deploy",
      "--mfa-command",
      `${script}; sleep 3; echo ${code}`,
      "echo",
      "ran",
    ];
    const silent = await home.runOnTerminal(
      slow(":", await aws.code(ALICE)),
      [],
    );
    assertEquals(
      silent.stdout,
      "assume-role: note: waiting for the MFA command…\r\nran\r\n",
    );
    const next = await aws.code(ALICE, SERIAL, 1);
    const asking = await home.runOnTerminal(
      ["-f", ...slow("echo 'touch the key' >&2", next)],
      [],
    );
    assertMatch(asking.stdout, /^touch the key\r\n/);
    assertEquals(asking.stdout.includes("waiting for"), false);
  },
);
