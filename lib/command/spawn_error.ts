import { CommandError, STATUS } from "../errors.ts";
import { exists } from "../system/files.ts";
import type { Program } from "./launcher.ts";
import { reasonOf } from "../system/os_error.ts";

/**
 * What to start instead of a program that could not be started: a script
 * without "#!" is the shell's, as it is for execvp() and every shell.
 *
 * @throws {CommandError} where there is no more to try
 */
export function findFallback(program: Program, error: unknown): Program {
  const script = scriptWithoutInterpreter(error);
  if (script === undefined) throw cannotStart(program, error);
  return { ...program, path: "/bin/sh", args: [script, ...program.args] };
}

/** The path of the script that the system could not make out, where that is why. */
function scriptWithoutInterpreter(error: unknown): string | undefined {
  return /^Failed to spawn '(.*)': Exec format error/s.exec(
    error instanceof Error ? error.message : "",
  )?.[1];
}

/** The path that was found for a command's name, where one was. */
function pathTried(error: unknown): string | undefined {
  return /^Failed to spawn '(\/.*)': /s.exec(
    error instanceof Error ? error.message : "",
  )?.[1];
}

function cannotStart({ path, env }: Program, error: unknown): CommandError {
  const notExecutable = (reason: string) =>
    new CommandError(`Cannot run '${path}': ${reason}`, {
      status: STATUS.notExecutable,
      hint:
        "a command is a program or a script that may be executed: see 'chmod +x'",
      cause: error,
    });
  if (!isNotFound(error)) return notExecutable(reasonOf(error));
  const isPath = /[\\/]/.test(path);
  if (exists(isPath ? path : pathTried(error) ?? "")) {
    return new CommandError(
      `Cannot run '${path}': its interpreter is not there`,
      {
        status: STATUS.notExecutable,
        hint: "see the first line of the script, or 'file' for a program",
        cause: error,
      },
    );
  }
  // Deno passes over what cannot be executed; others say so, as execvp() does.
  if (!isPath && path !== "" && isOnPath(path, env)) {
    return notExecutable("permission denied");
  }
  return new CommandError(`Cannot run '${path}': command not found`, {
    status: STATUS.notFound,
    hint: /[*,]/.test(path)
      ? `if these are variables to let through, write -E='${path}'`
      : isPath
      ? "there is no such file"
      : "is it on the PATH?",
    cause: error,
  });
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error &&
    (error.name === "NotFound" ||
      error.message.includes("no path to search")); // an older Deno, without PATH
}

/** Whether a directory of PATH has something of this name, executable or not. */
function isOnPath(
  name: string,
  env: Readonly<Record<string, string>>,
): boolean {
  return (env.PATH ?? "").split(":")
    .some((directory) => directory !== "" && exists(`${directory}/${name}`));
}
