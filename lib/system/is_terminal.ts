/**
 * Whether stdin, stdout or stderr is a terminal. The command inherits all three.
 */
export function hasTerminalStreams(): boolean {
  return [Deno.stdin, Deno.stdout, Deno.stderr]
    .some((stream) => stream.isTerminal());
}

/** Whether stderr is a terminal. */
export function isStderrTerminal(): boolean {
  return Deno.stderr.isTerminal();
}

/** Whether stdout is a terminal. */
export function isStdoutTerminal(): boolean {
  return Deno.stdout.isTerminal();
}
