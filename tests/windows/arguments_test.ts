/** Arguments of commands: of programs, and of batch files. */
import { assertEquals } from "@std/assert";
import { deno, fixture, IS_NATIVE, toWindows, windows } from "./windows.ts";

/** Arguments that a careless quoting would change. */
const HARD_ARGUMENTS = [
  "",
  " ",
  "two words",
  "tab\there",
  '"',
  '""',
  'a "quoted" word',
  '\\"',
  '\\\\"x',
  "ends in a backslash\\",
  "two words\\\\",
  "C:\\Program Files\\x\\",
  "\\\\server\\share",
  "grüße 日本語 😀",
  "%PATH%",
  "100%",
  "^caret^",
  "a&b",
  "a|b",
  "<in >out",
  "(x)",
  "!x!",
  "a;b,c=d",
  "'single'",
  "--",
  "*.ts",
  "line\nbreak",
  "line\r\nbreak",
];

windows("a program gets every argument unchanged", async ({ run }) => {
  const command = deno(fixture("show_arguments.ts"));
  const result = await run(["-r", "admin", ...command, ...HARD_ARGUMENTS]);
  assertEquals([result.status, result.stderr], [0, ""]);
  assertEquals(JSON.parse(result.stdout), HARD_ARGUMENTS);
});

/** Arguments of batch files. Wine's `cmd` expands variables that `cmd` of Windows keeps. */
const BATCH_ARGUMENTS = HARD_ARGUMENTS
  .filter((word) => !/[\r\n]/.test(word) && (IS_NATIVE || !word.includes("%")));

/** Returns the text of a batch file that shows its arguments and ends with status 7. */
function batchFile(): string {
  const command = deno(fixture("show_arguments.ts"))
    .map((word) => `"${word}"`).join(" ");
  return `@echo off\r\n${command} %*\r\nexit /b 7\r\n`;
}

for (const extension of ["cmd", "BAT"]) {
  windows(
    `a .${extension} file is found without its extension, and gets every argument unchanged`,
    async ({ home, run }) => {
      home.write(`bin/show.${extension}`, batchFile());
      const PATH = [
        `${toWindows(home.project)}\\bin`,
        "C:\\Windows\\System32",
      ].join(";");
      const result = await run(
        ["-r", "admin", "show", ...BATCH_ARGUMENTS],
        { env: { PATH } },
      );
      assertEquals([result.status, result.stderr], [7, ""]);
      assertEquals(JSON.parse(result.stdout), BATCH_ARGUMENTS);
      for (const path of ["./bin/show", ".\\bin\\show", "bin/show"]) {
        const { status, stdout } = await run(["-r", "admin", path, "a b"]);
        assertEquals([status, stdout], [7, '["a b"]\n']);
      }
    },
  );
}

// CVE-2024-24576: arguments of a batch file must never run another program.
windows(
  "no argument of a batch file runs another program",
  async ({ home, run }) => {
    home.write("show.cmd", batchFile());
    const attacks = [
      '"&echo>pwned&"',
      '" & echo > pwned & rem "',
      "&echo>pwned",
      '"|echo>pwned',
      "%CMDCMDLINE:~-1%&echo>pwned",
      '^"&echo>pwned',
      '\\"&echo>pwned&\\"',
    ];
    await run(["-r", "admin", ".\\show", ...attacks]);
    for (const attack of attacks) await run(["-r", "admin", ".\\show", attack]);
    assertEquals(
      Array.from(Deno.readDirSync(home.project), ({ name }) => name).sort(),
      ["assume-role.yaml", "show.cmd"],
    );
  },
);

windows(
  "an argument of a batch file with a line break is refused",
  async ({ home, run }) => {
    home.write("show.cmd", batchFile());
    for (const word of ["a\nb", "a\r\nb", "\r"]) {
      assertEquals(await run(["-r", "admin", ".\\show", word]), {
        status: 126,
        stdout: "",
        stderr:
          "assume-role: error: Cannot run '.\\show.cmd': an argument has a line break, and cmd would read only the first line\n" +
          "assume-role: hint: run the program that the batch file starts, or pass the text in a file\n",
      });
    }
  },
);

windows(
  "a file that is no program has status 126 and a hint for Windows",
  async ({ home, run }) => {
    home.write("script.ps1", "exit 0\r\n");
    const { status, stderr } = await run(["-r", "admin", ".\\script.ps1"]);
    assertEquals(status, 126);
    assertEquals(
      stderr,
      "assume-role: error: Cannot run '.\\script.ps1': not a program\n" +
        "assume-role: hint: use a program or a batch file; start a script with its interpreter, such as 'python' or 'powershell -File'\n",
    );
  },
);
