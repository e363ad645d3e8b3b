// Pure: no I/O.
import type { CompletedOption } from "./completions.ts";

/** Lists the names of the options whose value may be the next word, such as `--role`. */
export function optionsWithValue(
  options: readonly CompletedOption[],
): readonly string[] {
  return options.filter(({ takesNext }) => takesNext).flatMap(spellings);
}

/** Lists the names of an option, such as `-r` and `--role`. */
export function spellings(
  { long, short }: CompletedOption,
): readonly string[] {
  return short === undefined ? [long] : [short, long];
}

/**
 * Returns a regular expression that matches joined short options, such as `-fr`, of which
 * the last takes the next word as its value.
 */
export function joinedOptionPattern(
  options: readonly CompletedOption[],
): string {
  const letters = (takes: boolean) =>
    options.filter(({ takesNext }) => takesNext === takes)
      .flatMap(({ short }) => short?.slice(1) ?? []).join("");
  return `^-[${letters(false)}]*[${letters(true)}]$`;
}

/** Quotes a text as one word for sh, bash and zsh. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
