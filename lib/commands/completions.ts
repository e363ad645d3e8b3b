import { separateSavedProfiles } from "../aws/separate_saved_profiles.ts";
import { readAwsFiles } from "../config/files.ts";
import type { Options } from "../cli/invocation.ts";
import { parseVariables } from "../cli/invocation.ts";
import { loadConfigs, loadProfiles } from "../config/load.ts";
import { listRoleCompletions } from "../plan/list_roles.ts";
import { refuseUnreadable } from "../settings/names.ts";
import { SHELLS } from "../settings/options.ts";
import type { Completions } from "../settings/parsers.ts";
import {
  formatLines,
  isUnsafe,
  type SafeText,
} from "../settings/terminal_text.ts";
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
): Promise<SafeText> {
  const shell = SHELLS.find((known) => known === what);
  if (shell !== undefined) {
    const { formatCompletions } = await import(
      "../cli/completions/completions.ts"
    );
    return formatCompletions(shell);
  }
  const names = await orNothing(async () => {
    refuseUnreadable(host);
    return what === "profiles"
      ? await ownProfiles(host)
      : await knownRoles(options, host);
  }) ?? [];
  // A cleaned name would be the name of another role.
  const safe = names.filter((name) => /^[^-]/u.test(name) && !isUnsafe(name));
  return formatLines(...new Set(safe));
}

/** Lists the user's own profiles, without those that assume-role saved. */
async function ownProfiles(host: Host): Promise<readonly string[]> {
  const texts = await readAwsFiles(host);
  const { rest } = separateSavedProfiles(texts.credentials);
  const { profiles } = await loadProfiles(host, {
    ...texts,
    credentials: rest,
  });
  return profiles.names();
}

async function knownRoles(
  options: Options,
  host: Host,
): Promise<readonly string[]> {
  const variables = parseVariables(host.env);
  const { configs } = await loadConfigs(host, { ...variables, ...options });
  const { profiles } = await loadProfiles(host);
  return listRoleCompletions({ options, variables, configs, profiles });
}

async function orNothing<T>(task: () => Promise<T>): Promise<T | undefined> {
  try {
    return await task();
  } catch {
    return undefined;
  }
}
