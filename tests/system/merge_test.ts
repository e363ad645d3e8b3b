import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { isTorn } from "../../lib/system/bytes.ts";
import { merge } from "../../lib/system/merge.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const merged = (base: string, one: string, other: string) => {
  const both = merge(bytes(base), bytes(one), bytes(other));
  return both && new TextDecoder().decode(both);
};

Deno.test("merge() has both changes, where each is in a part of its own", () => {
  const cases: readonly (readonly [string, string, string, string?])[] = [
    ["abc", "abc", "abc", "abc"],
    ["abc", "abcX", "abc", "abcX"],
    ["abc", "abcX", "abcY", "abcXY"],
    ["abc", "XYbc", "abZ", "XYbZ"],
    ["abc", "abZ", "XYbc", "XYbZ"],
    ["abc", "ac", "abcY", "acY"],
    ["", "X", "Y", "XY"],
    ["abc", "ab", "XbcY"],
    ["a\n[b]\n", "a\n[b]\nc\n", "A\n[b]\n[d]\n", "A\n[b]\nc\n[d]\n"],
    ["a\nb\nc\n", "A\nb\nc\nd\n", "a\nB\nc\ne\n"],
    ["a\n=\nb\n", "A\n=\nb\nd\n", "a\n=\nB\ne\n"],
    [
      "a\n=\nb\n=\n",
      "A\n=\nb\n=\nd\n",
      "a\n=\nB\n=\ne\n",
      "A\n=\nB\n=\nd\ne\n",
    ],
    ["\xff\n", "\xff\na\n", "b\n\xff\n", "b\n\xff\na\n"],
    ["abc", "aXc", "aYc"],
    ["abc", "", "aXc"],
  ];
  for (const [base, one, other, expected] of cases) {
    assertEquals(merged(base, one, other), expected, `${base} ${one} ${other}`);
  }
});

Deno.test("merge() loses no line of either, and keeps their order", () => {
  const lines = fc.array(fc.constantFrom("a\n", "b\n", "[c]\n", "\n"), {
    maxLength: 6,
  });
  fc.assert(fc.property(lines, lines, lines, lines, (...given) => {
    const [head, tail, one, other] = given.map((lines) => lines.join(""));
    const base = `${head}=\n${tail}`;
    const before = `${head}1${one}=\n${tail}`;
    const after = `${head}=\n${tail}2${other}`;
    const both = `${head}1${one}=\n${tail}2${other}`;
    assertEquals(merged(base, before, after), both);
    assertEquals(merged(base, after, before), both);
    assertEquals(merged(base, base, after), after);
    assertEquals(merged(base, before, base), before);
  }));
});

Deno.test("isTorn() tells what may be half of another content", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["", "a\nb\n", true],
    ["a\n", "a\nb\n", true],
    ["X", "a\nb\n", true],
    ["a\nb\n", "a\nb\n", false],
    ["a\nb\nc", "a\nb\n", false],
    ["b\n", "a\nb\n", false],
    ["", "", false],
  ];
  for (const [content, whole, expected] of cases) {
    assertEquals(isTorn(bytes(content), bytes(whole)), expected, content);
  }
});
