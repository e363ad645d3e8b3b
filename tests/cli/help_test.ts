import { assert, assertEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { formatHelp, formatVersion } from "../../lib/cli/help.ts";
import { optionName, SETTING_NAMES } from "../../lib/settings/names.ts";
import { GROUPS } from "../../lib/settings/setting.ts";
import { SETTINGS } from "../../lib/settings/table.ts";

Deno.test("formatHelp() has each option once, under its group and in the table's order", () => {
  const found: Record<string, string[]> = {};
  let group = "";
  for (const line of formatHelp().split("\n")) {
    const title = /^(\S.*):$/.exec(line)?.[1];
    if (title !== undefined) group = title;
    const option = /^ {2}(?:-\w, | {4})(--[\w-]+)/.exec(line)?.[1];
    if (option !== undefined) (found[group] ??= []).push(option);
  }
  const expected = Object.fromEntries(
    Object.entries(GROUPS).map(([group, title]) => [
      title,
      SETTING_NAMES.filter((name) => SETTINGS[name].option?.group === group)
        .map(optionName),
    ]),
  );
  assertEquals(found, expected);
});

Deno.test("formatHelp() shows letter, value and meaning of an option", () => {
  const lines = formatHelp().split("\n");
  for (
    const line of [
      "  -r, --role NAME|ARN               the role: an entry of 'roles', an ARN, or a name for role_prefix",
      "  -f, --force-refresh               get fresh credentials even if the cached ones are good",
      "      --no-input                    never ask; fail at once and say what was needed",
      "  -E, --preserve-env[=PATTERN,...]  let these variables through to the command; alone, all of them",
    ]
  ) {
    assert(lines.includes(line), line);
  }
});

Deno.test("formatHelp() keeps its columns apart and its lines short", () => {
  const lines = formatHelp().split("\n");
  assertEquals(lines.filter((line) => line.length > 100), []);
  assertEquals(lines.filter((line) => line !== line.trimEnd()), []);
  const options = lines.filter((line) => /^ {2}.{4}--/.test(line));
  const ragged = options.filter((line) => !/^ {2}.{33} \S/.test(line));
  assertEquals(ragged, []);
  assertEquals(lines.at(-1), "");
});

Deno.test("formatVersion() tells the version of the package", () => {
  assertEquals(formatVersion(), `assume-role ${config.version}\n`);
});
