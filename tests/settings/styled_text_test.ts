import { assertEquals } from "@std/assert";
import { formatSpans, usesColour } from "../../lib/settings/styled_text.ts";

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

Deno.test("usesColour() follows NO_COLOR, FORCE_COLOR and TERM", () => {
  const cases: readonly (readonly [
    env: Record<string, string>,
    terminal: boolean,
    pipe: boolean,
  ])[] = [
    [{}, true, false],
    [{ TERM: "xterm" }, true, false],
    [{ TERM: "dumb" }, false, false],
    [{ NO_COLOR: "1" }, false, false],
    [{ NO_COLOR: "" }, true, false],
    [{ FORCE_COLOR: "1" }, true, true],
    [{ FORCE_COLOR: "" }, true, false],
    [{ FORCE_COLOR: "0" }, false, false],
    [{ FORCE_COLOR: "false" }, false, false],
    [{ FORCE_COLOR: "1", NO_COLOR: "1", TERM: "dumb" }, true, true],
  ];
  for (const [env, terminal, pipe] of cases) {
    assertEquals([usesColour(env, true), usesColour(env, false)], [
      terminal,
      pipe,
    ], JSON.stringify(env));
  }
});
