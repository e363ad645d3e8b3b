// Pure: no I/O.
import { UsageError } from "../errors.ts";
import { optionName } from "../settings/names.ts";
import { OPTIONS } from "../settings/options.ts";
import type { OptionFace } from "../settings/setting.ts";

/** The command line in its two parts. */
export interface Argv {
  /** Our options, each as one word: `--name` or `--name=value`. */
  readonly options: readonly string[];
  /** The child's argv, untouched. */
  readonly command: readonly string[];
}

/** Finds the known word that a mistyped one was most likely meant to be. */
export type Guess = (
  word: string,
  known: readonly string[],
) => string | undefined;

/** An option, and how it is spelled: long or by its letter. */
interface Found extends OptionFace {
  /** With its dashes: `--role`. */
  readonly long: string;
}

/**
 * Splits argv where our options end: at the first word that is neither an
 * option nor an option's value, or after `--`.
 *
 * @param guess what an unknown option was meant to be
 * @throws {UsageError} at an unknown option or a missing value
 */
export function parseArgv(
  argv: readonly string[],
  guess: Guess = () => undefined,
): Argv {
  const find = (spelled: string, word = spelled) =>
    findOption(spelled) ?? unknown(spelled, word, guess);
  const options: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === "--") return { options, command: argv.slice(i + 1) };
    if (!word.startsWith("-") || word === "-") {
      return { options, command: argv.slice(i) };
    }
    const taken = word.startsWith("--")
      ? splitLong(word, argv[i + 1], find)
      : splitShort(word, argv[i + 1], find);
    options.push(...taken.options);
    if (taken.tookNext) i++;
  }
  return { options, command: [] };
}

type Find = (spelled: string, word?: string) => Found;

interface Taken {
  readonly options: readonly string[];
  readonly tookNext: boolean;
}

function splitLong(word: string, next: string | undefined, find: Find): Taken {
  const equals = word.indexOf("=");
  const spelled = equals < 0 ? word : word.slice(0, equals);
  const value = equals < 0 ? undefined : word.slice(equals + 1);
  return take(find(spelled), spelled, value, next);
}

/** `-f`, `-rNAME`, `-r NAME`, `-r=NAME`, and flags joined as in `-fv`. */
function splitShort(
  word: string,
  next: string | undefined,
  find: Find,
): Taken {
  const options: string[] = [];
  const letters = [...word];
  for (let at = 1; at < letters.length; at++) {
    const spelled = `-${letters[at]}`;
    const option = find(spelled, word);
    const rest = letters.slice(at + 1).join("");
    const attached = rest.startsWith("=")
      ? rest.slice(1)
      : rest !== "" && option.placeholder !== undefined &&
          option.alone === undefined
      ? rest
      : undefined;
    if (attached !== undefined || rest === "") {
      const last = take(option, spelled, attached, next);
      return { ...last, options: [...options, ...last.options] };
    }
    options.push(...take(option, spelled, undefined, undefined).options);
  }
  return { options, tookNext: false };
}

function take(
  { long, placeholder, alone }: Found,
  spelled: string,
  value: string | undefined,
  next: string | undefined,
): Taken {
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

function findOption(spelled: string): Found | undefined {
  for (const [long, option] of allOptions()) {
    if (spelled === long || spelled === `-${option.short}`) {
      return { ...option, long };
    }
  }
  return undefined;
}

function* allOptions(): Generator<readonly [string, OptionFace]> {
  for (const name of Object.keys(OPTIONS) as (keyof typeof OPTIONS)[]) {
    yield [optionName(name), OPTIONS[name]!];
  }
}

function unknown(spelled: string, word: string, guess: Guess): never {
  const shown = word === spelled || word.length === 2
    ? `'${spelled}'`
    : `'${spelled}' in '${word}'`;
  const known = Array.from(
    allOptions(),
    ([long, { short }]) => short === undefined ? [long] : [long, `-${short}`],
  ).flat();
  const near = spelled.length > 2 ? guess(spelled, known) : undefined;
  throw new UsageError(`Unknown option ${shown}`, {
    hint: near === undefined
      ? "see 'assume-role --help'; put '--' before a command that begins with '-'"
      : `did you mean '${near}'?`,
  });
}
