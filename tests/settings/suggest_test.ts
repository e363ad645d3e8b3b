import { assertEquals } from "@std/assert";
import { suggest } from "../../lib/settings/suggest.ts";

Deno.test("closest() finds the word that was meant, and none where all are far", () => {
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

Deno.test("closest() allows one mistake in the shortest words", () => {
  assertEquals(suggest("a", ["b"]), "b");
  assertEquals(suggest("ab", ["xy"]), undefined);
});

Deno.test("closest() finds nothing where nothing is known", () => {
  assertEquals(suggest("role", []), undefined);
});
