import { assertEquals } from "@std/assert";
import {
  cleanOutput,
  formatProgramText,
  ownStartLength,
  splitUnfinished,
} from "../../lib/settings/program_text.ts";

Deno.test("cleanOutput() keeps lines, and removes sequences and control characters", () => {
  for (
    const [text, expected] of [
      ["one\ntwo\n", "one\ntwo\n"],
      ["\x1b[31mred\x1b[0m \x1b[1;38;5;3mbold\x1b[m", "red bold"],
      ["\x1b]0;title\x07text", "text"],
      ["\x1b]8;;https://x\x1b\\link\x1b]8;;\x1b\\", "link"],
      ["\x1bPq\x1b\\\x1b(Bx\x1bc\x1b7", "x"],
      ["a\r\nb\rc", "a\nb\nc"],
      ["a\tb\x08\x7f\x9b\x00\u202e", "a  b"],
      ["Müller \u{1f511}", "Müller \u{1f511}"],
      ["\x1b", ""],
    ] as const
  ) assertEquals(cleanOutput(text), expected);
});

Deno.test("splitUnfinished() keeps the start of a sequence back until its end arrives", () => {
  for (
    const [text, expected] of [
      ["text", ["text", ""]],
      ["text\x1b", ["text", "\x1b"]],
      ["text\x1b[3", ["text", "\x1b[3"]],
      ["text\x1b]0;ti", ["text", "\x1b]0;ti"]],
      ["text\x1b]0;ti\x1b", ["text", "\x1b]0;ti\x1b"]],
      ["\x1b[31mtext", ["\x1b[31mtext", ""]],
    ] as const
  ) assertEquals(splitUnfinished(text), expected);
});

Deno.test("formatProgramText() marks lines that look like lines of assume-role", () => {
  const text = "assume-role: error: x\nb: assume-role: y\n  Assume-Role: z\n";
  const marked =
    "assume-role: error: x\nb: assume-role: y\nprogram:   Assume-Role: z\n";
  assertEquals(formatProgramText(text, ""), `program: ${marked}`);
  assertEquals(formatProgramText(text, "Code: "), marked);
});

Deno.test("formatProgramText() breaks a workflow command that comes in pieces", () => {
  for (
    const [line, text, expected] of [
      ["", "  ::stop-commands::x", "  : :stop-commands::x"],
      [" ", "::stop-commands::x", ": :stop-commands::x"],
      [" :", ":stop-commands::x", " :stop-commands::x"],
      ["x #", "#[group]", " #[group]"],
      ["x ##", "[group]", " [group]"],
      ["##", "##", "##"],
      ["x:", ":y", ":y"],
    ] as const
  ) assertEquals(formatProgramText(text, line), expected, line + text);
});

Deno.test("ownStartLength() finds the start of a line that may look like a line of assume-role", () => {
  for (
    const [text, length] of [
      ["", 0],
      ["x\nassume-ro", 9],
      ["  assume-role:", 14],
      ["assume-role: e", 0],
      ["x assume", 0],
      ["Code: ", 0],
    ] as const
  ) assertEquals(ownStartLength(text), length, text);
});
