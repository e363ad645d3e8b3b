// Pure: no I/O.
import type { SettingValues } from "../settings/setting.ts";

/** The settings that options and `ASSUME_ROLE_*` variables gave. */
export type Options = {
  readonly [K in keyof SettingValues]?: SettingValues[K];
};

/** What the command line asks for. */
export type Invocation =
  | { readonly mode: "help" }
  | { readonly mode: "version" }
  | { readonly mode: "clear-cache"; readonly options: Options }
  | { readonly mode: "print"; readonly options: Options }
  | {
    readonly mode: "run";
    readonly options: Options;
    /** The child's argv, byte for byte; the first word is the program. */
    readonly command: readonly [string, ...string[]];
  };
