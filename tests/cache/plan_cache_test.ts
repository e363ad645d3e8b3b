import { assertEquals } from "@std/assert";
import { readRunInputs } from "../../lib/cache/plan_cache.ts";
import { parseArgv } from "../../lib/cli/argv.ts";
import type { Input } from "../../lib/host.ts";

const INPUT: Input = {
  args: [],
  env: {
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    ASSUME_ROLE_CACHE_DIR: "/nowhere",
  },
  findUnreadable: () => [],
  now: Date.now,
  cwd: () => "/",
  home: undefined,
  isWindows: false,
};

const keyOf = async (...argv: string[]) =>
  (await readRunInputs(parseArgv(argv), INPUT))?.key;

Deno.test("the cache key that readRunInputs() returns does not depend on the spelling of options, the command or a valid MFA code", async () => {
  const key = await keyOf("-r", "admin", "-E=A", "true");
  for (
    const argv of [
      ["--role=admin", "--preserve-env=A", "false"],
      ["-E=A", "-radmin", "--", "true"],
      ["-r", "admin", "-E=A", "--mfa-token", "123456", "true"],
    ]
  ) assertEquals(await keyOf(...argv), key, argv.join(" "));
});

Deno.test("the cache key that readRunInputs() returns changes with each option, value and order of values, and with an invalid MFA code", async () => {
  const argvs = [
    ["-r", "admin"],
    ["-r", "deploy"],
    ["-r", "admin", "-f"],
    ["-r", "admin", "--format=process"],
    ["-r", "admin", "-r", "deploy"],
    ["-r", "deploy", "-r", "admin"],
    ["-r", "admin", "--mfa-token", "12345"],
  ];
  const keys = await Promise.all(argvs.map((argv) => keyOf(...argv)));
  assertEquals(new Set(keys).size, argvs.length);
});

Deno.test("readRunInputs() returns no cache key for --verbose, for a subcommand, or for an argument with U+FFFD", async () => {
  for (
    const argv of [["-v", "true"], ["--list"], ["--help"], ["--explain"]]
  ) assertEquals(await keyOf("-r", "admin", ...argv), undefined);
  assertEquals(await keyOf("-r", "admin", "echo", "\uFFFD"), undefined);
});
