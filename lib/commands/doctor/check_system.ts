// Pure: no I/O.
import type { TerminalSupport, Versions } from "../../system/inspect_system.ts";
import { unreadableText } from "../../settings/names.ts";
import {
  findUnknownVariables,
  formatUnknownVariable,
} from "../../settings/variables.ts";
import { type Finding, ok, warning } from "./finding.ts";

/** Oldest version of Deno that assume-role is tested with. */
const OLDEST_DENO = [2, 4] as const;

/**
 * Reports the versions of Deno and the system, with a warning if Deno is older than
 * `OLDEST_DENO`.
 */
export function checkVersions({ runtime, system }: Versions): Finding {
  const text = `versions: ${runtime} on ${system}`;
  const [, major, minor] = /(\d+)\.(\d+)/.exec(runtime) ?? [];
  const [oldestMajor, oldestMinor] = OLDEST_DENO;
  const isOld = Number(major) < oldestMajor ||
    Number(major) === oldestMajor && Number(minor) < oldestMinor;
  return isOld
    ? warning(text, `upgrade to version ${OLDEST_DENO.join(".")} or later`)
    : ok(text);
}

/**
 * Reports the variables that a command would get if their values were valid UTF-8.
 *
 * @param names The names of these variables.
 */
export function checkUnreadable(names: readonly string[]): Finding {
  return names.length === 0
    ? ok("variables: all values are valid UTF-8")
    : warning(unreadableText(names), "set these variables to values in UTF-8");
}

/** Reports variables that look like variables of assume-role, but have no effect. */
export function checkUnknownVariables(
  env: Readonly<Record<string, string>>,
): readonly Finding[] {
  return findUnknownVariables(env).map((it) =>
    warning(
      `variables: ${formatUnknownVariable({ name: it.name })}`,
      it.remedy ?? "unset the variable, which has no effect",
    )
  );
}

/** Checks that there is a shell. assume-role needs a shell for prompts and for signal handling. */
export function checkShell({ hasShell }: TerminalSupport): Finding {
  return hasShell ? ok("shell: found /bin/sh") : warning(
    "shell: cannot find /bin/sh",
    "install a shell: without a shell, assume-role cannot prompt for codes, and signals and job control are less reliable",
  );
}

/** Checks that assume-role can prompt on a terminal. */
export function checkTerminal(
  { hasShell, hasStty, hasTerminal, obstacle }: TerminalSupport,
): Finding {
  const advice =
    "supply MFA codes with mfa_command, with '--mfa-token' or, if you run no command, on stdin";
  if (!hasShell || !hasTerminal) {
    return warning(
      `terminal: cannot prompt, because ${obstacle ?? "there is no terminal"}`,
      advice,
    );
  }
  return hasStty
    ? ok("terminal: prompts are possible")
    : warning("terminal: cannot prompt, because stty is missing", advice);
}
