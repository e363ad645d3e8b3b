import { ConfigError } from "../errors.ts";
import { inspectDirectory } from "../system/inspect_system.ts";

/**
 * Checks the cache directory that `ASSUME_ROLE_CACHE_DIR` names, if there is one. A missing
 * directory passes the check.
 *
 * @throws {ConfigError} If the directory cannot be read, or is not safe for secrets
 */
export async function checkNamedCache(
  { ASSUME_ROLE_CACHE_DIR: directory }: Readonly<Record<string, string>>,
): Promise<void> {
  if (!directory) return;
  const reason = await inspectDirectory(directory);
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
