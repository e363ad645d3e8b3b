import { COPY_NAME } from "../aws/paths.ts";
import { isTemporary } from "../system/atomic_write.ts";

/** The name of a session's file; the first group is the cache key. */
export const SESSION_NAME = /^([0-9a-f]{64})\.json$/;
/** The name of the file with the origin of sessions; the first group is the cache key. */
export const ORIGIN_NAME = /^origin-([0-9a-f]{64})\.json$/;
/** The name of a plan's file; the first group is the cache key. */
export const PLAN_NAME = /^plan-([0-9a-f]{64})\.json$/;
/** The name of a file with the token of a credentials endpoint. */
export const TOKEN_NAME = /^token-[0-9a-f]{8}$/;

/** Whether this is the name of the entry of an AWS identity, a used MFA code or a notice. */
export function isEntryWithoutRole(name: string): boolean {
  return /^(?:(?:caller|code)-[0-9a-f]{64}\.json|notice-[0-9a-f]{64})$/.test(
    name,
  );
}

/**
 * Whether this is the name of a lock, a temporary file, a copy of an AWS file or a token
 * of an endpoint. If such a file is old, a killed process left the file behind.
 */
export function isLeftover(name: string): boolean {
  return /^[0-9a-f]{64}\.lock$/.test(name) || isTemporary(name) ||
    COPY_NAME.test(name) || TOKEN_NAME.test(name);
}
