// Pure: no I/O.
import { UsageError } from "../errors.ts";
import { optionName, USE_ROLE_VARIABLE } from "../settings/names.ts";
import { SETTING_NAMES, SETTINGS } from "../settings/settings.ts";
import { UnknownOptionError } from "./argv.ts";
import { FormatWithCommandError } from "./invocation.ts";

/** Matches a word that needs no quotes in a shell. */
const PLAIN_WORD = /^[\w@%+=:,./-]+$/;

/** Matches the name of a region. */
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/** Options whose values must not be shown, such as `--mfa-token`. */
const HIDDEN_OPTIONS = SETTING_NAMES
  .filter((name) => SETTINGS[name].secret || SETTINGS[name].hidden)
  .map(optionName);

/**
 * Explains an error in the words that the user gave the function `use-role`, which adds
 * `--format` itself.
 */
export function explainUseRole(
  error: unknown,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): unknown {
  if (!env[USE_ROLE_VARIABLE]) return error;
  if (error instanceof UnknownOptionError && error.option === "-u") {
    return new UsageError(error.message, { hint: "did you mean '--unset'?" });
  }
  if (!(error instanceof FormatWithCommandError)) return error;
  const options = args.slice(0, args.length - error.command.length)
    .filter((word) => !word.startsWith("--format="))
    .map((word) => word.replace(/^--role=/, "-r "));
  const words = [...options, ...error.command];
  const isShown =
    words.every((word) => PLAIN_WORD.test(word.replace("-r ", ""))) &&
    !options.some((word) => HIDDEN_OPTIONS.includes(word.split("=")[0]!));
  const line = isShown ? words.join(" ") : "-r NAME COMMAND";
  const [first = ""] = error.command;
  const role = options.findLast((word) => word.startsWith("-r "));
  const region = [first, role?.slice(3) ?? ""].find((word) =>
    REGION.test(word)
  );
  return new UsageError(
    `use-role runs no command, but there is one: '${first}'`,
    {
      hint: region !== undefined
        ? `to use a region, write 'use-role NAME --region ${region}'`
        : first === "-"
        ? "name the role, or choose one with 'use-role' alone"
        : `to run the command only, write 'assume-role ${line}'`,
    },
  );
}
