import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { isTorn } from "../../lib/system/bytes.ts";
import { repeatChange } from "../../lib/system/merge_change.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const repeated = (before: string, after: string, content: string) => {
  const both = repeatChange(bytes(before), bytes(after), bytes(content));
  return both && new TextDecoder().decode(both);
};

Deno.test("repeatChange() merges two changes of the same content, and returns undefined if the changes conflict", () => {
  const cases: readonly (readonly [string, string, string, string?])[] = [
    ["a\nb\n", "a\nb\n", "a\nb\n", "a\nb\n"],
    ["a\nb\n", "a\nb\nc\n", "a\nb\n", "a\nb\nc\n"],
    ["a\nb\n", "a\nb\n", "a\nb\nc\n", "a\nb\nc\n"],
    ["a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n"],
    ["a\nb\nc\n", "a\nb\nC\n", "A\nb\nc\n", "A\nb\nC\n"],
    ["a\nb\nc\n", "b\nc\n", "a\nb\nc\nd\n", "b\nc\nd\n"],
    ["a\nb\nc\n", "a\nX\nc\n", "a\nY\nc\n"],
    ["a\nb\nc\n", "a\nX\nc\n", "a\nX\nc\n", "a\nX\nc\n"],
    ["a\nb\nc\n", "c\n", "a\nX\nc\n"],
    ["\xff\n", "\xff\na\n", "b\n\xff\n", "b\n\xff\na\n"],
    ["", "[x]\n", "[y]\n", "[y]\n[x]\n"],
    ["", "[x]\n", "[x]\n", "[x]\n"],
    // The last line has no line end before or after a change.
    ["a", "a\n[x]\n", "a\n[y]\n", "a\n[y]\n[x]\n"],
    ["a\nb\n", "A\nb", "a\nb\n[y]\n", "A\nb\n[y]\n"],
    // Changes in different sections do not conflict, wherever the sections are.
    [
      "[a]\nj = 1\n[b]\nj = 1\n",
      "[a]\nj = 1\n[b]\nj = 2\n",
      "[a]\nj = 2\n[b]\nj = 1\n[y]\n",
      "[a]\nj = 2\n[b]\nj = 2\n[y]\n",
    ],
    [
      "[a]\n[b]\n[c]\n",
      "[a]\n[c]\n",
      "[a]\n[b]\n[c]\n[y]\n",
      "[a]\n[c]\n[y]\n",
    ],
    [
      "[a]\n[a]\n",
      "[a]\n[a]\nk = 1\n",
      "[a]\n[a]\n[y]\n",
      "[a]\n[a]\nk = 1\n[y]\n",
    ],
    // An added key stays in its section.
    ["[a]\n", "[a]\nk = 1\n", "[a]\n\n[y]\n", "[a]\nk = 1\n\n[y]\n"],
    ["[a]\n", "[a]\n[x]\n", "[a]\nk = 1\n", "[a]\nk = 1\n[x]\n"],
    ["[a]\n", "[a]\nj = 1\n", "[a]\nk = 1\n", "[a]\nj = 1\nk = 1\n"],
    // Changes conflict if the result would contain a key or a section twice.
    ["[a]\n", "[a]\nk = 1\n", "[a]\nK = 2\n"],
    ["[a]\n", "[a]\n[x]\nk = 1\n", "[a]\n[x]\nj = 2\n"],
    ["k = 1\n", "k = 12\n", "k = 13\n"],
  ];
  for (const [before, after, content, expected] of cases) {
    const name = JSON.stringify([before, after, content]);
    assertEquals(repeated(before, after, content), expected, name);
  }
});

Deno.test("repeatChange() keeps every section that either of the two changed files contains", () => {
  const section = fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h");
  const sections = fc.uniqueArray(section, { maxLength: 8 });
  const format = (names: readonly string[]) =>
    names.map((name) => `[${name}]\nkey = ${name}\n`).join("");
  fc.assert(fc.property(sections, fc.nat(8), fc.nat(8), (names, at, end) => {
    const base = names.slice(0, at);
    const one = format([...base, ...names.slice(at, end)]);
    const other = format([...names.slice(Math.max(at, end)), ...base]);
    const both = repeated(format(base), one, other) ?? "";
    const found = [...both.matchAll(/^\[(.)\]\nkey = \1$/gm)];
    assertEquals(found.map(([, name]) => name).sort(), names.toSorted());
  }));
});

Deno.test("isTorn() is true if another program may have written only a part of the content", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["", "a\nb\n", true],
    ["a\n", "a\nb\n", true],
    ["X", "a\nb\n", true],
    ["A\nb\n", "a\nb\nc\n", true],
    ["a\nb\n", "a\nb\n", false],
    ["a\nb\nc", "a\nb\n", false],
    ["b\n", "a\nb\n", false],
    ["", "", false],
  ];
  for (const [content, whole, expected] of cases) {
    assertEquals(isTorn(bytes(content), bytes(whole)), expected, content);
  }
});
