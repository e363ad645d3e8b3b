// Pure: no I/O.
import type { SettingName, SettingValues } from "../settings/setting.ts";

/** The settings that options and `ASSUME_ROLE_*` variables gave. */
export type Options = {
  readonly [K in keyof SettingValues]?: SettingValues[K];
};

/** The modes that run no command, each with the setting that asks for it. */
export const OWN_COMMANDS = {
  console: "console",
  whoami: "whoami",
  init: "init",
  completions: "completions",
  list: "list",
  explain: "explain",
  doctor: "doctor",
  "clear-cache": "clearCache",
} as const satisfies Readonly<Record<string, SettingName>>;

/** A mode that runs no command. */
export type OwnCommand = keyof typeof OWN_COMMANDS;

/** What the command line asks for. */
export type Invocation =
  | { readonly mode: "help" }
  | { readonly mode: "version" }
  | { readonly mode: OwnCommand; readonly options: Options }
  | { readonly mode: "print"; readonly options: Options }
  | {
    readonly mode: "run";
    readonly options: Options;
    /** The child's argv, byte for byte; the first word is the program. */
    readonly command: readonly [string, ...string[]];
  };
