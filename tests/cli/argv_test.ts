import { assertEquals, assertThrows } from "@std/assert";
import {
  isOwnCommand,
  type OptionTexts,
  parseArgv,
} from "../../lib/cli/argv.ts";
import { suggestOption } from "../../lib/cli/suggest_option.ts";
import type { UsageError } from "../../lib/errors.ts";
import { optionName } from "../../lib/settings/names.ts";
import { OPTIONS } from "../../lib/settings/options.ts";
import type { SettingName } from "../../lib/settings/setting_types.ts";

type Case = readonly [argv: string[], options: string[], command: string[]];

function check(cases: readonly Case[]): void {
  for (const [argv, options, command] of cases) {
    const parsed = parseArgv(argv);
    assertEquals(
      { options: written(parsed.options).sort(), command: parsed.command },
      { options: options.toSorted(), command },
      argv.join(" "),
    );
  }
}

/** Formats parsed options as words: `--role=admin`, or `--quiet` for a flag. */
function written(options: OptionTexts): string[] {
  return (Object.keys(options) as SettingName[]).flatMap((name) =>
    options[name]!.map((text) =>
      OPTIONS[name]!.placeholder === undefined
        ? optionName(name)
        : `${optionName(name)}=${text}`
    )
  );
}

function failure(argv: string[]): unknown {
  const error = assertThrows(() => parseArgv(argv));
  const { name, message, hint } = suggestOption(error) as UsageError;
  return { name, message, hint };
}

Deno.test("parseArgv() ends the options at the first word that is not an option", () => {
  check([
    [[], [], []],
    [["true"], [], ["true"]],
    [["-r", "x", "true"], ["--role=x"], ["true"]],
    [["true", "-r", "x"], [], ["true", "-r", "x"]],
    [["-f", "ls", "--help"], ["--force-refresh"], ["ls", "--help"]],
    [["-", "-f"], [], ["-", "-f"]],
    [["", "-f"], [], ["", "-f"]],
    [["-f", "a", "--", "b"], ["--force-refresh"], ["a", "--", "b"]],
  ]);
});

Deno.test("parseArgv() ends the options at '--', and does not pass '--' to the command", () => {
  check([
    [["--"], [], []],
    [["--", "true"], [], ["true"]],
    [["-f", "--", "-f"], ["--force-refresh"], ["-f"]],
    [["--", "--"], [], ["--"]],
    [["--", "--", "-r"], [], ["--", "-r"]],
  ]);
});

Deno.test("parseArgv() leaves the command's words unchanged", () => {
  const command = ["007", "", " ", "--help", "-r", "--", "a=b", "*", "\xff\n"];
  check([
    [["-f", "--", ...command], ["--force-refresh"], command],
    [["-f", ...command], ["--force-refresh"], command],
  ]);
});

Deno.test("parseArgv() takes an option's value from the same word or from the next word", () => {
  check([
    [["--role", "x"], ["--role=x"], []],
    [["--role=x"], ["--role=x"], []],
    [["--role=x=y", "z"], ["--role=x=y"], ["z"]],
    [["--role=", "true"], ["--role="], ["true"]],
    [["--role", "", "true"], ["--role="], ["true"]],
    [["--role", "-", "true"], ["--role=-"], ["true"]],
    [["--role=--verbose"], ["--role=--verbose"], []],
    [["--mfa-token", "007007"], ["--mfa-token=007007"], []],
    [["-rx"], ["--role=x"], []],
    [["-r=x"], ["--role=x"], []],
    [["-r", "x"], ["--role=x"], []],
    [["-r="], ["--role="], []],
    [["-r-x"], ["--role=-x"], []],
    [["-r", "a", "-r", "b"], ["--role=a", "--role=b"], []],
  ]);
});

Deno.test("parseArgv() splits joined short options, of which the last can have a value", () => {
  check([
    [["-fv", "x"], ["--force-refresh", "--verbose"], ["x"]],
    [["-fr", "x", "y"], ["--force-refresh", "--role=x"], ["y"]],
    [["-frx", "y"], ["--force-refresh", "--role=x"], ["y"]],
    [["-rfv"], ["--role=fv"], []],
  ]);
});

