// Pure: no I/O.
import config from "../../deno.json" with { type: "json" };
import { optionName, SETTING_NAMES } from "../settings/names.ts";
import { GROUPS } from "../settings/setting.ts";
import { SETTINGS } from "../settings/table.ts";

const HEAD = `Run a command with temporary credentials of an AWS role.

  assume-role [options] [--] <command> [argument ...]   run a command under a role
  assume-role [options]                                 print the credentials
`;

const FOOT = `
Every option with a value can also come from a variable: ASSUME_ROLE_ROLE, ...
Settings are read from assume-role.yaml, here or above, and ~/.aws/assume-role.yaml.
Exit status: the command's own; 125 when assume-role itself failed.
`;

/** The text of `--help`, made from the table of settings. */
export function formatHelp(): string {
  const blocks = Object.entries(GROUPS).map(([group, title]) => {
    const rows = SETTING_NAMES.flatMap((name) => {
      const option = SETTINGS[name].option;
      if (option?.group !== group) return [];
      const short = option.short === undefined ? "    " : `-${option.short}, `;
      const value = option.placeholder === undefined
        ? ""
        : option.alone === undefined
        ? ` ${option.placeholder}`
        : `[=${option.placeholder}]`;
      return [
        `  ${
          `${short}${optionName(name)}${value}`.padEnd(33)
        } ${option.help}\n`,
      ];
    });
    return `\n${title}:\n${rows.join("")}`;
  });
  return HEAD + blocks.join("") + FOOT;
}

/** The text of `--version`. */
export function formatVersion(): string {
  return `assume-role ${config.version}\n`;
}
