// Pure: no I/O.
import { type Profiles, sourceProfiles } from "../aws/profiles.ts";
import { ConfigError } from "../errors.ts";
import type { Base } from "./plan.ts";

/**
 * Sees to it that the base credentials do not come from ourselves: a
 * `credential_process` that names no `--profile` is started in an environment
 * whose `AWS_PROFILE` may be the very profile that it is for, and would wait
 * for itself.
 *
 * @param args the words of our own command line
 * @throws {ConfigError} where they do
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
        `Cannot get base credentials from the profile '${name}': its credential_process is this very command`,
        { hint: "name the profile to start from with '--profile' in it" },
      );
    }
  }
}

/** Whether a command line is a program of our name with the same words. */
function isOwnCommandLine(
  commandLine: string,
  args: readonly string[],
): boolean {
  const plain = (text: string) => text.replace(/["'\\]/g, "");
  const words = plain(commandLine).trim().split(/\s+/).join(" ");
  const ours = ["", ...args.map(plain)].join(" ");
  return words.endsWith(ours) &&
    /(?:assume-role(?:\.exe)?|main\.ts)$/.test(
      words.slice(0, words.length - ours.length),
    );
}
