import { assertEquals } from "@std/assert";
import { formatOption } from "../../lib/settings/option_text.ts";

Deno.test("formatOption() quotes a value that a shell or assume-role's parser would change", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["prod-ops", "--profile prod-ops"],
    ["team/a@b+c", "--profile team/a@b+c"],
    ["my dev", '--profile="my dev"'],
    ["-x", '--profile="-x"'],
    ["o'dd", `--profile="o'dd"`],
    ["$(x)", "--profile='$(x)'"],
    [`a'"b`, `--profile='a'\\''"b'`],
  ];
  for (const [value, expected] of cases) {
    assertEquals(formatOption("profile", value), expected);
  }
});
