import type { Credentials } from "../aws/credentials.ts";
import type { CacheDirectory } from "../cache/cache_directory.ts";
import { originOf } from "../plan/own_session.ts";
import type { ProfilePlan, RolePlan } from "../plan/plan.ts";
import { staticBase } from "../plan/profile_source.ts";

/** The number of sessions of a key that shells may still have. */
const MAX_SESSIONS = 100;

/**
 * Saves the base credentials that a session was obtained from, so that the session
 * is recognised in the environment of a later run, also after its role's next refresh.
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
    ...await originOf(plan),
    roleArn: credentials.roleArn,
    sessions: [fingerprint, ...earlier].slice(0, MAX_SESSIONS),
  });
}
