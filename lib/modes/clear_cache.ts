import { removeProfiles } from "../credentials/save_profile.ts";
import { Store } from "../credentials/store.ts";
import { ConfigError, STATUS } from "../errors.ts";
import { awsFile, cacheDirectoryOf } from "../plan/locations.ts";
import { resolveTarget } from "../plan/role.ts";
import type { Ending } from "../system/ending.ts";
import { reasonOf } from "../system/reason.ts";
import type { ModeContext } from "./mode.ts";

/**
 * Forgets the sessions of a role, or all, and removes the profiles that we
 * wrote for them, and only those.
 *
 * @throws {ConfigError} where something of it cannot be removed
 */
export async function clearCache(
  { host, layers, print }: ModeContext,
): Promise<Ending> {
  const { env, home } = host;
  const role = resolveTarget(layers)?.role;
  const directory = cacheDirectoryOf(env, home);
  const file = awsFile("credentials", env, home);
  const sessions = directory === undefined
    ? 0
    : await orFail(directory, () => new Store(directory).clear(role?.arn));
  const profiles = file === undefined
    ? []
    : await orFail(file, () => removeProfiles(file, role?.arn));

  const of = role === undefined ? "" : ` of ${role.arn}`;
  print(`Sessions removed${of}: ${sessions}\n`);
  print(`Profiles removed${of}: ${profiles.join(", ") || "none"}\n`);
  return { status: STATUS.ok };
}

async function orFail<T>(path: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw new ConfigError(`Cannot clear ${path}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
