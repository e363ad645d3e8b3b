/** An error for a command line that only a shell can run, on a system without a shell. */
export class NoShellError extends Error {}

/**
 * Starts a program on a system without a shell, with pipes as stdout and stderr and with
 * an empty stdin.
 *
 * @param command a command line for the shell, or the words of a program and its arguments
 * @throws {NoShellError} If the command line would mean something else without a shell
 */
export function startWithoutShell(
  command: string | readonly string[],
  env: Readonly<Record<string, string>>,
): Deno.ChildProcess {
  const words = typeof command === "string" ? plainWords(command) : command;
  if (words === undefined) throw new NoShellError();
  const [path = "", ...args] = words;
  const child = new Deno.Command(path, {
    args,
    env: { ...env },
    clearEnv: true,
    stdin: "piped", // a system without a shell may have no /dev/null
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  child.stdin.close().catch(() => {}); // the program may have ended
  return child;
}

/** Splits a command line that means the same without a shell; otherwise `undefined`. */
export function plainWords(command: string): readonly string[] | undefined {
  return /^[\w@%+:,./ -]+(?: [\w@%+=:,./ -]*)?$/.test(command)
    ? command.trim().split(/ +/)
    : undefined;
}
