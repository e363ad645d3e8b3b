import { assertEquals } from "@std/assert";
import { splitCommandLine } from "../../lib/aws/split_command_line.ts";

// The expected words are those of botocore's compat_shell_split().
const CASES: readonly (readonly [
  line: string,
  unix: readonly string[] | undefined,
  windows: readonly string[] | undefined,
])[] = [
  ["corp login", ["corp", "login"], ["corp", "login"]],
  [
    `"C:\\Program Files\\corp.exe" -p 'a b'`,
    ["C:\\Program Files\\corp.exe", "-p", "a b"],
    ["C:\\Program Files\\corp.exe", "-p", "'a", "b'"],
  ],
  ["C:\\corp\\login.exe", ["C:corplogin.exe"], ["C:\\corp\\login.exe"]],
  [`a\\"b`, ['a"b'], ['a"b']],
  [`"a\\\\" b`, ["a\\", "b"], ["a\\", "b"]],
  [`x "" y`, ["x", "", "y"], ["x", "", "y"]],
  [`"open`, undefined, undefined],
  [`'open`, undefined, ["'open"]],
  ["end\\", undefined, ["end\\"]],
  ["$HOME ~ *", ["$HOME", "~", "*"], ["$HOME", "~", "*"]],
];

Deno.test("splitCommandLine() splits into words as the AWS CLI does on Unix and on Windows", () => {
  for (const [line, unix, windows] of CASES) {
    assertEquals(splitCommandLine(line, false), unix, line);
    assertEquals(splitCommandLine(line, true), windows, line);
  }
});
