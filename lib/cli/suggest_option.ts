// Pure: no I/O.
import { UsageError } from "../errors.ts";
import { optionName } from "../settings/names.ts";
import { OPTIONS } from "../settings/options.ts";
import type { SettingName } from "../settings/setting_types.ts";
import { suggest } from "../settings/suggest.ts";
import { UnknownOptionError } from "./argv.ts";
import { explainForeignOption } from "./foreign_options.ts";

/** Adds the most similar known option to the error about an unknown option, as a hint. */
export function suggestOption(error: unknown): unknown {
  if (!(error instanceof UnknownOptionError)) return error;
  const { option, message } = error;
  const [, names] = / in '-E([^']+)'$/.exec(message) ?? [];
  const foreign = names === undefined
    ? explainForeignOption(option)
    : `to pass variables to the command, write '-E=${names}'`;
  if (foreign !== undefined) return new UsageError(message, { hint: foreign });
  const known = (Object.keys(OPTIONS) as SettingName[])
    .map((name) => optionName(name).slice(2));
  const [, word = ""] = /^-+(.*)/.exec(option) ?? [];
  // Suggest nothing for a short option, because all letters are equally similar.
  const near = word.length > 1
    ? suggest(word, known) ?? findLonger(word, known)
    : undefined;
  if (near === undefined) return error;
  return new UsageError(message, { hint: `did you mean '--${near}'?` });
}

/** Finds the only name that ends with a word, as `mfa-serial` ends with `serial`. */
function findLonger(
  word: string,
  known: readonly string[],
): string | undefined {
  const [found, ...others] = known.filter((name) => name.endsWith(`-${word}`));
  return others.length === 0 ? found : undefined;
}
