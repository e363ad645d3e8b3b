import { assertEquals } from "@std/assert";
import { matchTerm } from "../../lib/picker/fuzzy.ts";

/** Shows a match: the matched letters of the text in brackets. */
function show(term: string, text: string): string | undefined {
  const match = matchTerm(term, text);
  return match &&
    [...text].map((letter, i) =>
      match.positions.includes(i) ? `[${letter}]` : letter
    ).join("").replaceAll("][", "");
}

Deno.test("matchTerm() finds the letters of a term in order, at the best place", () => {
  const rows: readonly [string, string, string | undefined][] = [
    ["adm", "admin", "[adm]in"],
    ["ADM", "admin", "[adm]in"],
    ["pa", "prod-admin", "[p]rod-[a]dmin"],
    ["admin", "a-d-m-admin", "a-d-m-[admin]"],
    ["da", "adda", "ad[da]"],
    ["bR", "billingReader", "[b]illing[R]eader"],
    ["1111", "111122221111", "[1111]22221111"],
    ["żó", "zażółć", "za[żó]łć"],
    ["部", "営業部", "営業[部]"],
    ["x", "admin", undefined],
    ["nima", "admin", undefined],
    ["adminx", "admin", undefined],
    ["a", "", undefined],
  ];
  for (const [term, text, expected] of rows) {
    assertEquals(show(term, text), expected, `${term} in ${text}`);
  }
});

Deno.test("matchTerm() scores a whole text above a start, a start above a middle, and letters together above letters apart", () => {
  const texts = ["admin", "admin-prod", "prod-admin", "xadmin", "a-dxmxixn"];
  const scores = texts.map((text) => matchTerm("admin", text)!.score);
  const ranked = [...texts].sort((a, b) =>
    scores[texts.indexOf(b)]! - scores[texts.indexOf(a)]!
  );
  assertEquals(ranked, texts);
});
