import { formatUseRoleCompletions } from "../cli/completions/completions.ts";
import { AssumeRoleError } from "../errors.ts";
import type { Host } from "../host.ts";
import { formatUseRole } from "../output/shells/use_role.ts";
import type { Shell } from "../settings/parsers.ts";
import { isUnsafe } from "../settings/terminal_text.ts";
import { findExecutable } from "../system/executable.ts";
import { print } from "../system/print.ts";

/**
 * Prints the function `use-role` and the completions of a shell. The function runs this
 * executable or, if this process is not the executable, the program `assume-role`.
 *
 * @throws {AssumeRoleError} If the path of the executable cannot be printed
 */
export function printShellInit(shell: Shell, host: Host): void {
  const executable = findExecutable() ?? "";
  if (isUnsafe(executable)) {
    throw new AssumeRoleError(
      "Cannot print the function use-role: the path of assume-role has a control character",
    );
  }
  const completions = formatUseRoleCompletions(shell);
  print(host, formatUseRole(shell, executable, completions));
}
