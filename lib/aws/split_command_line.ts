// Pure: no I/O.
import { splitWords } from "./ini_sections.ts";

/**
 * Splits the command line of a `credential_process` into words as the AWS CLI does.
 *
 * @returns `undefined` if a quote is not closed, or the text ends in a backslash that
 * quotes nothing
 */
export function splitCommandLine(
  text: string,
  isWindows: boolean,
): readonly string[] | undefined {
  return isWindows ? splitWindowsWords(text) : splitWords(text);
}

/**
 * Splits a command line as programs on Windows do, like botocore's `compat_shell_split`:
 * only double quotes quote, and a backslash has a meaning only before a double quote.
 */
function splitWindowsWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (const [token] of text.matchAll(/\\*"|\\+|[ \t]+|[^\\" \t]+/g)) {
    if (token.endsWith('"')) {
      const backslashes = token.length - 1;
      word = (word ?? "") + "\\".repeat(Math.floor(backslashes / 2));
      if (backslashes % 2 === 1) word += '"';
      else isQuoted = !isQuoted;
    } else if (/^[ \t]/.test(token) && !isQuoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + token;
    }
  }
  if (isQuoted) return undefined;
  return word === undefined ? words : [...words, word];
}
