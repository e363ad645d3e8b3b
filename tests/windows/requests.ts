/** The requests that the agent of the tests accepts, and its answers. */

/** A program, its whole environment and its working directory. */
export interface WindowsProgram {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** A program to run without a console. */
export interface PipedProgram extends WindowsProgram {
  readonly stdin?: string | undefined;
}

/** Exit status and output of a program. */
export interface PipedResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Waits until the console shows a text, and then types, or presses Ctrl-C if `null`. */
export type Step = readonly [seen: string, typed: string | null];

/** Streams of a program: a path, such as `NUL`; absent for the console. */
export interface Streams {
  readonly stdin?: string | undefined;
  readonly stdout?: string | undefined;
  readonly stderr?: string | undefined;
}

/** A program to run on a console of its own. */
export interface ConsoleProgram extends WindowsProgram {
  readonly steps: readonly Step[];
  readonly streams?: Streams | undefined;
}

/** Exit status of a program, and everything that the console showed. */
export interface ConsoleResult {
  readonly status: number;
  readonly screen: string;
}

/** A request to the agent. */
export type Request =
  & { readonly id: number }
  & (
    | { readonly piped: PipedProgram }
    | { readonly console: ConsoleProgram }
  );

/** An answer of the agent. */
export interface Response {
  readonly id: number;
  readonly result?: PipedResult | ConsoleResult;
  readonly error?: string;
}
