// Pure: no I/O.

/** The name of a session's file; the first group is the cache key. */
export const SESSION_NAME = /^([0-9a-f]{64})\.json$/;
/** The name of the file with the origin of sessions; the first group is the cache key. */
export const ORIGIN_NAME = /^origin-([0-9a-f]{64})\.json$/;
/** The name of a plan's file; the first group is the cache key. */
export const PLAN_NAME = /^plan-([0-9a-f]{64})\.json$/;
/** The name of a file with the token of a credentials endpoint. */
export const TOKEN_NAME = /^token-[0-9a-f]{8}$/;

/** The name of the lock of copies of AWS's files; the first group is the ID of the copies. */
export const COPY_LOCK_NAME = /^copy-([0-9a-f]{8})\.lock$/;
/** The name of a file with the path of the page of `--console`. */
export const PAGE_RECORD_NAME = /^page-[0-9a-f]{8}$/;
/** The name of the lock of a cache key. */
export const LOCK_NAME = /^[0-9a-f]{64}\.lock$/;

/** Returns the name of the lock of a cache key. */
export function lockName(key: string): string {
  return `${key}.lock`;
}

/** Whether this is the name of the entry of an AWS identity, a used MFA code or a notice. */
export function isEntryWithoutRole(name: string): boolean {
  return /^(?:(?:caller|code)-[0-9a-f]{64}\.json|notice-[0-9a-f]{64})$/.test(
    name,
  );
}
