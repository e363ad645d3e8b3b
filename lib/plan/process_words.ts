// Pure: no I/O.
import type { Profiles } from "../aws/profiles.ts";
import { ConfigError } from "../errors.ts";
import { splitCommandLine } from "../aws/split_command_line.ts";
import { IS_WINDOWS } from "../system/path.ts";

/**
 * Splits the `credential_process` of a profile into words.
 *
 * @throws {ConfigError} If a quote is not closed.
 */
export function processWords(
  name: string,
  profiles: Profiles,
): readonly string[] {
  const { credential_process = "" } = profiles.get(name) ?? {};
  const words = splitCommandLine(credential_process, IS_WINDOWS);
  if (words !== undefined && words.length > 0) return words;
  throw new ConfigError(
    `Cannot use the AWS profile '${name}': credential_process has a quote that is not closed`,
    { hint: "close the quote in credential_process" },
  );
}
