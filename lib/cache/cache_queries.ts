import type { PlanInput } from "../plan/resolve_hop.ts";
import { CacheDirectory } from "./cache_directory.ts";

/** The number of sessions that are searched for roles, so that a large cache costs little time. */
const MOST_SESSIONS = 100;

/** Creates the functions by which a plan asks the cache; none if there is no cache. */
export function cacheQueries(
  directory: string | undefined,
): Pick<PlanInput, "loadOrigin" | "listCachedRoles"> {
  const cache = CacheDirectory.at(directory);
  return cache === undefined ? {} : {
    loadOrigin: (key) => cache.loadOrigin(key),
    listCachedRoles: () =>
      cache.loadAll(MOST_SESSIONS).map(({ roleArn }) => roleArn),
  };
}
