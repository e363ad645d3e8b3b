// Pure: no I/O.
import { OPTIONS } from "../settings/options.ts";
import { optionName } from "../settings/names.ts";
import { GROUPS } from "../settings/setting.ts";
import { SETTING_NAMES } from "../settings/settings.ts";
import { COMMIT, VERSION } from "./version.ts";

const HEAD = `Run a command with temporary credentials of an AWS role.

  assume-role [options] [--] <command> [argument ...]   run it under a role
  assume-role [options]                                 print the credentials
`;

const FOOT = `
Every option with a value can also be a variable: ASSUME_ROLE_ROLE, and so on.
Settings: assume-role.yaml, here or above; ~/.aws/assume-role.yaml.
Exit status: the command's own; 125 when assume-role itself failed.
`;

/** The text of `--help`, made from the table of settings. */
export function formatHelp(): string {
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
  return HEAD + blocks.join("") + FOOT;
}

/** What a program runs on. */
export interface Runtime {
  /** The version of Deno. */
  readonly deno: string;
  /** The machine, by Deno's name for it. */
  readonly target: string;
}

/** The text of `--version`; its first line stays as it is, for scripts. */
export function formatVersion({ deno, target }: Runtime): string {
  return `assume-role ${VERSION}
commit: ${COMMIT.replace(/^0+$/, "source")}
deno: ${deno}
target: ${target}
`;
}
