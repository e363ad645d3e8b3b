/**
 * Tests that the documents have no broken link, no command and no configuration that
 * assume-role refuses, and no table that differs from the code.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";
import { parseArgv } from "../lib/cli/argv.ts";
import { parseInvocation } from "../lib/cli/invocation.ts";
import { parseConfig } from "../lib/config/parse.ts";
import { formatMfaPolicy } from "../lib/output/mfa_policy.ts";
import { keyName, optionName, variableName } from "../lib/settings/names.ts";
import { FORMATS, OPTIONS } from "../lib/settings/options.ts";
import { SETTING_NAMES, SETTINGS } from "../lib/settings/settings.ts";
import { hasVariable, OTHER_VARIABLES } from "../lib/settings/variables.ts";
import { fillRegions, regionNames } from "../tools/docs.ts";
import { TABLES } from "../tools/tables.ts";
import { formatRows } from "./conformance/client_matrix.ts";
import {
  argumentsIn,
  blocksOf,
  commandLinesOf,
  inlineCodeOf,
  type Page,
  proseOf,
  readPages,
} from "./documents.ts";

const ROOT = join(import.meta.dirname!, "..");
const PAGES = readPages();
const README = PAGES.find(({ path }) => path === "README.md")!.text;

/** A name in the documents of a variable that does not exist, to show a warning. */
const MISTYPED_VARIABLE = "ASSUME_ROLE_DURTION";

/** The first lines of YAML that configures another program. */
const FOREIGN_YAML =
  /^(?:apiVersion|concurrency|default|deploy|env|image|jobs|name|on|permissions|services|stages|steps|variables):/m;

/** Returns the anchors of a page by GitHub's rule, and those that the page names itself. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (
    const [, title] of proseOf(text).matchAll(/^#{1,6} +(.*?)(?: +#+)?$/gm)
  ) {
    const slug = title!.replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase().replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .replaceAll(" ", "-");
    let anchor = slug;
    for (let at = 1; anchors.has(anchor); at++) anchor = `${slug}-${at}`;
    anchors.add(anchor);
  }
  for (const [, id] of text.matchAll(/<a (?:id|name)="([^"]+)"/g)) {
    anchors.add(id!);
  }
  return anchors;
}

/** Returns the targets of all links and pictures of a page. */
function targetsOf(text: string): readonly string[] {
  const prose = proseOf(text).replaceAll(/(`+)[^`]+\1/g, "x");
  const found = prose.matchAll(
    /\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]: +(\S+)|\b(?:src|srcset|href)="([^"]+)"/gm,
  );
  return Array.from(
    found,
    ([, inline, reference, html]) => inline ?? reference ?? html!,
  );
}

/** Whether a link of a page leads to a file of the project and, if given, a heading. */
function leadsSomewhere(path: string, target: string): boolean {
  const [file = "", anchor] = target.split("#");
  const at = file === "" ? path : join(dirname(path), file);
  const page = PAGES.find((page) => join(page.path) === join(at));
  if (page === undefined) {
    try {
      Deno.statSync(join(ROOT, at));
      return anchor === undefined;
    } catch {
      return false;
    }
  }
  return anchor === undefined ||
    anchorsOf(page.text).has(decodeURIComponent(anchor));
}

Deno.test("every link of the documents leads to a file and a heading, and every picture exists", () => {
  const broken = PAGES.flatMap(({ path, text }) =>
    targetsOf(text).filter((target) =>
      !/^[a-z]+:/.test(target) && !leadsSomewhere(path, target)
    ).map((target) => `${path}: ${target}`)
  );
  assertEquals(broken, []);
});

Deno.test("assume-role accepts every command of the documents", () => {
  const refused = PAGES.flatMap(({ path, text }) => {
    const lines = [
      ...blocksOf(text).flatMap(commandLinesOf),
      ...inlineCodeOf(text),
    ];
    return lines.flatMap(argumentsIn).flatMap((words) => {
      try {
        parseInvocation(parseArgv(words));
        return [];
      } catch (error) {
        return [`${path}: assume-role ${words.join(" ")}: ${error}`];
      }
    });
  });
  assertEquals(refused, []);
});

/** Returns the configurations of assume-role in a page. */
function configurationsOf({ text }: Page): readonly string[] {
  return blocksOf(text).filter(({ language, code }) =>
    /^ya?ml$/.test(language) && !FOREIGN_YAML.test(code)
  ).map(({ code }) => code);
}

