import { assertEquals, assertStringIncludes } from "@std/assert";
import { windowPrograms } from "../../lib/system/ask_window.ts";

const HIDDEN = { text: "MFA code for alice (role admin):", hides: true };
const SHOWN = { text: "Which?\n  1  a & <b>", hides: false };

/** The words of the programs that can ask, in order. */
const wordsOf = (...args: Parameters<typeof windowPrograms>) =>
  windowPrograms(...args).map(({ words }) => words);

Deno.test("on Linux, zenity and kdialog ask; on KDE, kdialog comes first", () => {
  const zenity = [
    "zenity",
    "--entry",
    "--hide-text",
    "--title=assume-role",
    `--text=${HIDDEN.text}`,
  ];
  const kdialog = [
    "kdialog",
    "--title",
    "assume-role",
    "--password",
    HIDDEN.text,
  ];
  assertEquals(wordsOf(HIDDEN, {}, "linux"), [zenity, kdialog]);
  for (const XDG_CURRENT_DESKTOP of ["KDE", "ubuntu:KDE", "kde"]) {
    assertEquals(wordsOf(HIDDEN, { XDG_CURRENT_DESKTOP }, "linux"), [
      kdialog,
      zenity,
    ]);
  }
  assertEquals(wordsOf(SHOWN, {}, "linux"), [
    [
      "zenity",
      "--entry",
      "--title=assume-role",
      "--text=Which?\n  1  a &amp; &lt;b&gt;",
    ],
    ["kdialog", "--title", "assume-role", "--inputbox", SHOWN.text],
  ]);
});

Deno.test("on macOS, osascript gets the question as an argument, not as code", () => {
  const dialog =
    'text returned of (display dialog (item 1 of argv) with title "assume-role" default answer ""';
  const lines = (dialog: string) =>
    ["on run argv", dialog, "end run"].flatMap((line) => ["-e", line]);
  assertEquals(wordsOf(HIDDEN, {}, "darwin"), [
    ["osascript", ...lines(`${dialog} with hidden answer)`), HIDDEN.text],
  ]);
  assertEquals(wordsOf(SHOWN, {}, "darwin"), [
    ["osascript", ...lines(`${dialog})`), SHOWN.text],
  ]);
});

Deno.test("on Windows, PowerShell gets the question in a variable, not as code", () => {
  const [words = []] = wordsOf(HIDDEN, {}, "windows");
  assertEquals(words.slice(0, -1), [
    "powershell",
    "-NoProfile",
    "-NonInteractive",
    "-STA",
    "-Command",
  ]);
  const script = words.at(-1)!;
  assertEquals(script.includes("alice"), false);
  assertStringIncludes(script, "Text = $env:ASSUME_ROLE_QUESTION;");
  assertStringIncludes(script, "UseSystemPasswordChar = $true;");
  assertStringIncludes(wordsOf(SHOWN, {}, "windows")[0]!.at(-1)!, "= $false;");
});
