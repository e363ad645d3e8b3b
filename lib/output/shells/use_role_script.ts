// Pure: no I/O.

/**
 * Start of the last line of the output for the function `use-role`, which the function shows
 * when the role is in use.
 */
export const NOTE_START = "# ";

/**
 * Options that select a command of assume-role itself. The function `use-role` passes these
 * on, so that `use-role --list` does the same as `assume-role --list`.
 */
export const OWN_COMMAND_OPTIONS: readonly string[] = [
  "--clear-cache",
  "--console",
  "--doctor",
  "--explain",
  "--init",
  "--list",
  "--version",
  "--whoami",
];

/** Values that the function `use-role` of every shell needs. */
export interface UseRoleScript {
  /**
   * The path of the executable, quoted for the shell. If the path is empty or no
   * executable, the shell looks for `assume-role` on its `PATH`.
   */
  readonly program: string;
  /** The script that completes options and roles. */
  readonly completions: string;
  /** All variables that a session sets. */
  readonly variables: readonly string[];
  /**
   * The variables that only a session sets. If the expiry has changed, another session
   * has replaced the session, and none of these variables is the user's own.
   */
  readonly session: readonly string[];
}

/** The output of `use-role --help`. */
export const USAGE: readonly string[] = [
  "use-role [NAME|ARN] [option ...]   use a role in this shell; without a name: choose one",
  "use-role --unset                   leave the role, and restore your own variables",
  "use-role --whoami                  show the role of this shell, and the time that is left",
  "The options are those of assume-role, such as --duration 1h and --list.",
];
