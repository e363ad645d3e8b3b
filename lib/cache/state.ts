import type { ChainStart } from "../plan/plan.ts";
import { type Credentials, isFresh, timeLeft } from "../aws/credentials.ts";
import { CacheDirectory } from "./directory.ts";

/** What the cache has, as a run would find it. */
export type CacheState =
  | { readonly kind: "none" }
  | {
    /** `stale` credentials are still good, but a run would get new ones. */
    readonly kind: "fresh" | "stale" | "expired";
    /** How long they are still good, in milliseconds. */
    readonly left: number;
  };

/** What cached credentials are worth. */
export function stateOf(
  credentials: Credentials,
  refreshBeforeExpiry: number,
  now: number,
): CacheState {
  const left = timeLeft(credentials, now);
  const kind = left <= 0
    ? "expired"
    : isFresh(credentials, refreshBeforeExpiry, now)
    ? "fresh"
    : "stale";
  return { kind, left };
}

/** What the cache has for a key; a look changes nothing. */
export async function loadState(
  { cacheDirectory, refreshBeforeExpiry }: CachePlan,
  key: string,
  roleArn: string | undefined,
  now: number,
): Promise<CacheState> {
  if (cacheDirectory === undefined) return { kind: "none" };
  const found = await new CacheDirectory(cacheDirectory).loadCredentials(key);
  return found !== undefined &&
      (roleArn === undefined || found.roleArn === roleArn)
    ? stateOf(found, refreshBeforeExpiry, now)
    : { kind: "none" };
}

interface CachePlan extends Pick<ChainStart, "cacheDirectory"> {
  readonly refreshBeforeExpiry: number;
}
