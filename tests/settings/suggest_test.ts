import { assertEquals } from "@std/assert";
import { suggest } from "../../lib/settings/suggest.ts";

Deno.test("suggest() finds the most similar word, if a word is similar enough", () => {
  const known = ["--role", "--region", "--verbose"];
  const cases: readonly (readonly [string, string | undefined])[] = [
    ["--rol", "--role"],
    ["--rloe", "--role"],
    ["--ROLE", "--role"],
    ["--regoin", "--region"],
    ["--verbos", "--verbose"],
    ["--something-else", undefined],
    ["x", undefined],
    ["", undefined],
  ];
  for (const [word, expected] of cases) {
    assertEquals(suggest(word, known), expected, word);
  }
});

Deno.test("suggest() allows one mistake in the shortest words", () => {
  assertEquals(suggest("a", ["b"]), "b");
  assertEquals(suggest("ab", ["xy"]), undefined);
});

Deno.test("suggest() returns nothing without known words", () => {
  assertEquals(suggest("role", []), undefined);
});
