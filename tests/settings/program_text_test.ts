import { assertEquals } from "@std/assert";
import {
  cleanOutput,
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
