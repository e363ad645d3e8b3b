/**
 * Interactive programs on the terminal: raw mode, window size and passwords. After a
 * run, the terminal has the same settings as before (99designs/aws-vault#453, #420).
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import {
  argv,
  e2e,
  fixture,
  program,
  terminal,
  type TestHome,
  warm,
} from "../mod.ts";

/**
 * Runs a command of the role `admin` on a terminal, and types at the terminal.
 * Prints `as before` if the settings of the terminal are the same afterwards.
 */
async function play(
  home: TestHome,
  command: readonly string[],
  steps: readonly (readonly [seen: string, typed: string])[],
) {
  const script =
    'trap : INT; stty rows 24 cols 80; stty -a >before; "$@"; s=$?; stty -a >after; cmp before after && echo "as before"; exit $s';
  return await home.play(
    argv`sh -c ${script} sh ${program()} -r admin ${command}`,
    steps,
    { env: { TERM: "vt100" } },
  );
}

const isInstalled = async (home: TestHome, name: string) =>
  (await home.sh(`command -v ${name}`)).status === 0;

e2e("a program in raw mode gets every typed key", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  const result = await play(home, ["python3", fixture("raw_keys.py")], [
    ["raw", "a\x03\x1a\x1c\r\x04\x1b[Aq"],
  ]);
  assertStringIncludes(result.stdout, "keys 61031a1c0d041b5b4171");
  assertStringIncludes(result.stdout, "as before");
  assertEquals(result.status, 8);
});

e2e("a new window size reaches the command once", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  const result = await play(home, ["python3", fixture("window_size.py")], []);
  assertStringIncludes(result.stdout, "(80, 24)");
  assertStringIncludes(result.stdout, "sizes [(77, 33)]");
  assertStringIncludes(result.stdout, "as before");
});

e2e("a command can prompt for a password without echo", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  const program =
    "import getpass; print('got', len(getpass.getpass('Password: ')))";
  const result = await play(home, ["python3", "-c", program], [
    ["Password: ", "hunter2\n"],
  ]);
  assertStringIncludes(result.stdout, "got 7");
  assertEquals(result.stdout.includes("hunter2"), false);
  assertStringIncludes(result.stdout, "as before");
});

e2e("less and vi work if they are installed", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  home.write(
    "text",
    Array.from({ length: 100 }, (_, i) => `line ${i + 1}\n`).join(""),
  );
  if (await isInstalled(home, "less")) {
    const result = await play(home, ["less", "text"], [
      ["line 20", "G"],
      ["line 100", "\x03"], // less handles Ctrl-C itself
      ["", "q"],
    ]);
    assertStringIncludes(result.stdout, "line 100");
    assertStringIncludes(result.stdout, "as before");
    assertEquals(result.status, 0);
  }
  if (await isInstalled(home, "vi")) {
    const result = await play(home, ["vi", "text"], [
      ["line 20", "ddGonew line\x1b:wq\r"],
    ]);
    assertStringIncludes(result.stdout, "as before");
    const lines = Deno.readTextFileSync(join(home.project, "text")).split(
      "\n",
    );
    assertEquals([lines[0], lines.at(-2)], ["line 2", "new line"]);
  }
});
