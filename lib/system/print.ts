import { AssumeRoleError } from "../errors.ts";
import type { Host } from "../host.ts";
import { reasonOf } from "./os_error.ts";

/**
 * Writes to stdout.
 *
 * @throws {AssumeRoleError} where that cannot be
 */
export function print(host: Host, text: string): void {
  try {
    host.writeStdout(text);
  } catch (error) {
    throw new AssumeRoleError(`Cannot write to stdout: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
