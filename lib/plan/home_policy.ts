// Pure: no I/O.
import { cacheDirectoryOf } from "../aws/paths.ts";
import type { HomeAccess } from "../system/home_access.ts";
import type { RolePlan } from "./plan.ts";

/** Home of the user, and the variables that set other paths than those in the home. */
export interface HomeInput {
  /** Environment of the user. */
  readonly env: Readonly<Record<string, string>>;
  /** Home directory of the user; `undefined` if unknown. */
  readonly home: string | undefined;
  /** Whether files may be saved in the home; absent if they may. */
  readonly homeAccess?: HomeAccess;
}

/** Part of a plan that says where sessions are cached. */
export type CacheSettings = Pick<
  RolePlan,
  "cacheDirectory" | "isCacheNamed" | "uncached"
>;

/** Decides where sessions are cached, or why they are not. */
export function resolveCache(input: HomeInput): CacheSettings {
  const { env, home } = input;
  const cacheDirectory = cacheDirectoryOf(env, home);
  if (cacheDirectory === undefined) {
    return {
      uncached: {
        reason: "there is no home directory: set HOME or ASSUME_ROLE_CACHE_DIR",
      },
    };
  }
  if (env.ASSUME_ROLE_CACHE_DIR) return { cacheDirectory, isCacheNamed: true };
  const uncached = refuseHome(input);
  return uncached === undefined ? { cacheDirectory } : { uncached };
}

/**
 * Finds the reason why a profile must not be saved in `~/.aws/credentials`. Returns
 * `undefined` if the profile may be saved, or if a variable names another file.
 */
export function refuseSavedProfile(
  input: HomeInput,
): NonNullable<CacheSettings["uncached"]> | undefined {
  const { env, homeAccess } = input;
  if (env.AWS_SHARED_CREDENTIALS_FILE !== undefined) return undefined;
  const owner = homeAccess?.kind === "own" && homeAccess.credentialsOwner;
  return owner
    ? {
      reason:
        `the file belongs to user ${owner} and assume-role runs as root; run assume-role as user ${owner}, or set AWS_SHARED_CREDENTIALS_FILE`,
    }
    : refuseHome(input);
}

function refuseHome(
  { home, homeAccess }: HomeInput,
): CacheSettings["uncached"] {
  switch (homeAccess?.kind) {
    case "foreign": {
      const { owner } = homeAccess;
      return {
        reason:
          `nothing is saved in ${home}, because the home belongs to user ${owner} and assume-role runs as root; use 'sudo -H', run assume-role as user ${owner}, or set ASSUME_ROLE_CACHE_DIR`,
      };
    }
    case "closed":
      return {
        reason: `${home}/.aws cannot be searched`,
        isReported: true,
      };
    default:
      return undefined;
  }
}
