import { assert, assertEquals, assertThrows } from "@std/assert";
import { formatCredentials } from "../../lib/output/credentials.ts";
import {
  formatForShell,
  isShellFormat,
} from "../../lib/output/shell_formats.ts";
import { FORMATS } from "../../lib/settings/options.ts";
import { fillRegions, regionNames } from "../../tools/docs.ts";
import { FORMAT_TEXTS } from "../../tools/reference.ts";
import { TABLES } from "../../tools/tables.ts";

const END = "<!-- end of table -->";

Deno.test("fillRegions() replaces the text of each region, and nothing else", () => {
  const page =
    `# Page\n\n<!-- table: exit-statuses -->\nold\n${END}\n\nText.\n\n<!-- table: formats -->\n${END}\n`;
  const filled = fillRegions(page);
  assertEquals(
    filled,
    `# Page\n\n<!-- table: exit-statuses -->\n\n${
      TABLES["exit-statuses"]!()
    }\n\n${END}\n\nText.\n\n<!-- table: formats -->\n\n${
      TABLES.formats!()
    }\n\n${END}\n`,
  );
  assertEquals(fillRegions(filled), filled);
  assertEquals(regionNames(filled), ["exit-statuses", "formats"]);
});

Deno.test("fillRegions() refuses an unknown table, and a marker without a counterpart", () => {
  const pages: readonly (readonly [page: string, message: string])[] = [
    [`<!-- table: nope -->\n${END}\n`, "no such table"],
    ["<!-- table: formats -->\n", "a marker has no counterpart"],
    [`${END}\n`, "a marker has no counterpart"],
  ];
  for (const [page, message] of pages) {
    assertThrows(() => fillRegions(page), Error, message);
  }
});

Deno.test("each example of the table 'formats' is part of the format's output", () => {
  const session = {
    credentials: {
      accessKeyId: "ASIA1",
      secretAccessKey: "secret",
      sessionToken: "token",
      expiration: 0,
      roleArn: "arn:aws:iam::111111111111:role/admin",
      assumedRoleArn: "arn:aws:sts::111111111111:assumed-role/admin/alice",
      obtainedAt: 0,
      clockOffset: 0,
    },
  };
  for (const format of FORMATS) {
    if (format === "github") continue; // tests/e2e/github_test.ts has this format
    const output = isShellFormat(format)
      ? formatForShell(session, format, ["AWS_PROFILE"])
      : formatCredentials(session.credentials, format);
    const [start = ""] = FORMAT_TEXTS[format].example.split("...");
    const line = output.replaceAll(/\s+/g, " ");
    assert(line.includes(`${start}1`), `${format}: ${output}`);
  }
});

Deno.test("no cell of a table is empty, except defaults, hosts and remedies", () => {
  for (const [name, format] of Object.entries(TABLES)) {
    if (["errors", "permissions", "settings"].includes(name)) continue;
    assert(!/\| +\|/.test(format()), name);
  }
});
