import { AssumeRoleError } from "../errors.ts";
import { IS_WINDOWS } from "./path.ts";

/** A shell script that succeeds if stdout is the null device, open for reading too. */
const IS_READABLE_NULL = "[ /dev/fd/1 -ef /dev/null ] && cat <&1";

/**
 * Refuses a closed stdout, because the output would be lost without an error: the runtime
 * opens the null device in place of a closed stdout, for reading and writing. A shell opens
 * the device of `>/dev/null` only for writing, which is not refused.
 *
 * @throws {AssumeRoleError} If stdout is closed
 */
export function refuseClosedStdout(): void {
  if (IS_WINDOWS || !mayBeNull()) return;
  try {
    const { success } = new Deno.Command("/bin/sh", {
      args: ["-c", IS_READABLE_NULL],
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin" },
      stdin: "null",
      stdout: "inherit",
      stderr: "null",
    }).outputSync();
    if (!success) return;
  } catch {
    return; // there is no shell
  }
  throw new AssumeRoleError("Cannot write to stdout: stdout is closed", {
    hint:
      "open stdout; to discard the output, use '>/dev/null', or open /dev/null only for writing",
  });
}

/** Whether stdout may be the null device; `true` if Deno does not say what stdout is. */
function mayBeNull(): boolean {
  if (Deno.stdout.isTerminal()) return false;
  try {
    return Deno.statSync("/dev/stdout").isCharDevice === true;
  } catch {
    return true;
  }
}
