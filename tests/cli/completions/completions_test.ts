import { OPTIONS } from "../../../lib/settings/options.ts";
import { assertEquals } from "@std/assert";
import { formatCompletions } from "../../../lib/cli/completions/completions.ts";
import { optionName } from "../../../lib/settings/names.ts";
import { SETTING_NAMES } from "../../../lib/settings/settings.ts";
import { SHELLS } from "../../../lib/settings/options.ts";

Deno.test("formatCompletions() contains every option and its values for every shell", () => {
  for (const shell of SHELLS) {
    const script = formatCompletions(shell);
    const words = new Set(script.split(/[^\w-]+/));
    for (const name of SETTING_NAMES) {
      const option = OPTIONS[name];
      if (option === undefined) continue;
      // The script for fish has long names without dashes.
      const long = optionName(name).slice(shell === "fish" ? 2 : 0);
      assertEquals(words.has(long), true, `${shell}: ${long}`);
      const values = Array.isArray(option.completes) ? option.completes : [];
      const missing = values.filter((value) => !script.includes(value));
      assertEquals(missing, [], `${shell}: ${long}`);
    }
  }
});

Deno.test("formatCompletions() contains the help texts if the shell can show them", () => {
  const meaning = "sign in to the AWS console";
  assertEquals(
    SHELLS.filter((shell) => formatCompletions(shell).includes(meaning)),
    ["zsh", "fish", "powershell"],
  );
});
