import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { OWN_COMMANDS } from "../../../lib/cli/invocation.ts";
import { OWN_COMMAND_OPTIONS } from "../../../lib/output/shells/use_role_script.ts";
import { formatUseRole } from "../../../lib/output/shells/use_role.ts";
import { formatForShell } from "../../../lib/output/shell_formats.ts";
import { formatOwnText } from "../../../lib/settings/terminal_text.ts";

Deno.test("use-role passes on the options of all commands of assume-role that print no code for a shell", () => {
  const commands = [...Object.keys(OWN_COMMANDS), "version"]
    .filter((name) => !["unset", "completions", "shell-init"].includes(name))
    .map((name) => `--${name}`);
  assertEquals(OWN_COMMAND_OPTIONS, commands.sort());
});

const NO_COMPLETIONS = formatOwnText("");
const ODD_PATH = `/opt/it's a "$dir"\\bin/assume-role`;

Deno.test("formatUseRole() formats the function for PowerShell", async () => {
  const golden = join(import.meta.dirname!, "use_role.ps1");
  const text = await Deno.readTextFile(golden);
  assertEquals(
    formatUseRole("powershell", "C:\\it's\\assume-role.exe", NO_COMPLETIONS)
      .trim(),
    text.replaceAll("\r\n", "\n").trim(),
  );
});

Deno.test("formatUseRole() quotes the path of the executable for each shell", () => {
  const quoted = {
    bash: `'/opt/it'\\''s a "$dir"\\bin/assume-role'`,
    fish: `'/opt/it\\'s a "$dir"\\\\bin/assume-role'`,
    powershell: `'/opt/it''s a "$dir"\\bin/assume-role'`,
  };
  for (const [shell, path] of Object.entries(quoted)) {
    const script = formatUseRole(
      shell as keyof typeof quoted,
      ODD_PATH,
      NO_COMPLETIONS,
    );
    assert(script.includes(path), `${shell}: ${script}`);
  }
});

Deno.test("the function for PowerShell finds the removed variables in the format for PowerShell", () => {
  const lines = formatForShell(
    {
      credentials: {
        accessKeyId: "ASIA",
        secretAccessKey: "secret",
        sessionToken: "token",
        expiration: 0,
        clockOffset: 0,
        roleArn: "arn",
        assumedRoleArn: "arn",
        obtainedAt: 0,
      },
    },
    "powershell",
    ["AWS_PROFILE"],
  ).split("\n");
  // The expression of the function, in the syntax of JavaScript.
  const removed = lines.filter((line) => /^\$Env:\w+=\$null$/.test(line));
  assertEquals(
    removed.map((line) => line.split("=")[0]!.slice(5)),
    ["AWS_PROFILE", "ASSUME_ROLE_ARN", "ASSUME_ROLE_SESSION"],
  );
  assertMatch(
    formatUseRole("powershell", "", NO_COMPLETIONS),
    /-cmatch '\^\\\$Env:\\w\+=\\\$null\$'/,
  );
});