Deno.test("assume-role accepts every configuration in the documents", () => {
  for (const page of PAGES) {
    for (const code of configurationsOf(page)) {
      parseConfig(code, page.path, "user");
    }
  }
});

Deno.test("every variable of assume-role in the documents exists", () => {
  const known = new Set([
    ...SETTING_NAMES.filter(hasVariable).map(variableName),
    ...Object.keys(OTHER_VARIABLES),
    MISTYPED_VARIABLE,
  ]);
  const unknown = PAGES.flatMap(({ path, text }) =>
    (text.match(/\bASSUME_ROLE_[A-Z_]*[A-Z]\b(?!_?\*)/g) ?? [])
      .filter((name) => !known.has(name)).map((name) => `${path}: ${name}`)
  );
  assertEquals(unknown, []);
});

Deno.test("the tables of the documents are as 'deno task docs' makes them", () => {
  for (const { path, text } of PAGES) {
    assertEquals(text, fillRegions(text), path);
  }
});

/** Returns the policies in a page by which IAM users may list MFA devices. */
function policiesOf({ text }: Page): readonly string[] {
  return blocksOf(text).filter(({ language, code }) =>
    language === "json" && /iam:(?:ListMFADevices|GetUser)/.test(code)
  ).map(({ code }) => code);
}

Deno.test("all policies for MFA devices in the documents are the policy that --init prints", () => {
  for (const policy of PAGES.flatMap(policiesOf)) {
    assertEquals(JSON.parse(policy), JSON.parse(formatMfaPolicy(undefined)));
  }
});

Deno.test("the documents have commands, configurations and a policy for MFA devices", () => {
  const commands = PAGES.flatMap(({ text }) => blocksOf(text))
    .flatMap(commandLinesOf).flatMap(argumentsIn);
  assert(commands.length > 25, String(commands.length));
  const files = PAGES.flatMap(configurationsOf);
  assert(files.length >= 5, String(files.length));
  assert(PAGES.flatMap(policiesOf).length > 0);
});

Deno.test("the documents name every option, variable, key and format", () => {
  const text = PAGES.map(({ text }) => text).join("\n");
  const names = [
    ...SETTING_NAMES.filter((name) => OPTIONS[name]).map(optionName),
    ...SETTING_NAMES.filter(hasVariable).map(variableName),
    ...SETTING_NAMES.filter((name) => SETTINGS[name].key).map(keyName),
    ...FORMATS,
  ];
  const missing = names.filter((name) =>
    !RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(text)
  );
  assertEquals(missing, []);
});

Deno.test("the documents have each table", () => {
  const used = new Set(PAGES.flatMap(({ text }) => regionNames(text)));
  assertEquals(Object.keys(TABLES).filter((name) => !used.has(name)), []);
});

Deno.test("the README is short, and starts with a description and two commands to try", () => {
  const lines = README.split("\n");
  assert(lines.length <= 221, `${lines.length - 1} lines`);
  const [title, sentence] = README.split("\n\n");
  assertEquals(title, "# assume-role");
  assertMatch(
    sentence!,
    /\bruns any\s+program\s+with\s+temporary\s+credentials\b/,
  );
  const commands = blocksOf(README).flatMap(commandLinesOf);
  for (const command of [/^npx .* task demo$/, /^npx .* task test$/]) {
    const at = commands.findIndex((line) => command.test(line));
    assert(at >= 0 && at < 5, `${command} is command ${at}`);
  }
});

Deno.test("docs/README.md has a link to every page", () => {
  const index = PAGES.find(({ path }) => path === "docs/README.md");
  const linked = new Set(
    targetsOf(index?.text ?? "").map((target) =>
      `docs/${target.split("#")[0]}`
    ),
  );
  const pages = PAGES.map(({ path }) => path)
    .filter((path) => path.startsWith("docs/") && path !== "docs/README.md");
  assertEquals(pages.filter((path) => !linked.has(path)), []);
});

Deno.test("docs/sdks.md has the clients and conditions that the conformance tests try", () => {
  const page = PAGES.find(({ path }) => path === "docs/sdks.md")!;
  const rows = formatRows();
  const lines = page.text.split("\n").filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  const start = lines.findIndex(([first]) => first === rows[0]![0]);
  const [header, , ...found] = lines.slice(start, start + rows.length + 1);
  assertEquals([header, ...found], rows);
});
