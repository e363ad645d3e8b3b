import { AssumeRoleError } from "../errors.ts";
import { cacheError } from "./check_named_cache.ts";
import type { Sharing, Waiting } from "../system/lock.ts";
import { reasonOf } from "../system/os_error.ts";
import type { Credentials } from "../aws/credentials.ts";
import type { CacheSettings } from "../plan/home_policy.ts";
import type { FreshnessPolicy } from "./read.ts";
import type { CacheDirectory } from "./cache_directory.ts";

/** The conditions for using cached credentials. */
export interface CachePolicy extends FreshnessPolicy, CacheSettings {
  readonly forceRefresh: boolean;
  readonly now: () => number;
}

/** Credentials, and whether they come from the cache. */
export interface CachedResult {
  readonly credentials: Credentials;
  readonly fromCache: boolean;
  /** The reason why the credentials could not be cached. */
  readonly problem?: string;
}

/**
 * Loads credentials from the cache, or obtains and caches them. If several
 * processes need the same credentials at once, one process obtains them and the
 * other processes wait.
 *
 * @param obtain Obtains fresh credentials. Its argument is the path of the lock that this
 * process holds, if any. If `obtain` throws an `AssumeRoleError` other than an
 * `InterruptedError`, the waiting processes throw the same error
 */
export async function singleFlight(
  cache: CacheDirectory,
  key: string,
  policy: CachePolicy,
  waiting: Waiting,
  obtain: (lock?: string) => Promise<Credentials>,
): Promise<CachedResult> {
  const start = policy.now();
  const find = () => {
    const credentials = cache.loadFresh(key, policy, policy.now());
    // With `forceRefresh`, accept only sessions that were obtained since `start`.
    const isTooOld = policy.forceRefresh && credentials !== undefined &&
      credentials.obtainedAt < start;
    return credentials === undefined || isTooOld
      ? undefined
      : { credentials, fromCache: true };
  };
  const refresh = async (lock?: string): Promise<CachedResult> => {
    const found = find();
    if (found !== undefined) return found;
    const credentials = await obtain(lock);
    try {
      await cache.saveCredentials(key, credentials);
      return { credentials, fromCache: false };
    } catch (error) {
      return { credentials, fromCache: false, problem: reasonOf(error) };
    }
  };

  const hit = find();
  if (hit !== undefined) return hit;
  if (policy.isCacheNamed) requireCache(cache, policy);
  const { FAILURE_FORMAT: failures } = await import("./failure_format.ts");
  const locked = await tryLock(cache, key, waiting, refresh, {
    failures,
    find,
  });
  return locked.done ? locked.result : await refresh();
}

/**
 * Prepares the cache that `ASSUME_ROLE_CACHE_DIR` names.
 *
 * @throws {ConfigError} If the directory cannot be created, or is not safe for secrets.
 */
function requireCache(
  cache: CacheDirectory,
  { cacheDirectory }: CacheSettings,
): void {
  try {
    cache.prepare();
  } catch (error) {
    throw cacheError(cacheDirectory!, reasonOf(error), error);
  }
}

/**
 * Runs a task under the lock of a key, so that only one process at a time runs a task with
 * this key. If the lock cannot be created, runs the task without the lock.
 */
export async function runLocked<T>(
  cache: CacheDirectory | undefined,
  key: string,
  task: () => Promise<T>,
  waiting: Waiting = { onWait() {} },
  sharing: Sharing<T> = {},
): Promise<T> {
  if (cache === undefined) return await task();
  const locked = await tryLock(cache, key, waiting, task, sharing);
  return locked.done ? locked.result : await task();
}

/**
 * Runs a task under the lock of a key. Returns `done: false` without running the
 * task if the lock cannot be created, as on a read-only disk.
 */
async function tryLock<T>(
  cache: CacheDirectory,
  key: string,
  waiting: Waiting,
  task: (lock: string) => Promise<T>,
  sharing: Sharing<T>,
): Promise<{ done: true; result: T } | { done: false }> {
  const { withLock } = await import("../system/lock.ts");
  let started = false;
  try {
    cache.prepare();
    const lock = cache.lockPath(key);
    const result = await withLock(lock, waiting, () => {
      started = true;
      return task(lock);
    }, sharing);
    return { done: true, result };
  } catch (error) {
    // If the task did not start in this process, an AssumeRoleError means that the task
    // failed in the process that held the lock, or that this process stopped waiting for
    // the lock, for example at the time limit.
    if (started || error instanceof AssumeRoleError) throw error;
    return { done: false };
  }
}
