import type { Credentials } from "../aws/credentials.ts";
import type { CacheDirectory } from "../cache/cache_directory.ts";
import { originOf } from "../plan/own_session.ts";
import type { ProfilePlan, RolePlan } from "../plan/plan.ts";
import { staticBase } from "../plan/profile_source.ts";

/**
 * The maximum number of sessions that an origin lists. Old sessions are listed, too,
 * because a shell may still have an old session in its environment.
 */
const MAX_SESSIONS = 100;

/**
 * Saves which base credentials a session was obtained from. With this data, later runs
 * recognise the session in their environment, even if a newer session is cached.
 */
export async function saveOrigin(
  cache: CacheDirectory,
  key: string,
  plan: RolePlan | ProfilePlan,
  credentials: Credentials,
): Promise<void> {
  const { fingerprint } = await staticBase(credentials);
  const earlier = cache.loadOrigin(key)?.sessions ?? [];
  await cache.saveOrigin(key, {
    ...originOf(plan),
    roleArn: credentials.roleArn,
    sessions: [fingerprint, ...earlier].slice(0, MAX_SESSIONS),
  });
}
