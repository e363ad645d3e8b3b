import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/errors.ts";
import {
  type BrowserCommand,
  type BrowserSources,
  chosenBrowsers,
} from "../../lib/plan/browser_commands.ts";

const VALUES = {
  role: "ad&min",
  account: "111111111111",
  region: "eu-west-1",
};
const CHROME = "/mnt/c/Program Files/Google/Chrome/Application/chrome.exe";

function choose(sources: Partial<BrowserSources>): readonly BrowserCommand[] {
  return chosenBrowsers({
    setting: undefined,
    env: {},
    isWindows: false,
    isFile: (path) => path === CHROME,
    ...sources,
  }, VALUES);
}

Deno.test("chosenBrowsers() splits the key 'browser' into words and fills in the placeholders", () => {
  const cases: readonly (readonly [string, BrowserCommand])[] = [
    ["firefox", { program: "firefox", args: ["{url}"] }],
    [
      "google-chrome --profile-directory='Work 1'",
      {
        program: "google-chrome",
        args: ["--profile-directory=Work 1", "{url}"],
      },
    ],
    [
      "chrome --app={url} --user-data-dir=/tmp/{account}-{role}-{region} {other}",
      {
        program: "chrome",
        args: [
          "--app={url}",
          "--user-data-dir=/tmp/111111111111-ad&min-eu-west-1",
          "{other}",
        ],
      },
    ],
    [
      "firefox --new-tab 'ext+container:name={role}&url={url}'",
      {
        program: "firefox",
        args: ["--new-tab", "{url}"],
        target: "ext+container:name=ad%26min&url={url}",
      },
    ],
    [
      "open -a 'Google Chrome'",
      { program: "open", args: ["-a", "Google Chrome", "{url}"] },
    ],
    ["sh -c 'rm $HOME' `x`; y", {
      program: "sh",
      args: ["-c", "rm $HOME", "`x`;", "y", "{url}"],
    }],
    [CHROME, { program: CHROME, args: ["{url}"] }],
  ];
  for (const [setting, expected] of cases) {
    const env = { BROWSER: "never" };
    assertEquals(choose({ setting, env }), [expected], setting);
  }
});

Deno.test("chosenBrowsers() reads the variable BROWSER as xdg-open and Python's webbrowser do", () => {
  const firefox = { program: "firefox", args: ["{url}"] };
  const cases: readonly (readonly [string, BrowserCommand[]])[] = [
    ["", []],
    [" ", []],
    ["firefox", [firefox]],
    ["firefox %s", [firefox]],
    ["firefox %s &", [firefox]],
    ["w3m -o x=%s:firefox:", [
      { program: "w3m", args: ["-o", "x={url}"] },
      firefox,
    ]],
    [CHROME, [{ program: CHROME, args: ["{url}"] }]],
    // This program opens addresses on another machine, which has no such page.
    ["/root/.vscode-server/bin/0a1b/bin/helpers/browser.sh", []],
  ];
  for (const [BROWSER, expected] of cases) {
    assertEquals(choose({ env: { BROWSER } }), expected, BROWSER);
  }
  const BROWSER = String.raw`C:\Firefox\firefox.exe -new-tab "%s";chrome`;
  assertEquals(choose({ env: { BROWSER }, isWindows: true }), [
    {
      program: String.raw`C:\Firefox\firefox.exe`,
      args: ["-new-tab", "{url}"],
    },
    { program: "chrome", args: ["{url}"] },
  ]);
});

Deno.test("chosenBrowsers() refuses a command line without a program, or with an open quote", () => {
  for (const setting of ["&", "firefox 'x", " "]) {
    assertThrows(
      () => choose({ setting }),
      ConfigError,
      "Cannot use the key 'browser': there is no program, or a quote is not closed",
    );
  }
  assertThrows(() => choose({ env: { BROWSER: "a:b 'c" } }), ConfigError);
});

Deno.test("chosenBrowsers() lets a role's name be no option and no other path", () => {
  for (
    const [role, arg] of [
      ["--gpu-launcher=calc", "_gpu-launcher=calc"],
      ["..", "_"],
      ["a/../b", "a_.._b"],
      ["..\\..\\x", ".._.._x"],
      ["a-b.c", "a-b.c"],
    ] as const
  ) {
    const [command] = chosenBrowsers(
      {
        setting: "browser {role} /x/{role} {url}",
        env: {},
        isWindows: false,
        isFile: () => false,
      },
      { role, account: "1", region: "" },
    );
    assertEquals(command?.args, [arg, `/x/${arg}`, "{url}"]);
  }
});
