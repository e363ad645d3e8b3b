import { assertEquals } from "@std/assert";
import { decodeByte, NOTHING } from "../../lib/picker/keys.ts";

/** Decodes typed text; `…` stands for a while without a byte. Returns one word for each key. */
function decode(typed: string): string[] {
  let pending = NOTHING;
  const keys: string[] = [];
  const bytes = typed.split("…").flatMap((part, i) => [
    ...(i === 0 ? [] : [undefined]),
    ...new TextEncoder().encode(part),
  ]);
  for (const byte of bytes) {
    const decoded = decodeByte(pending, byte);
    pending = decoded.pending;
    const { key } = decoded;
    if (key) keys.push(key.kind === "character" ? key.text : `<${key.kind}>`);
  }
  return keys;
}

Deno.test("decodeByte() decodes letters, control keys and escape sequences", () => {
  const rows: readonly [string, readonly string[]][] = [
    ["aB1 -", ["a", "B", "1", " ", "-"]],
    ["é部🙂", ["é", "部", "🙂"]],
    ["\r\n", ["<enter>", "<enter>"]],
    ["\x7f\b\x15\x17", [
      "<backspace>",
      "<backspace>",
      "<delete all>",
      "<delete word>",
    ]],
    ["\x0e\x10\x01\x05", ["<down>", "<up>", "<home>", "<end>"]],
    ["\x03\x04\x07\x1a", [
      "<cancel>",
      "<end of input>",
      "<cancel>",
      "<suspend>",
    ]],
    ["\x1b[A\x1b[B\x1bOA\x1bOB", ["<up>", "<down>", "<up>", "<down>"]],
    ["\x1b[5~\x1b[6~", ["<page up>", "<page down>"]],
    ["\x1b[H\x1b[F\x1bOH\x1bOF", ["<home>", "<end>", "<home>", "<end>"]],
    ["\x1b[1~\x1b[4~\x1b[7~\x1b[8~", ["<home>", "<end>", "<home>", "<end>"]],
    ["\x1b[1;5A\x1b[1;2Fx", ["<up>", "<end>", "x"]],
    // Keys without a meaning, such as Insert, F5, left, and Alt with a letter.
    ["\x1b[2~\x1b[15~\x1b[D\x1bxa", ["a"]],
    ["\t\x0b\x00z", ["z"]],
    ["\x1b…a", ["<cancel>", "a"]],
    ["\x1b\x1b", ["<cancel>"]],
    ["\x1b", []],
    ["\x1b[…a", ["a"]],
    ["\x1b[A…\x1b…", ["<up>", "<cancel>"]],
  ];
  for (const [typed, expected] of rows) {
    assertEquals(decode(typed), expected, JSON.stringify(typed));
  }
});

Deno.test("decodeByte() replaces bytes that are not UTF-8", () => {
  let pending = NOTHING;
  const texts: string[] = [];
  for (const byte of [0xc3, 0x41, 0x62]) {
    const decoded = decodeByte(pending, byte);
    pending = decoded.pending;
    if (decoded.key?.kind === "character") texts.push(decoded.key.text);
  }
  assertEquals(texts, ["\uFFFDA", "b"]);
});
