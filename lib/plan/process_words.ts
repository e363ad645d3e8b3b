// Pure: no I/O.
import { processVariables } from "../settings/process_variables.ts";
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

/**
 * Lists the variables that can decide which credentials a program prints, with their values,
 * for the fingerprint of base credentials.
 */
export function processIdentity(
  command: string,
  env: Readonly<Record<string, string>>,
): readonly (readonly [string, string])[] {
  const decides = processVariables(command);
  return Object.entries(env).filter(([name]) => decides(name))
    .sort(([a], [b]) => a < b ? -1 : 1);
}
