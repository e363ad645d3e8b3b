// Pure: no I/O.
// @ts-types="../types/std_cli.d.ts"
import { parseArgs } from "@std/cli/parse-args";
import { InvalidValueError, UsageError } from "../errors.ts";
import { suggest } from "../settings/suggest.ts";
import { hasVariable, optionName, variableName } from "../settings/names.ts";
import { OPTIONS } from "../settings/options.ts";
import type { SettingName } from "../settings/setting.ts";
import { SETTING_NAMES, SETTINGS } from "../settings/settings.ts";
import {
  type Invocation,
  type Options,
  OWN_COMMANDS,
  type OwnCommand,
} from "./invocation.ts";
import { parseArgv } from "./argv.ts";

/** How much of a wrong value is shown, in characters. */
const LONGEST = 100;

/**
 * Reads the command line.
 *
 * @throws {UsageError} where it asks for something that cannot be done
 */
export function parseInvocation(argv: readonly string[]): Invocation {
  const { options: words, command: [program, ...args] } = parseArgv(
    argv,
    suggest,
  );
  const options = readOptions(words);
  if (options.help) return { mode: "help" };
  if (options.version) return { mode: "version" };
  if (options.quiet && options.verbose) {
    throw new UsageError(
      "Options '--quiet' and '--verbose' exclude each other",
    );
  }
  const mode = findOwnCommand(options);
  if (mode !== undefined) {
    if (program === undefined) return { mode, options };
    throw new UsageError(
      `Option '--${mode}' runs no command, but there is one: '${program}'`,
    );
  }
  if (program === undefined) {
    if (options.server) {
      throw new UsageError("Cannot serve credentials without a command", {
        hint: "put the command after the options: assume-role --server ./run",
      });
    }
    return { mode: "print", options };
  }
  if (options.format !== undefined) {
    throw new UsageError(
      "Option '--format' is for printing credentials, but there is a command to run",
      { hint: "leave out either '--format' or the command" },
    );
  }
  const damaged = [program, ...args].findIndex((word) =>
    word.includes("\uFFFD")
  );
  if (damaged >= 0) {
    throw new UsageError(
      `Cannot pass on word ${
        damaged + 1
      } of the command: it is not valid UTF-8`,
      {
        hint: "a name that is not can be given by a pattern: sh -c 'rm -- a*b'",
      },
    );
  }
  return { mode: "run", options, command: [program, ...args] };
}

/**
 * Reads the `ASSUME_ROLE_*` variables: each stands for the option of its name.
 * An empty variable counts as unset.
 *
 * @throws {UsageError} at a value that the option could not have either
 */
export function parseVariables(
  env: Readonly<Record<string, string>>,
): Options {
  const options: Partial<Record<SettingName, unknown>> = {};
  for (const name of SETTING_NAMES) {
    if (!hasVariable(name)) continue;
    const text = env[variableName(name)];
    if (text === undefined || text === "") continue;
    options[name] = parseValue(name, text, variableName(name));
  }
  return options as Options;
}

/** The mode that is asked for; nothing else may then say what is to come out. */
function findOwnCommand(options: Options): OwnCommand | undefined {
  const modes = Object.keys(OWN_COMMANDS) as OwnCommand[];
  const asked = modes.filter((mode) =>
    options[OWN_COMMANDS[mode]] !== undefined
  );
  const [mode] = asked;
  if (mode === undefined) return undefined;
  const others = (["format", "server"] as const)
    .filter((name) => options[name] !== undefined);
  const [first, second] = [
    ...asked.map((mode) => OWN_COMMANDS[mode]),
    ...others,
  ].map(optionName);
  if (second === undefined) return mode;
  throw new UsageError(`Options '${first}' and '${second}' exclude each other`);
}

function readOptions(words: readonly string[]): Options {
  const spelled = (name: SettingName) => optionName(name).slice(2);
  const known = SETTING_NAMES.filter((name) => OPTIONS[name]);
  const valued = known.filter((name) => OPTIONS[name]?.placeholder);
  const parsed = parseArgs(words, {
    string: valued.map(spelled),
    boolean: known.filter((name) => !valued.includes(name)).map(spelled),
    collect: valued.map(spelled),
  });
  const options: Partial<Record<SettingName, unknown>> = {};
  for (const name of known) {
    const given = parsed[spelled(name)];
    if (given === true) options[name] = true;
    if (!Array.isArray(given) || given.length === 0) continue;
    const all = given.map((text) => parseValue(name, text, optionName(name)));
    options[name] = SETTINGS[name].list ? all.flat() : all.at(-1);
  }
  return options as Options;
}

function parseValue(name: SettingName, text: string, where: string): unknown {
  const { parse, secret } = SETTINGS[name];
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    // What is as long as that is known to whoever gave it, and the reason is not.
    const start = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
    const shown = secret ? where : `${where} '${start}'`;
    throw new UsageError(`Cannot use ${shown}: ${error.message}`);
  }
}
