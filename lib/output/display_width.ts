// Pure: no I/O.

/**
 * Matches characters that take no column: combining marks, and the vowels and final
 * consonants of Korean syllables that are written in parts. Other characters without a
 * width, such as joiners, are never printed.
 */
const ZERO_WIDTH = /[\p{Mn}\p{Me}\u1160-\u11ff\ud7b0-\ud7ff]/u;
/**
 * Matches characters that take two columns: the ranges of East Asian scripts whose
 * East_Asian_Width is W or F, and emoji. The sign of a flag takes one column, because a
 * flag consists of two signs.
 */
const DOUBLE_WIDTH =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u3247\u3250-\u4dbf\u4e00-\ua4c6\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18d08}\u{1aff0}-\u{1b2fb}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|(?!\p{RI})\p{Emoji_Presentation}/u;

/**
 * Returns the number of columns that a text takes on a terminal.
 *
 * `@std/cli/unicode-width` would serve, but the copy of the standard library on npm lacks
 * the table of this module.
 */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (ZERO_WIDTH.test(character)) continue;
    width += DOUBLE_WIDTH.test(character) ? 2 : 1;
  }
  return width;
}
