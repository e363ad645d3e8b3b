import { AssumeRoleError } from "../errors.ts";
import type { Waiting } from "../system/lock.ts";
import { reasonOf } from "../system/os_error.ts";
import type { Credentials } from "../aws/credentials.ts";
import type { FreshnessPolicy } from "./read.ts";
import type { CacheDirectory } from "./directory.ts";

/** What decides whether a cached entry will do. */
export interface CachePolicy extends FreshnessPolicy {
  readonly forceRefresh: boolean;
  readonly now: () => number;
}

/** Credentials, and what kept them from being cached. */
export interface CachedResult {
  readonly credentials: Credentials;
  readonly fromCache: boolean;
  /** Why they could not be kept for later, in a few words. */
  readonly problem?: string;
}

/**
 * Puts a cache before any way to obtain credentials. Of the processes that want
 * the same ones at once, one obtains them while the others wait for it.
 */
export async function singleFlight(
  cache: CacheDirectory,
  key: string,
  policy: CachePolicy,
  waiting: Waiting,
  obtain: () => Promise<Credentials>,
): Promise<CachedResult> {
  const asked = policy.now();
  const load = () => {
    const credentials = cache.loadFresh(key, policy, policy.now());
    // With force, one that another process got since we asked is fresh enough.
    const isTooOld = policy.forceRefresh && credentials !== undefined &&
      credentials.obtainedAt < asked;
    return isTooOld ? undefined : credentials;
  };
  const refresh = async (): Promise<CachedResult> => {
    const other = load();
    if (other !== undefined) return { credentials: other, fromCache: true };
    const credentials = await obtain();
    try {
      await cache.saveCredentials(key, credentials);
      return { credentials, fromCache: false };
    } catch (error) {
      return { credentials, fromCache: false, problem: reasonOf(error) };
    }
  };

  const hit = load();
  if (hit !== undefined) return { credentials: hit, fromCache: true };
  const locked = await tryLock(cache, key, waiting, refresh);
  return locked.done ? locked.result : await refresh();
}

/** Without a lock, as on a read-only disk, the work is done all the same. */
async function tryLock<T>(
  cache: CacheDirectory,
  key: string,
  waiting: Waiting,
  task: () => Promise<T>,
): Promise<{ done: true; result: T } | { done: false }> {
  const [{ withLock }, { FAILURE_FORMAT }] = await Promise.all([
    import("../system/lock.ts"),
    import("./failure_format.ts"),
  ]);
  let started = false;
  try {
    await cache.prepare();
    const result = await withLock(cache.lockPath(key), waiting, () => {
      started = true;
      return task();
    }, FAILURE_FORMAT);
    return { done: true, result };
  } catch (error) {
    // An error of ours is the task's, or that of the process waited for.
    if (started || error instanceof AssumeRoleError) throw error;
    return { done: false };
  }
}
