// Pure: no I/O.
import { UsageError } from "../errors.ts";
import { USE_ROLE_VARIABLE } from "../settings/names.ts";
import { FormatWithCommandError } from "./invocation.ts";

/** Matches a word that every shell takes as it is. */
const PLAIN_WORD = /^[\w@%+=:,./-]+$/;

/**
 * Explains an error in the words that the user gave the function `use-role`, which adds
 * `--format` itself.
 */
export function explainUseRole(
  error: unknown,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): unknown {
  if (!env[USE_ROLE_VARIABLE] || !(error instanceof FormatWithCommandError)) {
    return error;
  }
  const options = args.slice(0, args.length - error.command.length)
    .filter((word) => !word.startsWith("--format="))
    .map((word) => word.replace(/^--role=/, "-r "));
  const words = [...options, ...error.command];
  const line = words.every((word) => PLAIN_WORD.test(word.replace("-r ", "")))
    ? words.join(" ")
    : "-r NAME COMMAND";
  return new UsageError(
    `use-role runs no command, but there is one: '${error.command[0]}'`,
    { hint: `to run the command only, write 'assume-role ${line}'` },
  );
}
