/** Whether what we run may read from or write to a terminal by our streams. */
export function hasTerminalStreams(): boolean {
  return [Deno.stdin, Deno.stdout, Deno.stderr]
    .some((stream) => stream.isTerminal());
}

/** Whether what we print is read by a person, on a terminal. */
export function isStdoutTerminal(): boolean {
  return Deno.stdout.isTerminal();
}
