import { OPTION_HELP } from "../../lib/settings/option_help.ts";
import { OPTIONS } from "../../lib/settings/options.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { parseArgv } from "../../lib/cli/argv.ts";
import {
  EXAMPLES,
  formatHelp,
  formatShortHelp,
  formatVersion,
} from "../../lib/cli/help.ts";
import { parseInvocation } from "../../lib/cli/invocation.ts";
import { optionName } from "../../lib/settings/names.ts";
import { GROUPS } from "../../lib/settings/setting_types.ts";
import { SETTING_NAMES } from "../../lib/settings/settings.ts";

Deno.test("formatHelp() lists each option once, by group and in the table's order", () => {
  const found: Record<string, string[]> = {};
  let group = "";
  for (const line of formatHelp(false).split("\n")) {
    const title = /^(\S.*):$/.exec(line)?.[1];
    if (title !== undefined) group = title;
    const option = /^ {2}(?:-\w, | {4})(--[\w-]+)/.exec(line)?.[1];
    if (option !== undefined) (found[group] ??= []).push(option);
  }
  const expected = Object.fromEntries(
    Object.entries(GROUPS).map(([group, title]) => [
      title,
      SETTING_NAMES.filter((name) => OPTIONS[name]?.group === group)
        .map(optionName),
    ]),
  );
  assertEquals(found, expected);
});

Deno.test("formatHelp() shows an option's letter, value and meaning", () => {
  const lines = formatHelp(false).split("\n");
  for (
    const line of [
      "  -r, --role NAME|ARN            entry of 'roles', AWS profile, name, or ARN",
      "  -f, --force-refresh            get fresh credentials; ignore the cache",
      "      --no-input                 never prompt; fail instead",
      "  -E, --preserve-env[=NAME,...]  pass these variables on (alone: all)",
    ]
  ) {
    assert(lines.includes(line), line);
  }
});

Deno.test("formatHelp() aligns its columns and fits into 80 columns and 70 lines", () => {
  const lines = formatHelp(false).split("\n");
  assertEquals(lines.filter((line) => line.length > 80), []);
  assert(lines.length <= 70, `${lines.length} lines`);
  assertEquals(lines.filter((line) => line !== line.trimEnd()), []);
  const options = lines.filter((line) => /^ {2}.{4}--/.test(line));
  const ragged = options.filter((line) => !/^ {2}.{30} \S/.test(line));
  assertEquals(ragged, []);
  assertEquals(lines.at(-1), "");
});

Deno.test("formatShortHelp() has the most used options and examples, in 80 columns and 28 lines", () => {
  const text = formatShortHelp(false);
  const lines = text.split("\n");
  assertEquals(lines.filter((line) => line.length > 80), []);
  assert(lines.length <= 29, `${lines.length} lines`);
  const long = formatHelp(false).split("\n");
  const options = lines.filter((line) => /^ {2}.{4}--/.test(line));
  assertEquals(options.filter((line) => !long.includes(line)), []);
  assertEquals(options.length, 11);
  assertStringIncludes(text, "'assume-role --help' lists all options.");
});

Deno.test("the examples of the help are valid command lines", () => {
  for (const [commandLine] of EXAMPLES) {
    const [, words = ""] = /\bassume-role (.*?)\)?"?$/.exec(commandLine) ?? [];
    const argv = parseArgv(words.split(" "));
    const { ownCommand } = parseInvocation(argv);
    const isPrinting = argv.options.format !== undefined;
    assertEquals(
      argv.command.length > 0,
      ownCommand === undefined && !isPrinting,
      commandLine,
    );
  }
});

Deno.test("formatHelp() shows titles in bold if styles are shown", () => {
  for (const format of [formatHelp, formatShortHelp]) {
    assertStringIncludes(format(true), "\n\x1b[1mExamples:\x1b[0m\n");
    const plain = format(true).replaceAll("\x1b[1m", "")
      .replaceAll("\x1b[0m", "");
    assertEquals(plain, format(false));
  }
});

Deno.test("formatVersion() prints the version, the runtime and the machine", () => {
  assertEquals(
    formatVersion({ deno: "2.9.6", target: "x86_64-unknown-linux-gnu" }),
    `assume-role ${config.version}
commit: source
deno: 2.9.6
target: x86_64-unknown-linux-gnu
`,
  );
});

Deno.test("each option has a text for --help, and each text has an option", () => {
  assertEquals(Object.keys(OPTION_HELP), Object.keys(OPTIONS));
});
