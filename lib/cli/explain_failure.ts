// Pure: no I/O.
import { explainCharacters } from "./mistyped_characters.ts";
import { explainRegion } from "./mistyped_region.ts";
import { suggestOption } from "./suggest_option.ts";
import { explainUseRole } from "./explain_use_role.ts";
import { AssumeRoleError } from "../errors.ts";

/** A limit of the system: the errors of system calls that reach the limit. */
interface Limit {
  readonly pattern: RegExp;
  readonly message: string;
  readonly hint: string;
}

const LIMITS: readonly Limit[] = [
  {
    pattern: /too many open files.*\(os error \d+\)/is,
    message: "Cannot open a file: too many open files",
    hint: "raise the limit of open files, for example with 'ulimit -n 256'",
  },
  {
    pattern: /(?:temporarily unavailable|allocate memory).*\(os error \d+\)/is,
    message: "Cannot start a program",
    hint: "raise the limits of processes and memory: see 'ulimit -a'",
  },
];

/**
 * Adds a hint to the error that ends a run: the closest known option to an unknown option,
 * the mistake in a word of the command line, or the limit of the system that the run has
 * reached.
 */
export function explainFailure(
  error: unknown,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): unknown {
  const limit = LIMITS.find(({ pattern }) => isCausedBy(error, pattern));
  if (limit === undefined) {
    return explainRegion(
      explainCharacters(suggestOption(explainUseRole(error, args, env)), args),
    );
  }
  const { message, hint } = limit;
  return new AssumeRoleError(
    error instanceof AssumeRoleError ? error.message : message,
    { hint, cause: error },
  );
}

function isCausedBy(error: unknown, pattern: RegExp, depth = 0): boolean {
  return error instanceof Error && depth < 10 &&
    (pattern.test(error.message) ||
      isCausedBy(error.cause, pattern, depth + 1));
}
