// Pure: no I/O.
import { AssumeRoleError, AwsError, STATUS } from "../errors.ts";
import type { SafeText } from "../settings/terminal_text.ts";
import { formatMessages, type Message } from "./messages.ts";

/**
 * Formats an error as one line and at most one hint. `verbose` adds AWS's error code
 * and the chain of causes. A stack trace is never included.
 */
export function formatError(error: unknown, verbose: boolean): SafeText {
  const messages: Message[] = [["error: ", messageOf(error)]];
  if (verbose) {
    if (error instanceof AwsError) {
      const request = error.requestId === undefined
        ? ""
        : `, request ${error.requestId}`;
      messages.push(["AWS: ", `${error.code}${request}`]);
    }
    for (const cause of causesOf(error)) {
      messages.push(["cause: ", messageOf(cause)]);
    }
  }
  if (error instanceof AssumeRoleError && error.hint !== undefined) {
    messages.push(["hint: ", error.hint]);
  }
  return formatMessages(...messages);
}

/** Returns the exit status for an error. */
export function errorStatus(error: unknown): number {
  return error instanceof AssumeRoleError ? error.status : STATUS.failed;
}

/** Matches the message of V8 for invalid JSON, which quotes the JSON. */
const INVALID_JSON = /(Unexpected token '[^]{1,2}'), [^]* is not valid JSON/;

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The JSON can have a secret.
  const message = error.message.replace(INVALID_JSON, "$1 in JSON");
  return message || error.name;
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
