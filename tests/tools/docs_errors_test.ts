import { assert, assertEquals } from "@std/assert";
import { DENIED_ERRORS } from "../../lib/aws/errors/denied.ts";
import { SERVICE_ERRORS } from "../../lib/aws/errors/service.ts";
import { rulesOf } from "../../lib/credentials/sdk_rules.ts";
import { SIGN_IN_RULES } from "../../lib/sso/explain.ts";
import { formatErrorTable } from "../../tools/docs_errors.ts";

/** Returns the cells of the table's rows, without the head. */
function readRows(): readonly (readonly string[])[] {
  const lines = formatErrorTable().trimEnd().split("\n");
  return lines.slice(2).map((line) =>
    line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim())
  );
}

Deno.test("formatErrorTable() has a row with cause and remedy for each error", () => {
  const rows = readRows();
  for (const row of rows) {
    assertEquals([row.length, row.includes("")], [3, false], row.join(" | "));
    assert(!/[{}\\]/.test(row.join("")), row.join(" | "));
  }
  const messages = rows.map(([message]) => message!.replaceAll("`", ""));
  const rules = [
    ...DENIED_ERRORS,
    ...SERVICE_ERRORS,
    ...SIGN_IN_RULES,
    ...rulesOf(undefined),
  ];
  for (const { reason } of rules) {
    // Placeholders stand for texts of AWS, and quotes become marks of code.
    const parts = reason.split(/\{\w+\}|'/).filter((part) =>
      part.trim() !== ""
    );
    const isShown = messages.some((message) =>
      parts.every((part) => message.includes(part))
    );
    assert(isShown, reason);
  }
});

Deno.test("formatErrorTable() joins the causes of errors with the same message", () => {
  const clock = readRows().filter(([message]) =>
    message === "this machine's clock is wrong"
  );
  assertEquals(clock, [[
    "this machine's clock is wrong",
    "`SignatureDoesNotMatch`, `InvalidSignature`, `RequestTimeTooSkewed`, `RequestExpired`, `RequestInTheFuture`",
    "set the clock",
  ]]);
});

Deno.test("formatErrorTable() names the values of placeholders that have few values", () => {
  const rows = readRows();
  const messages = rows.map(([message]) => message);
  for (
    const message of [
      "AWS denies sts:TagSession or sts:SetSourceIdentity …",
      "AWS denies access with an explicit deny in …",
      "AWS denies access because no … allows …",
      "HOST did not answer in time",
    ]
  ) assert(messages.includes(message), message);
  assertEquals(
    rows.find(([message]) =>
      message!.startsWith("the sign-in of `aws login` has expired")
    ),
    [
      "the sign-in of `aws login` has expired",
      "a sign-in by `aws login`",
      "sign in with `aws login --profile …`",
    ],
  );
});

Deno.test("formatErrorTable() sorts the messages, and formats the table like deno fmt", async () => {
  const messages = readRows().map(([message]) =>
    message!.replaceAll("`", "").toLowerCase()
  );
  assertEquals(messages, messages.toSorted((a, b) => a < b ? -1 : 1));
  const table = formatErrorTable();
  const fmt = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext=md", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  await new Blob([table]).stream().pipeTo(fmt.stdin);
  const { code, stdout } = await fmt.output();
  assertEquals([code, new TextDecoder().decode(stdout)], [0, `${table}\n`]);
});
