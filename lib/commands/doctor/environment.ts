// Pure: no I/O.
import type { Surroundings, Versions } from "../../system/inspect.ts";
import { unreadableText } from "../../settings/names.ts";
import { type Finding, ok, warning } from "./finding.ts";

/** The oldest runtime that we are tried on. */
const OLDEST = [2, 4] as const;

/** Whether we run on something that we are tried on. */
export function checkVersions({ runtime, system }: Versions): Finding {
  const text = `versions: ${runtime} on ${system}`;
  const [, major, minor] = /(\d+)\.(\d+)/.exec(runtime) ?? [];
  const [oldestMajor, oldestMinor] = OLDEST;
  const isOld = Number(major) < oldestMajor ||
    Number(major) === oldestMajor && Number(minor) < oldestMinor;
  return isOld
    ? warning(text, `it should be ${OLDEST.join(".")} or later`)
    : ok(text);
}

/**
 * Reports the variables that a command would get if they were UTF-8.
 *
 * @param names The names of these variables.
 */
export function checkUnreadable(names: readonly string[]): Finding {
  return names.length === 0
    ? ok("variables: all can be passed on")
    : warning(unreadableText(names), "set them to values in UTF-8");
}

/** Whether there is a shell, for signals and questions. */
export function checkShell({ hasShell }: Surroundings): Finding {
  return hasShell ? ok("shell: /bin/sh is there") : warning(
    "shell: there is no /bin/sh",
    "nobody can be asked for a code, and jobs and signals work less well",
  );
}

/** Whether a person can be asked for a code. */
export function checkTerminal(
  { hasShell, hasStty, hasTerminal }: Surroundings,
): Finding {
  const advice =
    "codes have to come from mfa_command, '--mfa-token' or, without a command, stdin";
  if (!hasShell || !hasTerminal) {
    return warning("terminal: there is none to ask on", advice);
  }
  return hasStty
    ? ok("terminal: you can be asked there")
    : warning("terminal: there is no stty to ask with", advice);
}
