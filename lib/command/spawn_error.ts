import { CommandError, STATUS } from "../errors.ts";
import { exists } from "../system/files.ts";
import { IS_WINDOWS } from "../system/path.ts";
import type { Program } from "./launcher.ts";
import { notFoundHint, shortenCommand } from "./not_found_hint.ts";
import { reasonOf } from "../system/os_error.ts";

/** A path of the working directory that does not lead through the directories above. */
const OPEN_CWD = "/proc/self/cwd";

/** The hint for a file that this system cannot run. */
const USABLE = IS_WINDOWS
  ? "use a program or a batch file; start a script with its interpreter, such as 'python' or 'powershell -File'"
  : "use a program, or a script that is executable: see 'chmod +x'";

/**
 * Finds the program to start after a start failed: the shell, if the failed program is a
 * script without "#!". execvp() and shells also run such a script with a shell. On Linux,
 * if a directory above the working directory cannot be searched, finds the same program with
 * another path of the working directory, because Deno enters that directory by its absolute
 * path.
 *
 * @param cwd returns the working directory of this process
 * @throws {CommandError} If no other start can succeed.
 */
export function findFallback(
  program: Program,
  error: unknown,
  cwd: () => string,
): Program {
  if (program.cwd === undefined && isClosed(cwd)) {
    return { ...program, cwd: OPEN_CWD };
  }
  const script = scriptWithoutInterpreter(error);
  if (script === undefined) throw cannotStart(program, error);
  if (!exists("/bin/sh")) throw cannotStartScript(program.path, error);
  return { ...program, path: "/bin/sh", args: [script, ...program.args] };
}

function isClosed(cwd: () => string): boolean {
  try {
    return Deno.build.os === "linux" && !exists(cwd());
  } catch {
    return false; // the working directory was removed
  }
}

/** Returns the script's path if the error is the system's "Exec format error". */
function scriptWithoutInterpreter(error: unknown): string | undefined {
  return /^Failed to spawn '(.*)': Exec format error/s.exec(
    error instanceof Error ? error.message : "",
  )?.[1];
}

/** Explains why a file that may be a script without "#!" cannot be run without a shell. */
function cannotStartScript(path: string, cause: unknown): CommandError {
  return new CommandError(
    `Cannot run '${path}': the file is no program of this system, and there is no /bin/sh that could run the file as a script`,
    {
      status: STATUS.notExecutable,
      hint: "start a script with '#!' and the path of its interpreter",
      cause,
    },
  );
}

/**
 * Returns the path that Deno found for a command's name. The path is read from Deno's
 * error message.
 */
function pathTried(error: unknown): string | undefined {
  return /^Failed to spawn '(\/.*)': /s.exec(
    error instanceof Error ? error.message : "",
  )?.[1];
}

function cannotStart(program: Program, error: unknown): CommandError {
  const { path, env } = program;
  const notExecutable = (reason: string, hint: string = USABLE) =>
    new CommandError(`Cannot run '${path}': ${reason}`, {
      status: STATUS.notExecutable,
      hint,
      cause: error,
    });
  if (isBatchWithLineBreak(error)) {
    return notExecutable(
      "an argument has a line break, and cmd would read only the first line",
      "run the program that the batch file starts, or pass the text in a file",
    );
  }
  if (!isNotFound(error)) {
    // The text of Windows has a placeholder, "%1", instead of the file.
    const isNoProgram = /\(os error 193\)/.test(String(error));
    return notExecutable(isNoProgram ? "not a program" : reasonOf(error));
  }
  const isPath = /[\\/]/.test(path);
  if (exists(isPath ? path : pathTried(error) ?? "")) {
    return new CommandError(
      `Cannot run '${path}': interpreter not found`,
      {
        status: STATUS.notExecutable,
        hint:
          "check the first line of the script; for a program, check the output of 'file'",
        cause: error,
      },
    );
  }
  // Deno skips files on the PATH that are not executable; execvp() fails with "permission
  // denied".
  if (!isPath && path !== "" && isOnPath(path, env)) {
    return notExecutable("permission denied");
  }
  return new CommandError(
    `Cannot run '${shortenCommand(path)}': command not found`,
    {
      status: STATUS.notFound,
      hint: notFoundHint(program),
      cause: error,
    },
  );
}

/** Whether Deno refused an argument of a batch file. Deno quotes everything but line breaks. */
function isBatchWithLineBreak(error: unknown): boolean {
  return IS_WINDOWS && error instanceof Error &&
    error.message.endsWith("batch file arguments are invalid");
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error &&
    (error.name === "NotFound" ||
      error.message.includes("no path to search")); // an older Deno, if PATH is not set
}

/** Whether a directory of PATH contains a file of this name, executable or not. */
function isOnPath(
  name: string,
  env: Readonly<Record<string, string>>,
): boolean {
  return (env.PATH ?? "").split(":")
    .some((directory) => directory !== "" && exists(`${directory}/${name}`));
}
