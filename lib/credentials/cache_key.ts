// Pure: no I/O.
import type { Plan } from "../plan/plan.ts";
import { digest } from "../settings/digest.ts";

/**
 * The name of the cache entry for a plan: a SHA-256 over everything that could
 * change whose credentials come of it, or what they may do.
 */
export function cacheKey(plan: Plan): Promise<string> {
  const { roleArn, roleSessionName, durationSeconds, ...rest } = plan.request;
  const _covered: Record<string, never> = rest;
  return digest([
    plan.base.fingerprint,
    roleArn,
    // Without a name the session is named after the caller, whom the base tells.
    roleSessionName ?? null,
    durationSeconds,
    plan.mfa.serial ?? null,
    // Another STS than AWS's own, such as an emulator, knows other roles.
    plan.endpoints.sts ?? null,
  ]);
}
