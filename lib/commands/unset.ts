import { type Options, parseVariable } from "../cli/invocation.ts";
import { UsageError } from "../errors.ts";
import type { Host } from "../host.ts";
import {
  formatUnset,
  isShellFormat,
  SHELL_FORMATS,
} from "../output/shell_formats.ts";
import { print } from "../system/print.ts";

/**
 * Prints the lines that remove a session from a shell, in the format that `--format` or
 * `ASSUME_ROLE_FORMAT` names.
 *
 * @throws {UsageError} If the format is not the format of a shell
 */
export function printUnset(options: Options, host: Host): void {
  const format = options.format ?? parseVariable("format", host.env) ?? "env";
  if (!isShellFormat(format)) {
    const name = options.format === undefined
      ? `ASSUME_ROLE_FORMAT '${format}'`
      : `the format '${format}'`;
    throw new UsageError(
      `Cannot use ${name} with '--unset': no shell evaluates this format`,
      { hint: `use one of the formats ${SHELL_FORMATS.join(", ")}` },
    );
  }
  print(host, formatUnset(format));
}
