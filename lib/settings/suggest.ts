// Pure: no I/O.
// @ts-types="../types/std_text.d.ts"
import { closestString } from "@std/text/closest-string";
// @ts-types="../types/std_text.d.ts"
import { levenshteinDistance } from "@std/text/levenshtein-distance";

/**
 * Finds the known word that is most similar to a mistyped word. Returns `undefined` if
 * no known word is similar enough.
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
