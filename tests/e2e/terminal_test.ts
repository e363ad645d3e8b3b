/**
 * Interactive programs on the terminal: raw mode, window size, passwords, and a
 * terminal that is left as it was found (99designs/aws-vault#453, #420).
 */
import { e2e } from "../mod.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { HAS_TERMINAL, program, type TestHome, warm } from "./test_home.ts";

const terminal = { ignore: !HAS_TERMINAL };

/** Plays a person at a run of the admin role, between two looks at the terminal. */
async function play(
  home: TestHome,
  command: readonly string[],
  steps: readonly (readonly [seen: string, typed: string])[],
) {
  const script =
    'trap : INT; stty rows 24 cols 80; stty -a >before; "$@"; s=$?; stty -a >after; cmp before after && echo "as found"; exit $s';
  return await home.play(
    [
      "sh",
      "-c",
      script,
      "sh",
      ...program(),
      "-r",
      "admin",
      ...command,
    ],
    steps,
    { env: { TERM: "vt100" } },
  );
}

async function has(home: TestHome, name: string): Promise<boolean> {
  return (await home.exec(["sh", "-c", `command -v ${name}`])).status === 0;
}

e2e("a program in raw mode gets keys, not lines, and all of them", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  home.write(
    "keys.py",
    `
import os, sys, termios, tty
before = termios.tcgetattr(0)
tty.setraw(0)
print("raw", end="", flush=True)
keys = b""
while not keys.endswith(b"q"): keys += os.read(0, 1)
termios.tcsetattr(0, termios.TCSADRAIN, before)
print("\\nkeys", keys.hex())
sys.exit(8)
`,
  );
  const result = await play(home, ["python3", "keys.py"], [[
    "raw",
    "a\x03\x1a\x1c\r\x04\x1b[Aq",
  ]]);
  assertStringIncludes(result.stdout, "keys 61031a1c0d041b5b4171");
  assertStringIncludes(result.stdout, "as found");
  assertEquals(result.status, 8);
});

e2e("a change of the window reaches the child, once", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  home.write(
    "window.py",
    `
import fcntl, os, signal, struct, termios, time
resize = lambda rows, columns: fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
sizes = []
signal.signal(signal.SIGWINCH, lambda number, frame: sizes.append(tuple(os.get_terminal_size())))
def until_told():
    while not sizes: time.sleep(0.02)
os.kill(os.getppid(), signal.SIGWINCH) # when it comes back, all stands
until_told()
print(sizes.pop())
resize(33, 77)
until_told()
time.sleep(0.5) # for another that there must not be
print("sizes", sizes)
resize(24, 80)
`,
  );
  const result = await play(home, ["python3", "window.py"], []);
  assertStringIncludes(result.stdout, "(80, 24)");
  assertStringIncludes(result.stdout, "sizes [(77, 33)]");
  assertStringIncludes(result.stdout, "as found");
});

e2e("a password prompt of the child's own works, echo off", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  const ask =
    "import getpass; print('got', len(getpass.getpass('Password: ')))";
  const result = await play(home, ["python3", "-c", ask], [[
    "Password: ",
    "hunter2\n",
  ]]);
  assertStringIncludes(result.stdout, "got 7");
  assertEquals(result.stdout.includes("hunter2"), false);
  assertStringIncludes(result.stdout, "as found");
});

e2e("less and vi work in full, where there are any", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  home.write(
    "text",
    Array.from({ length: 100 }, (_, i) => `line ${i + 1}\n`).join(""),
  );
  if (await has(home, "less")) {
    const result = await play(home, ["less", "text"], [
      ["line 20", "G"],
      ["line 100", "\x03"], // less handles Ctrl-C itself
      ["", "q"],
    ]);
    assertStringIncludes(result.stdout, "line 100");
    assertStringIncludes(result.stdout, "as found");
    assertEquals(result.status, 0);
  }
  if (await has(home, "vi")) {
    const result = await play(home, ["vi", "text"], [
      ["line 20", "ddGonew line\x1b:wq\r"],
    ]);
    assertStringIncludes(result.stdout, "as found");
    const lines = Deno.readTextFileSync(join(home.project, "text")).split(
      "\n",
    );
    assertEquals([lines[0], lines.at(-2)], ["line 2", "new line"]);
  }
});
