// Pure: no I/O.
import { UsageError } from "../errors.ts";
import { optionName } from "../settings/names.ts";
import { OPTIONS } from "../settings/options.ts";
import type { OptionSpec, SettingName } from "../settings/setting_types.ts";

/** The text that stands for the value of a switch such as `--quiet`. */
const ON = "true";

/** The values of each option as unparsed texts, in the order of the command line. */
export type OptionTexts = { readonly [K in SettingName]?: readonly string[] };

/** The two parts of a command line: options with unchecked values, and the command. */
export interface Argv {
  readonly options: OptionTexts;
  /** The command and its arguments, unchanged. */
  readonly command: readonly string[];
}

/** An option that does not exist. */
export class UnknownOptionError extends UsageError {
  override name = "UsageError";
  /** The option as the user wrote it, without its value: `--rol` or `-x`. */
  readonly option: string;

  /** Creates the error for an option and the word of argv that contains the option. */
  constructor(option: string, word: string) {
    const isWholeWord = word === option || word.length === 2;
    // The value can be a secret, as in `-mfa-token=123456`.
    const shown = isWholeWord ? "" : ` in '${word.replace(/=[^]*/, "=…")}'`;
    super(`Unknown option '${option}'${shown}`, {
      hint:
        "see 'assume-role --help'; put '--' before a command that begins with '-'",
    });
    this.option = option;
  }
}

/**
 * Parses argv up to the command: the command starts at the first word that is
 * neither an option nor an option's value, or after `--`.
 *
 * @throws {UnknownOptionError} If an option does not exist
 * @throws {UsageError} If an option lacks its value, or a switch has a value
 */
export function parseArgv(argv: readonly string[]): Argv {
  const options: { [K in SettingName]?: string[] } = {};
  const add: AddOption = (name, text) => (options[name] ??= []).push(text);
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === "--") return { options, command: argv.slice(i + 1) };
    if (!word.startsWith("-") || word === "-") {
      return { options, command: argv.slice(i) };
    }
    const parse = word.startsWith("--") ? parseLong : parseShort;
    if (parse(word, argv[i + 1], add) === "took next") i++;
  }
  return { options, command: [] };
}

type AddOption = (name: SettingName, text: string) => void;
type Taken = "took next" | "took no more";

/** Parses `--role`, `--role=NAME` or `--role NAME`. */
function parseLong(
  word: string,
  next: string | undefined,
  add: AddOption,
): Taken {
  const equals = word.indexOf("=");
  const spelled = equals < 0 ? word : word.slice(0, equals);
  const value = equals < 0 ? undefined : word.slice(equals + 1);
  return takeOption(find(spelled, spelled), spelled, value, next, add);
}

/** Parses `-f`, `-rNAME`, `-r NAME`, `-r=NAME` or joined switches such as `-fv`. */
function parseShort(
  word: string,
  next: string | undefined,
  add: AddOption,
): Taken {
  const letters = [...word];
  for (let at = 1; at < letters.length; at++) {
    const spelled = `-${letters[at]}`;
    const option = find(spelled, word);
    const rest = letters.slice(at + 1).join("");
    const takesRest = option.placeholder !== undefined &&
      option.alone === undefined;
    const attached = rest.startsWith("=")
      ? rest.slice(1)
      : rest !== "" && takesRest
      ? rest
      : undefined;
    if (attached !== undefined || rest === "") {
      return takeOption(option, spelled, attached, next, add);
    }
    takeOption(option, spelled, undefined, undefined, add);
  }
  return "took no more";
}

/**
 * Adds an option with its value: the text after the option in the same word, else the
 * value `alone` if the option has one, else the next word.
 */
function takeOption(
  { setting, placeholder, alone }: FoundOption,
  spelled: string,
  value: string | undefined,
  next: string | undefined,
  add: AddOption,
): Taken {
  if (placeholder === undefined) {
    if (value !== undefined) {
      throw new UsageError(`Option '${spelled}' takes no value`);
    }
    add(setting, ON);
    return "took no more";
  }
  const own = value ?? alone;
  if (own !== undefined) {
    add(setting, own);
    return "took no more";
  }
  if (next === undefined || (next.startsWith("-") && next !== "-")) {
    const long = optionName(setting);
    const hint = next === undefined || next === "--"
      ? `write '${long} ${placeholder}'`
      : `if '${next}' is meant to be the value, write '${long}=${next}'`;
    throw new UsageError(`Option '${spelled}' needs a value`, { hint });
  }
  add(setting, next);
  return "took next";
}

/** An option of the table `OPTIONS`, with the name of its setting. */
interface FoundOption extends OptionSpec {
  readonly setting: SettingName;
}

function find(spelled: string, word: string): FoundOption {
  for (const setting of Object.keys(OPTIONS) as SettingName[]) {
    const option = OPTIONS[setting]!;
    if (spelled === optionName(setting) || spelled === `-${option.short}`) {
      return { ...option, setting };
    }
  }
  throw new UnknownOptionError(spelled, word);
}

/**
 * Whether an option selects a command of assume-role itself, such as `--whoami` or
 * `--help`, which runs instead of the user's command.
 */
export function isOwnCommand(options: OptionTexts): boolean {
  return (Object.keys(options) as SettingName[]).some((name) =>
    name === "help" || name === "version" || OPTIONS[name]?.group === "commands"
  );
}
