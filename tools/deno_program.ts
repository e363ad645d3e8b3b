import { join } from "@std/path/join";

const ROOT = join(import.meta.dirname!, "..");

/**
 * Runs a Deno executable in the directory of the project, and discards its stdout.
 *
 * @throws {Error} If the program fails.
 */
export async function runDeno(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { success } = await new Deno.Command(program, {
    args: [...args],
    cwd: ROOT,
    env,
    stdout: "null",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`${program} ${args[0]} failed`);
}
