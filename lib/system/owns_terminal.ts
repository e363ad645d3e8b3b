import { isStderrTerminal } from "./is_terminal.ts";
import { IS_WINDOWS } from "./path.ts";
import { LOOK_AT } from "./signal_monitor_script.ts";

/** Shell script that tests whether the group of the process `$1` is in the foreground. */
const SCRIPT = `${LOOK_AT}
look_at "$1"
[ -n "$group" ] && [ "$group" = "$foreground" ]
`;

/**
 * Whether stderr is a terminal, and this process is in the foreground of the terminal. In
 * the background, a shell or another program may be editing the last line of the terminal.
 */
export async function ownsTerminal(): Promise<boolean> {
  if (!isStderrTerminal()) return false;
  if (IS_WINDOWS) return true; // Windows has no background jobs
  try {
    const { success } = await new Deno.Command("/bin/sh", {
      args: ["-c", SCRIPT, "assume-role", `${Deno.pid}`],
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false; // there is no shell
  }
}
