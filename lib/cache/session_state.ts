import type { ChainStart } from "../plan/plan.ts";
import { type Credentials, isFresh, timeLeft } from "../aws/credentials.ts";
import { CacheDirectory } from "./cache_directory.ts";

/** The state of cached credentials. */
export type CacheState =
  | { readonly kind: "none" }
  | {
    /** `stale` credentials are still valid, but a run would refresh them. */
    readonly kind: "fresh" | "stale" | "expired";
    /** The time until expiry, in milliseconds; negative after expiry. */
    readonly left: number;
    /** The time of expiry by AWS's clock, in milliseconds since the epoch. */
    readonly expiration: number;
  };

/** Classifies cached credentials by their remaining time. */
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
  return { kind, left, expiration: credentials.expiration };
}

/**
 * Loads the state of the cached credentials with a key. The state is `none` if there are
 * no such credentials, or if a role is given and the credentials belong to another role.
 */
export function loadState(
  { cacheDirectory, refreshBeforeExpiry }: CachePlan,
  key: string,
  roleArn: string | undefined,
  now: number,
): CacheState {
  const found = CacheDirectory.at(cacheDirectory)?.loadCredentials(key);
  return found !== undefined &&
      (roleArn === undefined || found.roleArn === roleArn)
    ? stateOf(found, refreshBeforeExpiry, now)
    : { kind: "none" };
}

interface CachePlan extends Pick<ChainStart, "cacheDirectory"> {
  readonly refreshBeforeExpiry: number;
}
