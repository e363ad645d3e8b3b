// Pure: no I/O.
import { InvalidValueError, UsageError } from "../errors.ts";
import { optionName, variableName } from "../settings/names.ts";
import { hasVariable } from "../settings/variables.ts";
import type { SettingName, SettingValues } from "../settings/setting_types.ts";
import { hidePasswords } from "../settings/terminal_text.ts";
import { SETTING_NAMES, SETTINGS } from "../settings/settings.ts";
import type { Argv, OptionTexts } from "./argv.ts";

/** The number of characters of an invalid value that an error message shows. */
const MAX_SHOWN_LENGTH = 100;

/** The values of settings that are set by options or by `ASSUME_ROLE_*` variables. */
export type Options = {
  readonly [K in keyof SettingValues]?: SettingValues[K];
};

/**
 * The commands of assume-role itself, such as `--whoami`, which run instead of the
 * user's command. The key is the command's name, the value is the name of the setting
 * that selects the command.
 */
export const OWN_COMMANDS = {
  console: "console",
  whoami: "whoami",
  init: "init",
  completions: "completions",
  "shell-init": "shellInit",
  unset: "unset",
  list: "list",
  explain: "explain",
  doctor: "doctor",
  "clear-cache": "clearCache",
} as const satisfies Readonly<Record<string, SettingName>>;

/** Name of a command of assume-role itself, such as `whoami`. */
export type OwnCommand = keyof typeof OWN_COMMANDS;

/** Commands of assume-role itself that print a JSON document with `--json`. */
const JSON_COMMANDS: readonly OwnCommand[] = [
  "list",
  "whoami",
  "explain",
  "doctor",
];

/**
 * The command line has an option for printing credentials, or is a command line of `use-role`,
 * but also has a command to run.
 */
export class FormatWithCommandError extends UsageError {
  override name = "UsageError";

  constructor(readonly command: readonly string[]) {
    super(
      "Option '--format' is for printing credentials, but there is a command to run",
      { hint: "leave out either '--format' or the command" },
    );
  }
}

/** The parsed options of a command line, without the user's command. */
export interface Invocation {
  readonly options: Options;
  /** The command of assume-role itself that an option selects, such as `whoami`, if any. */
  readonly ownCommand?: OwnCommand | "help" | "version";
}

/**
 * Parses the values of the options and checks that the options can be combined.
 *
 * @throws {UsageError} If a value is invalid or two options contradict each other
 */
export function parseInvocation({ options: texts, command }: Argv): Invocation {
  const options = parseOptions(texts);
  if (options.help) return { options, ownCommand: "help" };
  if (options.version) return { options, ownCommand: "version" };
  refuseQuietVerbose(options, (name) => `'${optionName(name)}'`, "Options");
  const [program] = command;
  const ownCommand = findOwnCommand(options);
  if (ownCommand !== undefined && program !== undefined) {
    throw new UsageError(
      `Option '--${ownCommand}' runs no command, but there is one: '${program}'`,
      ownCommand === "console" && command.length === 1
        ? {
          hint: `to open the page of a service, write '--console=${program}'`,
        }
        : {},
    );
  }
  if (options.json) checkJson(ownCommand, program);
  if (ownCommand !== undefined) return { options, ownCommand };
  if (program === undefined) checkPrint(options);
  else checkRun(options, command);
  return { options };
}

function checkJson(
  command: OwnCommand | undefined,
  program: string | undefined,
): void {
  if (JSON_COMMANDS.some((name) => name === command)) return;
  throw new UsageError(
    "Option '--json' works only with '--list', '--whoami', '--explain' or '--doctor'",
    {
      hint: command === undefined && program === undefined
        ? "to print credentials as JSON, use '--format process'"
        : undefined,
    },
  );
}

function checkPrint({ server }: Options): void {
  if (!server) return;
  throw new UsageError("Cannot serve credentials without a command", {
    hint: "put the command after the options: assume-role --server ./run",
  });
}

