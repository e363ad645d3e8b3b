import { succeeds } from "./helper_shell.ts";
import { isStderrTerminal } from "./is_terminal.ts";
import { IS_WINDOWS } from "./path.ts";
import { TERMINAL_FUNCTIONS } from "./terminal_script.ts";

/** Shell script that tests whether the group of the process `$1` is in the foreground. */
const SCRIPT = `${TERMINAL_FUNCTIONS}
is_in_foreground "$1"
`;

/**
 * Whether stderr is a terminal, and this process is in the foreground of the terminal. In
 * the background, a shell or another program may be editing the last line of the terminal.
 */
export async function ownsTerminal(): Promise<boolean> {
  if (!isStderrTerminal()) return false;
  if (IS_WINDOWS) return true; // Windows has no background jobs
  return await succeeds(SCRIPT, [`${Deno.pid}`]);
}
