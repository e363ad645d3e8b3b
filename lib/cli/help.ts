// Pure: no I/O.
import { OPTIONS } from "../settings/options.ts";
import { optionName } from "../settings/names.ts";
import { GROUPS } from "../settings/setting_types.ts";
import { SETTING_NAMES } from "../settings/settings.ts";
import {
  formatLines,
  formatOwnText,
  type SafeText,
} from "../settings/terminal_text.ts";
import { COMMIT, VERSION } from "./version.ts";

const HEAD = `Run a command with temporary credentials of an AWS role.

  assume-role [options] [--] <command> [argument ...]   run the command
  assume-role [options]                                 print the credentials
`;

const FOOT = `
Every option with a value can also be a variable, such as ASSUME_ROLE_ROLE.
Settings: assume-role.yaml here or in a parent; ~/.aws/assume-role.yaml.
Exit status: the command's own; 125 if assume-role itself fails.
`;

/** Formats the output of `--help` from the table of options. */
export function formatHelp(): SafeText {
  const blocks = Object.entries(GROUPS).map(([group, title]) => {
    const rows = SETTING_NAMES.flatMap((name) => {
      const option = OPTIONS[name];
      if (option?.group !== group) return [];
      const short = option.short === undefined ? "    " : `-${option.short}, `;
      const value = option.placeholder === undefined
        ? ""
        : option.alone === undefined
        ? ` ${option.placeholder}`
        : `[=${option.placeholder}]`;
      return [
        `  ${
          `${short}${optionName(name)}${value}`.padEnd(30)
        } ${option.help}\n`,
      ];
    });
    return `\n${title}:\n${rows.join("")}`;
  });
  return formatOwnText(HEAD + blocks.join("") + FOOT);
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
