import { assertEquals } from "@std/assert";
import { formatJson } from "../../lib/output/json.ts";

Deno.test("formatJson() escapes what a terminal interprets, and keeps each value", () => {
  const value = {
    "a\u202e": ["\x1b\x7f\x85\u2028\u{e0041}\ud800\n", "ü \u{1f511}"],
  };
  const text = formatJson(value);
  assertEquals(
    text,
    String.raw`{
  "a\u202e": [
    "\u001b\u007f\u0085\u2028\udb40\udc41\ud800\n",
    "ü 🔑"
  ]
}
`,
  );
  assertEquals(JSON.parse(text), value);
});
