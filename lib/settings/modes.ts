// Pure: no I/O.
import type { Setting, SettingValues } from "./setting.ts";
import * as values from "./values.ts";

/** The settings that stand for something else than running a command. */
type ModeName =
  | "console"
  | "whoami"
  | "list"
  | "explain"
  | "doctor"
  | "init"
  | "completions"
  | "clearCache";

/** The part of the table of settings that has the modes. */
export const MODE_SETTINGS: {
  readonly [K in ModeName]: Setting<SettingValues[K]>;
} = {
  console: {
    parse: values.parseBoolean,
    option: { group: "modes", help: "sign in to AWS's console in the browser" },
  },
  whoami: {
    parse: values.parseBoolean,
    option: { group: "modes", help: "tell who you are, and who as the role" },
  },
  init: {
    parse: values.parseBoolean,
    option: { group: "modes", help: "write an assume-role.yaml to start with" },
  },
  completions: {
    parse: values.parseCompletions,
    option: {
      placeholder: "SHELL",
      group: "modes",
      help: "print completions for bash, zsh, fish, ...",
      completes: values.SHELLS,
    },
  },
  list: {
    parse: values.parseBoolean,
    option: {
      group: "modes",
      help: "list the known roles, and their sessions",
    },
  },
  explain: {
    parse: values.parseBoolean,
    option: { group: "modes", help: "tell what would be done, and why" },
  },
  doctor: {
    parse: values.parseBoolean,
    option: { group: "modes", help: "find what is wrong, and what to do" },
  },
  clearCache: {
    parse: values.parseBoolean,
    option: {
      group: "modes",
      help: "forget sessions: all, or those of --role",
    },
  },
};
