// Pure: no I/O.
import type { CompletedOption } from "./completions.ts";

/** The spellings of the options whose value is the next word: `-r`, `--role`. */
export function optionsWithValue(
  options: readonly CompletedOption[],
): readonly string[] {
  return options.filter(({ takesNext }) => takesNext).flatMap(spellings);
}

/** How an option can be written. */
export function spellings(
  { long, short }: CompletedOption,
): readonly string[] {
  return short === undefined ? [long] : [short, long];
}

/** Letters that are joined as in `-fr`, the last of them taking the next word. */
export function joinedOptionPattern(
  options: readonly CompletedOption[],
): string {
  const letters = (takes: boolean) =>
    options.filter(({ takesNext }) => takesNext === takes)
      .flatMap(({ short }) => short?.slice(1) ?? []).join("");
  return `^-[${letters(false)}]*[${letters(true)}]$`;
}

/** A text as one word of sh, bash and zsh. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
