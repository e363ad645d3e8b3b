/**
 * Creates the command of a shell that helps assume-role with the terminal. The shell gets no
 * variable of the user, and its stderr is `/dev/null`.
 *
 * @param stdio where stdin and stdout of the shell lead
 * @param env variables for texts that other users must not see in the arguments
 */
export function helperShell(
  shell: string,
  script: string,
  args: readonly string[],
  stdio: "piped" | "null",
  env: Readonly<Record<string, string>> = {},
): Deno.Command {
  return new Deno.Command(shell, {
    args: ["-c", script, "assume-role", ...args],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", ...env },
    stdin: stdio,
    stdout: stdio,
    stderr: "null",
  });
}

/** Whether a script of `/bin/sh` succeeds; `false` if this system has no shell. */
export async function succeeds(
  script: string,
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<boolean> {
  try {
    const command = helperShell("/bin/sh", script, args, "null", env);
    return (await command.output()).success;
  } catch {
    return false;
  }
}