function checkRun({ format }: Options, command: readonly string[]): void {
  if (format !== undefined) throw new FormatWithCommandError(command);
  const damaged = command.findIndex((word) => word.includes("\uFFFD"));
  if (damaged < 0) return;
  throw new UsageError(
    `Cannot pass on word ${damaged + 1} of the command: it is not valid UTF-8`,
    {
      hint:
        "pass file names that are not valid UTF-8 through a shell glob: sh -c 'rm -- a*b'",
    },
  );
}

/**
 * Parses the `ASSUME_ROLE_*` variables, for example `ASSUME_ROLE_REGION` for `--region`.
 * An empty variable counts as unset.
 *
 * @throws {UsageError} If a value is invalid for its option
 */
export function parseVariables(
  env: Readonly<Record<string, string>>,
): Options {
  const options: Partial<Record<SettingName, unknown>> = {};
  for (const name of SETTING_NAMES) {
    const value = hasVariable(name) ? parseVariable(name, env) : undefined;
    if (value !== undefined) options[name] = value;
  }
  return options as Options;
}

/**
 * Removes the variables of `--quiet` and `--verbose` if one of these options is given,
 * because the option overrides both variables.
 *
 * @throws {UsageError} If both variables are switched on, and no option overrides them
 */
export function settleVerbosity(variables: Options, options: Options): Options {
  if (options.quiet || options.verbose) {
    const { quiet: _quiet, verbose: _verbose, ...others } = variables;
    return others;
  }
  refuseQuietVerbose(variables, variableName, "Variables");
  return variables;
}

function refuseQuietVerbose(
  { quiet, verbose }: Options,
  format: (name: SettingName) => string,
  kind: "Options" | "Variables",
): void {
  if (!quiet || !verbose) return;
  throw new UsageError(
    `${kind} ${format("quiet")} and ${format("verbose")} exclude each other`,
  );
}

/**
 * Parses the `ASSUME_ROLE_*` variable of one setting.
 *
 * @returns `undefined` if the variable is empty or not set
 * @throws {UsageError} If the value is invalid for the option
 */
export function parseVariable<K extends SettingName>(
  name: K,
  env: Readonly<Record<string, string>>,
): SettingValues[K] | undefined {
  const text = env[variableName(name)];
  if (text === undefined || text === "") return undefined;
  return parseValue(name, text, variableName(name));
}

/**
 * Finds the command of assume-role itself that an option selects, such as `--whoami`.
 *
 * @throws {UsageError} If the options select two of these commands, or combine one of
 * these commands with `--server`, or a command other than `--unset` with `--format`
 */
function findOwnCommand(options: Options): OwnCommand | undefined {
  const commands = Object.keys(OWN_COMMANDS) as OwnCommand[];
  const given = commands.filter((command) =>
    options[OWN_COMMANDS[command]] !== undefined
  );
  const [command] = given;
  if (command === undefined) return undefined;
  const excluded = (["format", "server"] as const)
    .filter((name) => name !== "format" || command !== "unset")
    .filter((name) => options[name] !== undefined);
  const [first, second] = [
    ...given.map((command) => OWN_COMMANDS[command]),
    ...excluded,
  ].map(optionName);
  if (second === undefined) return command;
  throw new UsageError(`Options '${first}' and '${second}' exclude each other`);
}

function parseOptions(texts: OptionTexts): Options {
  const options: Partial<Record<SettingName, unknown>> = {};
  for (const name of SETTING_NAMES) {
    const given = texts[name];
    if (given === undefined) continue;
    const all = given.map((text) => parseValue(name, text, optionName(name)));
    options[name] = SETTINGS[name].list ? all.flat() : all.at(-1);
  }
  return options as Options;
}

function parseValue<K extends SettingName>(
  name: K,
  text: string,
  where: string,
): SettingValues[K] {
  const { parse, secret, hidden } = SETTINGS[name];
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    const safe = hidePasswords(text);
    const start = safe.length > MAX_SHOWN_LENGTH
      ? `${safe.slice(0, MAX_SHOWN_LENGTH)}…`
      : safe;
    const shown = secret || hidden ? where : `${where} '${start}'`;
    throw new UsageError(`Cannot use ${shown}: ${error.message}`);
  }
}
