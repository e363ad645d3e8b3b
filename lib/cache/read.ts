import { within } from "../system/path.ts";
import { readPrivate, whyNotPrivate } from "../system/read_private.ts";
import { type Credentials, isFresh } from "../aws/credentials.ts";
import { isCredentials, isPlan, type StoredPlan } from "./entry_types.ts";

/** The version of the format of cache entries. */
export const ENTRY_VERSION = 1;

/** The conditions for using cached credentials without a refresh. */
export interface FreshnessPolicy {
  /** The role that the session must have; `undefined` to accept every role. */
  readonly roleArn: string | undefined;
  /** The time before expiry at which credentials are refreshed, in seconds. */
  readonly refreshBeforeExpiry: number;
}

/**
 * Loads the value of a cache entry without checking the value's type. Returns
 * `undefined` if the entry is missing or damaged, belongs to another user, has another
 * key or another version of the format, or if other users can access the file or
 * write to the directory.
 *
 * @param name The file name without `.json`
 */
export function loadEntry(
  directory: string,
  name: string,
  key: string,
): unknown {
  if (!isPrivate(directory)) return undefined;
  const text = readPrivate(within(directory, `${name}.json`));
  if (text === undefined) return undefined;
  try {
    const entry = JSON.parse(text);
    return entry?.version === ENTRY_VERSION && entry.key === key
      ? entry.value
      : undefined;
  } catch {
    return undefined; // a damaged entry
  }
}

/** Loads the session with a cache key. */
export function loadCredentials(
  directory: string,
  key: string,
): Credentials | undefined {
  const value = loadEntry(directory, key, key);
  return isCredentials(value) ? value : undefined;
}

/** Loads the session with a cache key, if it has the required role and needs no refresh. */
export function loadFresh(
  directory: string,
  key: string,
  { roleArn, refreshBeforeExpiry }: FreshnessPolicy,
  now: number,
): Credentials | undefined {
  const credentials = loadCredentials(directory, key);
  return credentials !== undefined &&
      (roleArn === undefined || credentials.roleArn === roleArn) &&
      isFresh(credentials, refreshBeforeExpiry, now)
    ? credentials
    : undefined;
}

/** Loads the plan with a cache key. */
export function loadPlan(
  directory: string,
  key: string,
): StoredPlan | undefined {
  const value = loadEntry(directory, `plan-${key}`, key);
  return isPlan(value) ? value : undefined;
}

function isPrivate(directory: string): boolean {
  try {
    return whyNotPrivate(directory) === undefined;
  } catch {
    return false; // a missing or inaccessible directory
  }
}
