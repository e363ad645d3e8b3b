/**
 * Tests that assume-role accepts the commands and configuration files of the README, and
 * that docs/sdks.md has the results of the conformance tests.
 */
import { OPTIONS } from "../lib/settings/options.ts";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { parseArgv } from "../lib/cli/argv.ts";
import { parseInvocation } from "../lib/cli/invocation.ts";
import { parseConfig } from "../lib/config/parse.ts";
import { keyName, variableName } from "../lib/settings/names.ts";
import { SETTING_NAMES, SETTINGS } from "../lib/settings/settings.ts";
import { formatMfaPolicy } from "../lib/output/mfa_policy.ts";
import { formatRows } from "./conformance/client_matrix.ts";

const README = Deno.readTextFileSync(
  join(import.meta.dirname!, "..", "README.md"),
);

/** The README and the pages with commands and files of assume-role. */
const PAGES = [
  README,
  ...["console.md", "init.md"].map((name) =>
    Deno.readTextFileSync(join(import.meta.dirname!, "..", "docs", name))
  ),
].join("\n");

/** Splits a command line into words, with only the shell syntax that the README uses. */
function words(line: string): string[] {
  const found = line.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  return found.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}

/** Lists the text after each `assume-role`, up to the end of the command. */
function commands(): string[] {
  const found = PAGES.matchAll(
    /(?<![\w./@-])assume-role ((?:--?[a-zA-Z]|\.\/)(?:='[^'\n]*'|[^\n`|\\#>;)])*)/g,
  );
  return Array.from(
    found,
    ([, rest]) => rest!.replace(/["')]+\s*$/, "").trim(),
  );
}

function takes(line: string) {
  try {
    return parseInvocation(parseArgv(words(line)));
  } catch (error) {
    throw new Error(`assume-role ${line}`, { cause: error });
  }
}

Deno.test("assume-role accepts every command of the README, docs/console.md and docs/init.md", () => {
  const all = commands();
  assert(all.length > 25, String(all.length));
  for (const line of all) {
    takes(line);
  }
});

Deno.test("assume-role accepts every YAML file of the README, docs/console.md and docs/init.md", () => {
  const blocks = Array.from(
    PAGES.matchAll(/^( *)```yaml\n(.*?)^ *```/gms),
    ([, indent, text]) => text!.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  ).filter((text) => !text.startsWith("permissions:"));
  assert(blocks.length >= 5, String(blocks.length));
  for (const text of blocks) parseConfig(text, "README.md", "user");
});

Deno.test("the README names every configuration key, and only variables that exist", () => {
  const keys = SETTING_NAMES.filter((name) => SETTINGS[name].key).map(keyName);
  const missing = keys.filter((key) => !README.includes(`\`${key}\``));
  assertEquals(missing, []);
  const options = SETTING_NAMES.filter((name) => OPTIONS[name]);
  const variables = new Set([
    ...options.map(variableName),
    "ASSUME_ROLE_ARN",
    "ASSUME_ROLE_CACHE_DIR",
    "ASSUME_ROLE_INSTALL_URL",
    "ASSUME_ROLE_SESSION",
  ]);
  const told = README.match(/\bASSUME_ROLE_[A-Z_]+\b/g) ?? [];
  assertEquals(told.filter((name) => !variables.has(name)), []);
});

Deno.test("the table of docs/sdks.md has the clients and conditions that the conformance tests try", () => {
  const page = Deno.readTextFileSync(
    join(import.meta.dirname!, "..", "docs", "sdks.md"),
  );
  const lines = page.split(/\r?\n/).filter((line) => line.startsWith("|"));
  const [header, , ...rows] = lines.map((line) =>
    line.split("|").slice(1, -1).map((cell) => cell.trim())
  );
  assertEquals([header, ...rows], formatRows());
});

Deno.test("all policies for MFA devices in the documents are the policy that --init prints", () => {
  const root = join(import.meta.dirname!, "..");
  const names = [
    "README.md",
    "SECURITY.md",
    ...Array.from(Deno.readDirSync(join(root, "docs")), ({ name }) => name)
      .filter((name) => name.endsWith(".md"))
      .map((name) => join("docs", name)),
  ];
  const policies = names.flatMap((name) => {
    const text = Deno.readTextFileSync(join(root, name));
    assert(!text.includes("iam:GetUser"), name);
    return Array.from(
      text.matchAll(/^ *```json\r?\n(.*?)^ *```/gms),
      ([, json]) => json!,
    ).filter((json) => json.includes("iam:ListMFADevices"));
  });
  assert(policies.length > 0);
  for (const policy of policies) {
    assertEquals(JSON.parse(policy), JSON.parse(formatMfaPolicy(undefined)));
  }
});
