// Pure: no I/O.
import { OPTION_HELP } from "../settings/option_help.ts";
import { OPTIONS } from "../settings/options.ts";
import { optionName } from "../settings/names.ts";
import {
  GROUPS,
  type OptionSpec,
  type SettingName,
} from "../settings/setting_types.ts";
import { SETTING_NAMES } from "../settings/settings.ts";
import { formatSpans, type Span } from "../settings/styled_text.ts";
import { formatLines, type SafeText } from "../settings/terminal_text.ts";
import { COMMIT, VERSION } from "./version.ts";

const HEAD: readonly string[] = [
  "Run a command with temporary credentials of an AWS role.",
  "",
  "  assume-role [options] [--] <command> [argument ...]   run the command",
  "  assume-role [options]                                 print the credentials",
];

/** Commands for frequent tasks, the most frequent task first. */
export const EXAMPLES: readonly (readonly [
  commandLine: string,
  task: string,
])[] = [
  ["assume-role -r admin ./deploy.sh", "run a script as a role"],
  ["assume-role --profile dev aws s3 ls", "use a profile of ~/.aws/config"],
  ["assume-role -r admin -- bash", "start a shell with a role"],
  [
    'eval "$(assume-role --shell-init bash)"',
    "then run: use-role admin",
  ],
  ["assume-role --list", "see roles and sessions"],
  ["assume-role --explain -r admin", "see what a run would do"],
  ["assume-role --console -r admin", "open the AWS console"],
];
/** Number of examples in the output of `-h`. */
const SHORT_EXAMPLES = 4;

/** The most used options, for the output of `-h`. */
const SHORT_OPTIONS: readonly SettingName[] = [
  "role",
  "profile",
  "region",
  "duration",
  "preserveEnv",
  "format",
  "list",
  "whoami",
  "explain",
  "doctor",
  "console",
];

const SHORT_FOOT: readonly string[] = [
  "",
  "'assume-role --help' lists all options. Exit status: the command's own;",
  "125 if assume-role itself fails.",
];

const FOOT: readonly string[] = [
  "",
  "Every option with a value can also be a variable, such as ASSUME_ROLE_ROLE.",
  "Settings: assume-role.yaml here or in a parent; ~/.aws/assume-role.yaml.",
  "Exit status: the command's own; 125 if assume-role itself fails.",
];

/** Formats the output of `--help` from the table of options. */
export function formatHelp(isColoured: boolean): SafeText {
  const blocks = Object.entries(GROUPS).flatMap(([group, title]) =>
    formatBlock(
      title,
      SETTING_NAMES.filter((name) => OPTIONS[name]?.group === group)
        .map(formatOption),
    )
  );
  const lines = [...HEAD, ...formatExamples(), ...blocks, ...FOOT];
  return formatSpans(lines.map(toLine), isColoured);
}

/** Formats the output of `-h`: the most used options, and examples. */
export function formatShortHelp(isColoured: boolean): SafeText {
  const lines = [
    ...HEAD,
    ...formatBlock("Options", SHORT_OPTIONS.map(formatOption)),
    ...formatExamples(SHORT_EXAMPLES),
    ...SHORT_FOOT,
  ];
  return formatSpans(lines.map(toLine), isColoured);
}

/** A line of the help, or a title. */
type HelpLine = string | readonly [style: "bold", title: string];

function toLine(line: HelpLine): readonly Span[] {
  return [line];
}

function formatBlock(
  title: string,
  lines: readonly string[],
): readonly HelpLine[] {
  return ["", ["bold", `${title}:`], ...lines];
}

function formatExamples(count: number = EXAMPLES.length): readonly HelpLine[] {
  const rows = EXAMPLES.slice(0, count).map(([commandLine, task]) =>
    `  ${commandLine.padEnd(44)} ${task}`
  );
  return formatBlock("Examples", rows);
}

/**
 * Formats the value of an option, as it follows the option's name: ` NAME`, or `[=NAME]` if the
 * user can leave out the value. A switch has no value.
 *
 * @param formatName formats the name of the value
 */
export function formatValue(
  { placeholder, alone }: OptionSpec,
  formatName: (name: string) => string = (name) => name,
): string {
  if (placeholder === undefined) return "";
  const name = formatName(placeholder);
  return alone === undefined ? ` ${name}` : `[=${name}]`;
}

function formatOption(name: SettingName): string {
  const option = OPTIONS[name]!;
  const { short } = option;
  const letter = short === undefined ? "    " : `-${short}, `;
  const value = formatValue(option);
  return `  ${`${letter}${optionName(name)}${value}`.padEnd(30)} ${
    OPTION_HELP[name]
  }`;
}

/** Runtime and machine that run assume-role. */
export interface Runtime {
  /** The version of Deno. */
  readonly deno: string;
  /** Deno's name for the machine, such as `x86_64-unknown-linux-gnu`. */
  readonly target: string;
}

/** Formats the output of `--version`. Scripts depend on the first line. */
export function formatVersion({ deno, target }: Runtime): SafeText {
  return formatLines(
    `assume-role ${VERSION}`,
    `commit: ${COMMIT.replace(/^0+$/, "source")}`,
    `deno: ${deno}`,
    `target: ${target}`,
  );
}
