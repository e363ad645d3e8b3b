import { assertEquals } from "@std/assert";
import { formatSpans } from "../../lib/settings/styled_text.ts";

Deno.test("formatSpans() writes its own styles, and no other escape sequence", () => {
  const lines = [["a", ["red", "b\x1b[31mc"]], [
    ["dim", "d\n"],
    "\x9be",
  ]] as const;
  assertEquals(
    formatSpans(lines, true),
    "a\x1b[31mb [31mc\x1b[0m\n\x1b[2md \x1b[0m e\n",
  );
  assertEquals(formatSpans(lines, false), "ab [31mc\nd  e\n");
});

Deno.test("formatSpans() breaks workflow commands, also those of several spans", () => {
  for (const isColoured of [false, true]) {
    assertEquals(
      formatSpans([["#", "#[group]"], [":", ":add-mask::x"]], isColoured),
      "# #[group]\n: :add-mask::x\n",
    );
  }
});
