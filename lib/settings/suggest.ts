// Pure: no I/O.
// @ts-types="../types/std_text.d.ts"
import { closestString } from "@std/text/closest-string";
// @ts-types="../types/std_text.d.ts"
import { levenshteinDistance } from "@std/text/levenshtein-distance";

/** Maximum length of a mistyped word: the comparison takes time for each pair of characters. */
const MAX_LENGTH = 100;

/**
 * Finds the known word that is most similar to a mistyped word. Returns `undefined` if
 * no known word is similar enough.
 *
 * @param most the largest number of characters that may differ
 */
export function suggest(
  word: string,
  known: readonly string[],
  most = Infinity,
): string | undefined {
  if (known.length === 0 || word.length > MAX_LENGTH) return undefined;
  const candidate = closestString(word, known);
  const distance = levenshteinDistance(
    word.toLowerCase(),
    candidate.toLowerCase(),
  );
  return distance <= Math.min(most, Math.max(1, Math.floor(word.length * 0.4)))
    ? candidate
    : undefined;
}
