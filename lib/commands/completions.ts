import type { Options } from "../cli/invocation.ts";
import { parseVariables } from "../cli/invocation.ts";
import { loadConfigs, loadProfiles } from "../config/load.ts";
import { listRoleCompletions } from "../plan/list_roles.ts";
import { refuseUnreadable } from "../settings/names.ts";
import { SHELLS } from "../settings/options.ts";
import type { Completions } from "../settings/parsers.ts";
import type { Host } from "../host.ts";

/**
 * Returns the output of `--completions`: a shell's completion script or, when that
 * script calls assume-role, the names of roles or profiles, one per line. A failure
 * yields no names, because the user could not read an error while completing a word.
 */
export async function complete(
  what: Completions,
  options: Options,
  host: Host,
): Promise<string> {
  const shell = SHELLS.find((known) => known === what);
  if (shell !== undefined) {
    const { formatCompletions } = await import(
      "../cli/completions/completions.ts"
    );
    return formatCompletions(shell);
  }
  const names = orNothing(() => {
    refuseUnreadable(host);
    return what === "profiles"
      ? loadProfiles(host).names()
      : knownRoles(options, host);
  }) ?? [];
  const safe = names.filter((name) => /^[^-\p{Cc}][^\p{Cc}]*$/u.test(name));
  return [...new Set(safe)].map((name) => `${name}\n`).join("");
}

function knownRoles(options: Options, host: Host): readonly string[] {
  const variables = parseVariables(host.env);
  const configs = loadConfigs(host, { ...variables, ...options });
  const profiles = loadProfiles(host);
  return listRoleCompletions({ options, variables, configs, profiles });
}

function orNothing<T>(task: () => T): T | undefined {
  try {
    return task();
  } catch {
    return undefined;
  }
}
