import { AssumeRoleError } from "../errors.ts";
import type { Host } from "../host.ts";
import { reasonOf } from "./os_error.ts";

/**
 * Writes to stdout.
 *
 * @throws {AssumeRoleError} If stdout cannot be written to.
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