Deno.test("parseArgv() never uses the next word as the value of '--preserve-env'", () => {
  check([
    [["-E", "FOO"], ["--preserve-env=*"], ["FOO"]],
    [["--preserve-env", "FOO"], ["--preserve-env=*"], ["FOO"]],
    [["--preserve-env=FOO"], ["--preserve-env=FOO"], []],
    [["-E=FOO,B*"], ["--preserve-env=FOO,B*"], []],
    [["-Ef", "x"], ["--preserve-env=*", "--force-refresh"], ["x"]],
    [["-fE", "x"], ["--force-refresh", "--preserve-env=*"], ["x"]],
  ]);
});

Deno.test("parseArgv() never uses an option as the value of the previous option", () => {
  const message = "Option '--role' needs a value";
  const cases: readonly (readonly [string[], string, string])[] = [
    [["--role"], message, "write '--role NAME|ARN'"],
    [["--role", "--", "true"], message, "write '--role NAME|ARN'"],
    [
      ["--role", "-f"],
      message,
      "if '-f' is meant to be the value, write '--role=-f'",
    ],
    [
      ["-r", "--nonsense"],
      "Option '-r' needs a value",
      "if '--nonsense' is meant to be the value, write '--role=--nonsense'",
    ],
    [["-fr"], "Option '-r' needs a value", "write '--role NAME|ARN'"],
  ];
  for (const [argv, message, hint] of cases) {
    assertEquals(failure(argv), { name: "UsageError", message, hint });
  }
});

Deno.test("parseArgv() refuses a value for a flag", () => {
  for (
    const [argv, spelled] of [
      [["--verbose=yes"], "--verbose"],
      [["--verbose="], "--verbose"],
      [["-v=yes"], "-v"],
      [["-fv=1"], "-v"],
    ] as const
  ) {
    assertEquals(failure([...argv]), {
      name: "UsageError",
      message: `Option '${spelled}' takes no value`,
      hint: undefined,
    });
  }
});

Deno.test("parseArgv() refuses an unknown option, and suggests the closest option", () => {
  const help =
    "see 'assume-role --help'; put '--' before a command that begins with '-'";
  const cases: readonly (readonly [string[], string, string])[] = [
    [
      ["--rol", "x", "true"],
      "Unknown option '--rol'",
      "did you mean '--role'?",
    ],
    [["--rol=x"], "Unknown option '--rol'", "did you mean '--role'?"],
    [["--Verbose"], "Unknown option '--Verbose'", "did you mean '--verbose'?"],
    [["--no-quiet"], "Unknown option '--no-quiet'", "did you mean '--quiet'?"],
    [["--bad"], "Unknown option '--bad'", help], // two of three letters of --tag differ
    [["--serial"], "Unknown option '--serial'", "did you mean '--mfa-serial'?"],
    [["--tags"], "Unknown option '--tags'", "did you mean '--tag'?"],
    [["--xyzzy-plugh"], "Unknown option '--xyzzy-plugh'", help],
    [["-x"], "Unknown option '-x'", help],
    [["-fx"], "Unknown option '-x' in '-fx'", help],
    [
      ["-mfa=123456"],
      "Unknown option '-m' in '-mfa=…'",
      "did you mean '--mfa-token'?",
    ],
    [
      ["-EFOO"],
      "Unknown option '-F' in '-EFOO'",
      "to pass variables to the command, write '-E=FOO'",
    ],
    [["---"], "Unknown option '---'", help],
    [["--=x"], "Unknown option '--'", help],
  ];
  for (const [argv, message, hint] of cases) {
    assertEquals(failure(argv), { name: "UsageError", message, hint });
  }
});

Deno.test("parseArgv() shows the whole character in the error about an unknown letter, also beyond U+FFFF", () => {
  const { message } = assertThrows(() => parseArgv(["-f😀"]));
  assertEquals(message, "Unknown option '-😀' in '-f😀'");
});

Deno.test("parseArgv() keeps the order of the values of one option", () => {
  const { options } = parseArgv(["-r", "b", "-E=Z", "-r", "a", "-E"]);
  assertEquals(options, { role: ["b", "a"], preserveEnv: ["Z", "*"] });
});

Deno.test("isOwnCommand() is true for options such as --list and --help, which run no command", () => {
  const own = (Object.keys(OPTIONS) as SettingName[])
    .filter((name) => isOwnCommand({ [name]: ["true"] }));
  const group = (Object.keys(OPTIONS) as SettingName[])
    .filter((name) => OPTIONS[name]?.group === "commands");
  assertEquals(own.toSorted(), [...group, "help", "version"].toSorted());
});
