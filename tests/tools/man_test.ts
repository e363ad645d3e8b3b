import { OPTIONS } from "../../lib/settings/options.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { keyName, optionName, variableName } from "../../lib/settings/names.ts";
import { SETTING_NAMES, SETTINGS } from "../../lib/settings/settings.ts";
import { hasVariable } from "../../lib/settings/variables.ts";
import { formatManPage } from "../../tools/man.ts";

const PAGE = formatManPage();
/** The page without markup for dashes and fonts. */
const PLAIN = PAGE.replaceAll("\\-", "-").replace(/\\f[BIR]/g, "");

Deno.test("formatManPage() has every option, variable and key", () => {
  const lines = PLAIN.split("\n");
  const words = new Set(PLAIN.split(/[^\w-]+/));
  for (const name of SETTING_NAMES) {
    const option = OPTIONS[name];
    const { key } = SETTINGS[name];
    if (option !== undefined) {
      const start = option.short === undefined ? "" : `-${option.short}, `;
      const tags = lines.filter((line) =>
        line.startsWith(start + optionName(name)) &&
        !/^[\w-]/.test(line.slice(start.length + optionName(name).length))
      );
      assertEquals(tags.length >= 1, true, optionName(name));
    }
    if (hasVariable(name)) {
      assertEquals(words.has(variableName(name)), true, variableName(name));
    }
    if (key !== undefined) {
      assertEquals(words.has(keyName(name)), true, keyName(name));
    }
  }
});

Deno.test("formatManPage() has the sections of a man page", () => {
  assertEquals([...PAGE.matchAll(/^\.SH (.*)$/gm)].map(([, title]) => title), [
    "NAME",
    "SYNOPSIS",
    "DESCRIPTION",
    "OPTIONS",
    "ENVIRONMENT",
    "FILES",
    "SETTINGS",
    "EXIT STATUS",
    "EXAMPLES",
    "SEE ALSO",
  ]);
  assertMatch(PLAIN, /one of env-no-export, env, fish, powershell/);
});

Deno.test("groff renders the man page without a warning", async () => {
  let result: Deno.CommandOutput;
  try {
    const groff = new Deno.Command("groff", {
      args: ["-man", "-Tutf8", "-ww", "-P-cbou"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await new Blob([PAGE]).stream().pipeTo(groff.stdin);
    result = await groff.output();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return; // groff is not installed
    throw error;
  }
  const [shown, warnings] = [result.stdout, result.stderr]
    .map((bytes) => new TextDecoder().decode(bytes));
  assertEquals([result.success, warnings], [true, ""]);
  for (const name of SETTING_NAMES) {
    if (OPTIONS[name] === undefined) continue;
    assertEquals(shown!.includes(optionName(name)), true, optionName(name));
  }
});
