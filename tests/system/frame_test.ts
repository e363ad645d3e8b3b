import { assertEquals } from "@std/assert";
import { formatFrame, type Frame } from "../../lib/system/frame.ts";
import { joinLines } from "../../lib/settings/terminal_text.ts";

const span = (text: string) => ({ text: joinLines([text]) });
const FRAME: Frame = {
  lines: [[{ ...span("Role:"), style: "bold" }, span(" ab")], [span("x")]],
  column: 8,
};

Deno.test("formatFrame() draws lines, and returns to the first line", () => {
  assertEquals(
    formatFrame(FRAME, false),
    "\rRole: ab\x1b[K\r\nx\x1b[K\x1b[J\x1b[1A\r\x1b[8C",
  );
});

Deno.test("formatFrame() has colors only if the terminal has colors", () => {
  assertEquals(
    formatFrame(FRAME, true),
    "\r\x1b[1mRole:\x1b[0m ab\x1b[K\r\nx\x1b[K\x1b[J\x1b[1A\r\x1b[8C",
  );
});

Deno.test("formatFrame() does not move the cursor by zero lines or columns", () => {
  assertEquals(
    formatFrame({ lines: [[span("a")]], column: 0 }, true),
    "\ra\x1b[K\x1b[J\r",
  );
});
