// Pure: no I/O.
// @ts-types="../types/std_text.d.ts"
import { closestString } from "@std/text/closest-string";
// @ts-types="../types/std_text.d.ts"
import { levenshteinDistance } from "@std/text/levenshtein-distance";

/**
 * The known word that a mistyped one was most likely meant to be, or
 * `undefined` where none is near enough to be worth a guess.
 */
export function suggest(
  word: string,
  known: readonly string[],
): string | undefined {
  if (known.length === 0) return undefined;
  const candidate = closestString(word, known);
  const distance = levenshteinDistance(
    word.toLowerCase(),
    candidate.toLowerCase(),
  );
  return distance <= Math.max(1, Math.floor(word.length * 0.4))
    ? candidate
    : undefined;
}
