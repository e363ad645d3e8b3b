// Pure: no I/O.
// Explains why a program of the user, such as a `credential_process` or an `mfa_command`,
// failed. No command line and no secret of a command line is part of an explanation.
import type { CapturedProgram } from "../system/capture_program.ts";

/** A hint for a program that needs a shell, on a system without a shell. */
export const NO_SHELL_HINT =
  "install a shell as /bin/sh, or use a command line that is only a program and its arguments, without quotes and variables";

/** The last words of a program that failed. */
export interface LastWords {
  /** The line that says why the program failed; absent if the program said nothing. */
  readonly reason?: string;
  /** The hint of another assume-role, if the program is assume-role or runs assume-role. */
  readonly hint?: string;
  /** Whether the reason is the error of another assume-role. */
  readonly isOwn?: true;
  /** The other lines, to show to the user. */
  readonly others: string;
}

/** The end of a program that failed. */
export interface ProgramFailure extends Omit<CapturedProgram, "stdout"> {
  /** The name of the program in messages, such as `credential_process`. */
  readonly name: string;
  /** The program's file, if the command line was split into words. */
  readonly path?: string;
  /** The program's last words, which were not shown yet. */
  readonly lastWords?: LastWords;
  /** Whether to name the exit status if there is no other reason. */
  readonly showsStatus: boolean;
}

/** Whether a program failed, or printed more than is read. */
export function hasFailed(
  { status, isTooLong }: Pick<CapturedProgram, "status" | "isTooLong">,
): boolean {
  return status !== 0 || isTooLong === true;
}

/** Describes a failure of a program, to be used after "Cannot …: ". */
export function describeFailure(
  { name, path, status, signal, notStarted, isTooLong, lastWords, showsStatus }:
    ProgramFailure,
): string {
  if (notStarted === "no shell") {
    return `${name} needs a shell, and this system has no /bin/sh`;
  }
  if (notStarted !== undefined) {
    const program = path !== undefined && isPlainPath(path)
      ? `the program '${path}'`
      : "the program";
    return `${program} of ${name} ${
      notStarted === "not found" ? "was not found" : "cannot be executed"
    }`;
  }
  if (isTooLong) return `${name} printed more than 64 KiB`;
  if (lastWords?.reason !== undefined) {
    return `${name} failed: ${lastWords.reason}`;
  }
  if (signal !== undefined) return `${name} was ended by ${signal}`;
  return showsStatus
    ? `${name} failed with status ${status}`
    : `${name} failed without a message`;
}

/**
 * Whether the first word of a command line can be the path of a program. A mistake can make
 * this word a secret: a whole command line in quotes, or a variable with its value.
 */
export function isPlainPath(word: string): boolean {
  return !/[\s=]|:\/\//.test(word);
}

/** Lines of a stack trace of Node, Deno, Java, .NET or Go, and lines below a trace. */
const TRACE_LINE =
  /^\s+at |^\s+\.\.\. \d+ more$|^Node\.js v\d|^goroutine \d+ \[|^\s+\^+\s*$/;

/** Start of a line that names itself an error, such as `aws: error: `. */
const ERROR_LINE = /^(?:[\w./-]+: )*(?:error|fatal)\b/i;

/** Finds, in the error output of a program that failed, the line that says why. */
export function readLastWords(text: string): LastWords {
  const lines = text.split("\n").map((line) => line.trimEnd());
  const own = readOwnError(lines);
  if (own !== undefined) return own;
  const meaningful = withoutTraceback(lines)
    .filter((line) => line !== "" && !TRACE_LINE.test(line));
  const at = meaningful.findLastIndex((line) => ERROR_LINE.test(line));
  const reason = meaningful.at(at)?.trim();
  return {
    ...(reason !== undefined && { reason }),
    others: joinLines(meaningful.toSpliced(at, 1)),
  };
}

/** Removes a Python traceback, except the error at its end, from lines of text. */
function withoutTraceback(lines: readonly string[]): readonly string[] {
  const start = lines.findLastIndex((line) => line.startsWith("Traceback "));
  const end = lines.findIndex((line, at) => at > start && /^\S/.test(line));
  if (start < 0 || end < 0) return lines;
  const [error = "", ...after] = lines.slice(end);
  // Move the error to the end, because the error can have more lines.
  return [...lines.slice(0, start), ...after, error];
}

/** Finds the error of another assume-role. */
function readOwnError(lines: readonly string[]): LastWords | undefined {
  const find = (kind: string) =>
    lines.find((line) => line.startsWith(`assume-role: ${kind}: `));
  const error = find("error");
  if (error === undefined) return undefined;
  const hint = find("hint");
  const textOf = (line: string) => line.replace(/^assume-role: \w+: /, "");
  return {
    reason: textOf(error),
    ...(hint !== undefined && { hint: textOf(hint) }),
    isOwn: true,
    others: joinLines(lines.filter((line) => line !== error && line !== hint)),
  };
}

function joinLines(lines: readonly string[]): string {
  return lines.filter((line) => line.trim() !== "")
    .map((line) => `${line}\n`).join("");
}
