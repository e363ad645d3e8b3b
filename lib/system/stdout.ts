import { AssumeRoleError } from "../errors.ts";
import { IS_WINDOWS } from "./path.ts";
import { reserveFiles, surviveSizeLimit } from "./signals.ts";

/** The number of files that a run needs for programs and signal listeners. */
const MIN_FILES = 10;
/** Exit status of the scripts if a condition is true. */
const YES = 9;
const HAS_SIZE_LIMIT = `[ "$(ulimit -f)" = unlimited ] || exit ${YES}`;
/** Whether stdout is the null device, open for reading too. */
const IS_READABLE_NULL =
  `[ /dev/fd/1 -ef /dev/null ] && cat <&1 && exit ${YES}`;

/**
 * Refuses a closed stdout, because the output would be lost without an error: the runtime
 * opens the null device in place of a closed stdout, for reading and writing. A shell opens
 * the device of `>/dev/null` only for writing, which is not refused. If stdout is a file,
 * output beyond the limit of `ulimit -f` becomes an error instead of a signal.
 *
 * @throws {AssumeRoleError} If stdout is closed
 */
export function prepareStdout(): void {
  if (IS_WINDOWS || !mayBeNullOrFile()) return;
  if (isTrue(IS_READABLE_NULL)) {
    throw new AssumeRoleError("Cannot write to stdout: stdout is closed", {
      hint:
        "open stdout; to discard the output, use '>/dev/null', or open /dev/null only for writing",
    });
  }
  prepareFiles();
}

/**
 * Lets writes beyond the limit of `ulimit -f` fail with an error, if there is a limit.
 *
 * @throws {Error} If this process can open too few files for programs and signal listeners
 */
export function prepareFiles(): void {
  reserveFiles(MIN_FILES);
  if (!IS_WINDOWS && isTrue(HAS_SIZE_LIMIT)) surviveSizeLimit();
}

/** Whether stdout may be the null device or a file; `true` if Deno does not say. */
function mayBeNullOrFile(): boolean {
  if (Deno.stdout.isTerminal()) return false;
  try {
    const { isCharDevice, isFile } = Deno.statSync("/dev/stdout");
    return isCharDevice === true || isFile;
  } catch {
    return true;
  }
}

/** Whether a script says yes; `false` if there is no shell. */
function isTrue(script: string): boolean {
  try {
    const { code } = new Deno.Command("/bin/sh", {
      args: ["-c", script],
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin" },
      stdin: "null",
      stdout: "inherit",
      stderr: "null",
    }).outputSync();
    return code === YES;
  } catch {
    return false;
  }
}
