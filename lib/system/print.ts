import { AssumeRoleError, InterruptedError } from "../errors.ts";
import type { Host } from "../host.ts";
import type { SafeText } from "../settings/terminal_text.ts";
import { reasonOf } from "./os_error.ts";

/**
 * Writes to stdout.
 *
 * @throws {InterruptedError} If the reader of stdout has ended: the run ends without a
 * message, like other programs
 * @throws {AssumeRoleError} If stdout cannot be written to for another reason
 */
export function print(host: Host, text: SafeText): void {
  try {
    host.writeStdout(text);
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) {
      throw new InterruptedError("SIGPIPE");
    }
    throw new AssumeRoleError(`Cannot write to stdout: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * Writes to stderr, if assume-role is used as a library. If stderr is closed, the text is
 * lost.
 */
export function printError(text: SafeText): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  } catch {
    // A lost message must not stop the program that imports the library.
  }
}
