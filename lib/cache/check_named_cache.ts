import { ConfigError } from "../errors.ts";
import { isAbsence } from "../system/files.ts";
import { reasonOf } from "../system/os_error.ts";
import { whyNotPrivate } from "../system/read_private.ts";

/**
 * Checks the cache directory that `ASSUME_ROLE_CACHE_DIR` names, if there is one. A missing
 * directory passes the check.
 *
 * @throws {ConfigError} If the directory cannot be read, or is not safe for secrets
 */
export function checkNamedCache(
  { ASSUME_ROLE_CACHE_DIR: directory }: Readonly<Record<string, string>>,
): void {
  if (!directory) return;
  let reason: string | undefined;
  try {
    reason = whyNotPrivate(directory);
  } catch (error) {
    if (isAbsence(error)) return;
    throw cacheError(directory, reasonOf(error), error);
  }
  if (reason !== undefined) throw cacheError(directory, reason);
}

/** Creates the error for a cache directory that the user named and that cannot be used. */
export function cacheError(
  directory: string,
  reason: string,
  cause?: unknown,
): ConfigError {
  return new ConfigError(
    `Cannot use the cache directory ${directory}: ${reason}`,
    {
      hint:
        "set ASSUME_ROLE_CACHE_DIR to a directory that only you can write to, or unset this variable",
      cause,
    },
  );
}
