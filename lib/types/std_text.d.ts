// Types of the part of @std/text that is used here: the npm build carries none.
export declare function closestString(
  givenWord: string,
  possibleWords: readonly string[],
): string;
export declare function levenshteinDistance(a: string, b: string): number;
