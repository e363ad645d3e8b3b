import type { SafeText } from "./settings/terminal_text.ts";

/**
 * The arguments, variables and directories that a run depends on. Only `main.ts` and
 * `api.ts` read these values from the system.
 */
export interface Input {
  readonly args: readonly string[];
  /** The variables whose values are UTF-8. */
  readonly env: Readonly<Record<string, string>>;
  /** Selects, from the given names of variables, those whose values are not valid UTF-8. */
  readonly findUnreadable: (names: readonly string[]) => readonly string[];
  /** Returns the working directory; throws if the directory was removed. */
  readonly cwd: () => string;
  /** Returns the time in milliseconds since the epoch. */
  readonly now: () => number;
  /** The user's home directory, if it is known. */
  readonly home: string | undefined;
  readonly isWindows: boolean;
}

/** The streams that a run writes to. */
export interface Output {
  readonly writeStdout: (text: SafeText) => void;
  readonly writeStderr: (text: SafeText) => void;
}

/**
 * The arguments, variables, streams and clock of this process. `main.ts` passes them to
 * `run()`.
 */
export interface Host extends Input, Output {
  /** Whether a worker can have fewer permissions than this process. */
  readonly canSandbox: boolean;
  /** The versions that `--version` prints. */
  readonly runtime: { readonly deno: string; readonly target: string };
}

/** Messages to the user during a run, one line each. */
export interface Reporter {
  /** Reports a problem that does not stop the run. */
  readonly warn: (message: string) => void;
  /**
   * Reports a fact that the user may not expect; absent with `--quiet`, and with
   * `--verbose`, which reports more.
   */
  readonly note?: (message: string) => void;
  /**
   * Stderr and the variables, for notices about a wait; absent with `--quiet`, and while a
   * command uses the terminal.
   */
  readonly waits?: Pick<Host, "env" | "writeStderr">;
  /** Reports a step and its reason, with `--verbose` only. */
  readonly explain: (message: string) => void;
}
