import { assertEquals } from "@std/assert";
import { plainWords } from "../../lib/system/no_shell.ts";

Deno.test("plainWords() splits a command line only if a shell would split it in the same way", () => {
  const cases: readonly (readonly [string, readonly string[] | undefined])[] = [
    ["ykman", ["ykman"]],
    [" /bin/op  item get AWS --otp ", [
      "/bin/op",
      "item",
      "get",
      "AWS",
      "--otp",
    ]],
    ["oathtool --totp=sha1 -b @file", [
      "oathtool",
      "--totp=sha1",
      "-b",
      "@file",
    ]],
    ["NAME=value program", undefined],
    ["echo $CODE", undefined],
    ["echo '123456'", undefined],
    ["pass otp aws | head -1", undefined],
    ["~/bin/code", undefined],
    ["a\nb", undefined],
    ["code *", undefined],
    ["code # comment", undefined],
    ["", undefined],
  ];
  for (const [command, words] of cases) {
    assertEquals(plainWords(command), words, command);
  }
});
