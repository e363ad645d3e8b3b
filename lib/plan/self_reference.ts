// Pure: no I/O.
import { type Profiles, sourceProfiles } from "../aws/profiles.ts";
import { ConfigError } from "../errors.ts";
import type { Base } from "./plan.ts";

/** Words of the error of {@linkcode refuseSelfReference}. An outer run looks for these words. */
export const RUNS_ITSELF = "its credential_process runs this same command";

/**
 * Refuses base credentials of a profile whose `credential_process` has the command line
 * of this process, because each process would start the same command line again without
 * end. Such a loop starts if `AWS_PROFILE` names the profile and the `credential_process`
 * has no `--profile`.
 *
 * @param args arguments of this process
 * @throws {ConfigError} If the `credential_process` has the command line of this process.
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
        `Cannot get base credentials from the profile '${name}': ${RUNS_ITSELF}`,
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
