// Pure: no I/O.
import { type Profiles, sourceProfiles } from "../aws/profiles.ts";
import { ConfigError } from "../errors.ts";
import type { Base } from "./plan.ts";

/**
 * Refuses base credentials whose `credential_process` is the current command, because
 * the command would wait for itself. This happens if `AWS_PROFILE` names the profile
 * and the `credential_process` has no `--profile`.
 *
 * @param args arguments of the current command
 * @throws {ConfigError} If the `credential_process` is the current command.
 */
export function refuseSelfReference(
  base: Base,
  profiles: Profiles,
  args: readonly string[],
): void {
  if (base.kind === "static" || base.profile === undefined) return;
  for (const { name, section } of sourceProfiles(base.profile, profiles)) {
    if (isOwnCommandLine(section?.credential_process ?? "", args)) {
      throw new ConfigError(
        `Cannot get base credentials from the profile '${name}': its credential_process runs this same command`,
        { hint: "add '--profile' with the base profile to credential_process" },
      );
    }
  }
}

/** Whether a command line runs assume-role with the given arguments. */
function isOwnCommandLine(
  commandLine: string,
  args: readonly string[],
): boolean {
  const unquote = (text: string) => text.replace(/["'\\]/g, "");
  const words = unquote(commandLine).trim().split(/\s+/).join(" ");
  const suffix = ["", ...args.map(unquote)].join(" ");
  return words.endsWith(suffix) &&
    /(?:assume-role(?:\.exe)?|main\.ts)$/.test(
      words.slice(0, words.length - suffix.length),
    );
}
