// Pure: no I/O.
import { UsageError } from "../errors.ts";
import { closest } from "../settings/closest.ts";
import { optionName, SETTING_NAMES } from "../settings/names.ts";
import type { SettingName } from "../settings/setting.ts";
import { SETTINGS } from "../settings/table.ts";

const OPTIONS: ReadonlyMap<string, SettingName> = new Map(
  SETTING_NAMES.flatMap((name) => {
    const option = SETTINGS[name].option;
    if (option === undefined) return [];
    const names: [string, SettingName][] = [[optionName(name), name]];
    if (option.short !== undefined) names.push([`-${option.short}`, name]);
    return names;
  }),
);

/** The command line in its two parts. */
export interface SplitArgv {
  /** Our options, each as one word: `--name` or `--name=value`. */
  readonly options: readonly string[];
  /** The child's argv, untouched. */
  readonly command: readonly string[];
}

/**
 * Splits argv where our options end: at the first word that is neither an
 * option nor an option's value, or after `--`.
 *
 * @throws {UsageError} at an unknown option or a missing value
 */
export function splitArgv(argv: readonly string[]): SplitArgv {
  const options: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === "--") return { options, command: argv.slice(i + 1) };
    if (!word.startsWith("-") || word === "-") {
      return { options, command: argv.slice(i) };
    }
    const taken = word.startsWith("--")
      ? splitLong(word, argv[i + 1])
      : splitShort(word, argv[i + 1]);
    options.push(...taken.options);
    if (taken.tookNext) i++;
  }
  return { options, command: [] };
}

interface Taken {
  readonly options: readonly string[];
  readonly tookNext: boolean;
}

function splitLong(word: string, next: string | undefined): Taken {
  const equals = word.indexOf("=");
  const spelled = equals < 0 ? word : word.slice(0, equals);
  const name = find(spelled);
  const value = equals < 0 ? undefined : word.slice(equals + 1);
  return take(name, spelled, value, next);
}

/** `-f`, `-rNAME`, `-r NAME`, `-r=NAME`, and flags joined as in `-fv`. */
function splitShort(word: string, next: string | undefined): Taken {
  const options: string[] = [];
  const letters = [...word];
  for (let at = 1; at < letters.length; at++) {
    const spelled = `-${letters[at]}`;
    const name = find(spelled, word);
    const { placeholder, alone } = SETTINGS[name].option!;
    const rest = letters.slice(at + 1).join("");
    const attached = rest.startsWith("=")
      ? rest.slice(1)
      : rest !== "" && placeholder !== undefined && alone === undefined
      ? rest
      : undefined;
    if (attached !== undefined || rest === "") {
      const last = take(name, spelled, attached, next);
      return { ...last, options: [...options, ...last.options] };
    }
    options.push(...take(name, spelled, undefined, undefined).options);
  }
  return { options, tookNext: false };
}

function take(
  name: SettingName,
  spelled: string,
  value: string | undefined,
  next: string | undefined,
): Taken {
  const { placeholder, alone } = SETTINGS[name].option!;
  const long = optionName(name);
  if (placeholder === undefined) {
    if (value !== undefined) {
      throw new UsageError(`Option '${spelled}' takes no value`);
    }
    return { options: [long], tookNext: false };
  }
  if (value !== undefined || alone !== undefined) {
    return { options: [`${long}=${value ?? alone}`], tookNext: false };
  }
  if (next === undefined || (next.startsWith("-") && next !== "-")) {
    const hint = next === undefined || next === "--"
      ? `write it as '${long} ${placeholder}'`
      : `if '${next}' is meant to be its value, write '${long}=${next}'`;
    throw new UsageError(`Option '${spelled}' needs a value`, { hint });
  }
  return { options: [`${long}=${next}`], tookNext: true };
}

function find(spelled: string, word = spelled): SettingName {
  const name = OPTIONS.get(spelled);
  if (name !== undefined) return name;
  const shown = word === spelled || word.length === 2
    ? `'${spelled}'`
    : `'${spelled}' in '${word}'`;
  const near = spelled.length > 2
    ? closest(spelled, [...OPTIONS.keys()])
    : undefined;
  throw new UsageError(`Unknown option ${shown}`, {
    hint: near === undefined
      ? "see 'assume-role --help'; put '--' before a command that begins with '-'"
      : `did you mean '${near}'?`,
  });
}
