/** What the process was given: nothing below `main.ts` looks for more. */
export interface Host {
  readonly args: readonly string[];
  /** The variables whose values are UTF-8. */
  readonly env: Readonly<Record<string, string>>;
  /** Finds those of the named variables that are set to bytes that are not UTF-8. */
  readonly findUnreadable: (names: readonly string[]) => readonly string[];
  /** The working directory; throws where there is none any more. */
  readonly cwd: () => string;
  /** The user's home directory, where there is one. */
  readonly home: string | undefined;
  readonly isWindows: boolean;
  /** Whether a worker can have fewer permissions than we have. */
  readonly canSandbox: boolean;
  /** What it runs on, for `--version`. */
  readonly runtime: { readonly deno: string; readonly target: string };
  /** The clock: milliseconds since the epoch. */
  readonly now: () => number;
  readonly writeStdout: (text: string) => void;
  readonly writeStderr: (text: string) => void;
}

/** How the stages speak to the person: one line each, to stderr. */
export interface Reporter {
  /** Something went wrong, but the command still runs. */
  readonly warn: (message: string) => void;
  /** What is done and why; shown with `--verbose`. */
  readonly explain: (message: string) => void;
}
