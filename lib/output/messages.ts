// Pure: no I/O.
import { AssumeRoleError, AwsError, STATUS } from "../errors.ts";
import { sanitize } from "../settings/sanitize.ts";

const NAME = "assume-role";

/** Something that went wrong, although the command still runs. */
export function formatWarning(message: string): string {
  return `${NAME}: warning: ${sanitize(message)}\n`;
}

/** Something that is done, and why. */
export function formatNote(message: string): string {
  return `${NAME}: ${sanitize(message)}\n`;
}

/**
 * An error as a person reads it: one line, at most one hint, and with
 * `verbose` what led to it. Never a stack trace.
 */
export function formatError(error: unknown, verbose: boolean): string {
  const lines = [`${NAME}: error: ${sanitize(messageOf(error))}\n`];
  if (verbose) {
    if (error instanceof AwsError) {
      const request = error.requestId === undefined
        ? ""
        : `, request ${error.requestId}`;
      lines.push(`${NAME}: AWS: ${error.code}${request}\n`);
    }
    for (const cause of causesOf(error)) {
      lines.push(`${NAME}: cause: ${sanitize(messageOf(cause))}\n`);
    }
  }
  if (error instanceof AssumeRoleError && error.hint !== undefined) {
    lines.push(`${NAME}: hint: ${sanitize(error.hint)}\n`);
  }
  return lines.join("");
}

/** The exit status that an error ends the command line with. */
export function errorStatus(error: unknown): number {
  return error instanceof AssumeRoleError ? error.status : STATUS.failed;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

function* causesOf(error: unknown): Generator<unknown> {
  const seen = new Set<unknown>();
  let cause = error instanceof Error ? error.cause : undefined;
  while (cause !== undefined && !seen.has(cause)) {
    seen.add(cause);
    yield cause;
    cause = cause instanceof Error ? cause.cause : undefined;
  }
}
