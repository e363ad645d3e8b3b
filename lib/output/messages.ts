// Pure: no I/O.
import { AssumeRoleError, AwsError, STATUS } from "../errors.ts";
import { sanitize } from "../settings/terminal_text.ts";

const NAME = "assume-role";

/** Formats a warning: a problem that does not stop the command. */
export function formatWarning(message: string): string {
  return `${NAME}: warning: ${sanitize(message)}\n`;
}

/** Formats a note about a fact that the user may not expect. */
export function formatNotice(message: string): string {
  return `${NAME}: note: ${sanitize(message)}\n`;
}

/** Formats a note about an action and its reason. */
export function formatNote(message: string): string {
  return `${NAME}: ${sanitize(message)}\n`;
}

/**
 * Formats an error as one line and at most one hint. `verbose` adds AWS's error code
 * and the chain of causes. A stack trace is never included.
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

/** Returns the exit status for an error. */
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
