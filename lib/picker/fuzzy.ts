// Pure: no I/O.

/** Points of a match: for each letter, for a letter at the start of a word, and for a letter right after another matched letter. */
const POINTS = { letter: 1, wordStart: 8, next: 6, wholeText: 20 } as const;

/** Place of a search term in a text. */
export interface Match {
  /** The higher, the better the match. */
  readonly score: number;
  /** Indexes of the matched characters, in ascending order. */
  readonly positions: readonly number[];
}

/**
 * Finds the characters of a term in a text, in the same order but not necessarily next to
 * each other. Of all ways to match, the result is the best one: letters at the start of a
 * word and letters next to each other count more. The case of letters does not matter.
 *
 * @returns `undefined` if the text does not have the characters of the term
 */
export function matchTerm(term: string, text: string): Match | undefined {
  const wanted = [...term.toLowerCase()];
  const letters = [...text];
  const lower = letters.map((letter) => letter.toLowerCase());
  // best[i]: the best match of the letters so far whose last letter is at i.
  let best: (Match | undefined)[] = [];
  for (const [at, letter] of wanted.entries()) {
    let before: Match | undefined; // the best match that ends before `i`
    best = lower.map((candidate, i) => {
      const adjacent = best[i - 1];
      before = better(before, best[i - 2]);
      if (candidate !== letter) return undefined;
      const points = POINTS.letter +
        (isWordStart(letters, i) ? POINTS.wordStart : 0);
      if (at === 0) return { score: points, positions: [i] };
      return better(
        extend(adjacent, i, points + POINTS.next),
        extend(before, i, points),
      );
    });
  }
  const found = best.reduce(better, undefined);
  return found?.positions.length === letters.length
    ? { ...found, score: found.score + POINTS.wholeText }
    : found;
}

function extend(
  match: Match | undefined,
  position: number,
  points: number,
): Match | undefined {
  return match && {
    score: match.score + points,
    positions: [...match.positions, position],
  };
}

function better(
  one: Match | undefined,
  other: Match | undefined,
): Match | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.score > one.score ? other : one;
}

function isWordStart(letters: readonly string[], at: number): boolean {
  const before = letters[at - 1];
  if (before === undefined) return true;
  return /[^\p{L}\p{N}]/u.test(before) ||
    /\p{Ll}/u.test(before) && /\p{Lu}/u.test(letters[at]!);
}
