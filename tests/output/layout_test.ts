import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { displayWidth } from "../../lib/output/display_width.ts";
import { layOut, wrapText } from "../../lib/output/layout.ts";
import { formatSpans, type Span } from "../../lib/settings/styled_text.ts";

const format = (
  rows: readonly (readonly Span[])[],
  placement?: Parameters<typeof layOut>[1],
) => formatSpans(layOut(rows, placement), false);

Deno.test("displayWidth() counts the columns of wide, combining and other characters", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["", 0],
    ["admin", 5],
    ["Zürich", 6],
    ["Zu\u0308rich", 6],
    ["東京", 4],
    ["ｆｕｌｌ", 8],
    ["ﾊﾝｶｸ", 4],
    ["한국", 4],
    ["\u1112\u1161\u11ab", 2],
    ["🔑", 2],
    ["🇩🇪", 2],
    ["—“”…", 4],
  ];
  for (const [text, width] of cases) {
    assertEquals(displayWidth(text), width, text);
  }
});

Deno.test("layOut() aligns columns by the width that characters take on a terminal", () => {
  assertEquals(
    format([["NAME", "X"], ["東京", "1"], ["Zu\u0308rich", "2"], [
      "a\tb\n",
      "",
    ]]),
    "NAME    X\n東京    1\nZu\u0308rich  2\na b\n",
  );
  assertEquals(format([]), "");
});

Deno.test("layOut() moves the cells after a long cell to the next line", () => {
  const long = "a-name-that-is-long";
  assertEquals(
    format([["NAME", "ROLE"], [long, "reader"], ["dev", "admin"]], {
      columns: 24,
    }),
    `NAME  ROLE\n${long}\n      reader\ndev   admin\n`,
  );
  assertEquals(
    format([["x", "y", "0123456789abcdef"]], { columns: 20, indent: 2 }),
    "  x  y\n      0123456789abcdef\n",
  );
});

Deno.test("layOut() wraps the text of the last column within the column", () => {
  assertEquals(
    format([["problem", "one two three four five six seven eight nine"]], {
      columns: 40,
    }),
    "problem  one two three four five six\n         seven eight nine\n",
  );
});

Deno.test("wrapText() never cuts a word or a command line", () => {
  assertEquals(wrapText("a bb ccc 0123456789 d", 6), [
    "a bb",
    "ccc",
    "0123456789",
    "d",
  ]);
  assertEquals(wrapText("do this, then run: chmod go-w '/a b'", 12), [
    "do this,",
    "then",
    "run: chmod go-w '/a b'",
  ]);
});

Deno.test("wrapText() keeps each character of a text that fits", () => {
  for (const text of ["a  b", " a", "   a b  ", "  ", "a\u00a0b", "x '  ' y"]) {
    assertEquals(wrapText(text), [text]);
  }
});

Deno.test("no line of a table is wider than 80 columns if no word is wider than 60", () => {
  const word = fc.string({
    unit: fc.constantFrom("a", "-", "é", "東", "🔑"),
    minLength: 1,
    maxLength: 30,
  });
  const cell = fc.oneof(
    word,
    fc.array(word, { maxLength: 12 }).map((words) => words.join(" ")),
  );
  const row = fc.array(cell, { minLength: 1, maxLength: 6 });
  fc.assert(fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
    const lines = layOut(rows, { columns: 80, indent: 2 });
    const texts = formatSpans(lines, false).split("\n");
    for (const text of texts) assert(displayWidth(text) <= 80, text);
    const found = texts.join(" ").split(/\s+/).filter(Boolean);
    const expected = rows.flat().join(" ").split(/\s+/).filter(Boolean);
    assertEquals(found, expected);
  }));
});
