import { within } from "../system/path.ts";
import { readPrivate, whyNotPrivate } from "../system/private_files.ts";
import { type Credentials, isFresh } from "../aws/credentials.ts";
import { isCredentials, isPlan, type StoredPlan } from "./entry.ts";

/** Of the entries that this reads. */
export const VERSION = 1;

/** What credentials have to be to be used without a refresh. */
export interface FreshnessPolicy {
  /** The role that they must be for; `undefined` if the key alone tells. */
  readonly roleArn: string | undefined;
  /** How many seconds before their expiry they are refreshed. */
  readonly refreshBeforeExpiry: number;
}

/**
 * What an entry of the cache holds, which may be of any shape; nothing where it
 * is damaged, foreign or of another version, or others could have written it.
 *
 * @param name what the entry's file is called, without its ending
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
    return entry?.version === VERSION && entry.key === key
      ? entry.value
      : undefined;
  } catch {
    return undefined; // damaged: as good as absent
  }
}

/** The session of a key. */
export function loadCredentials(
  directory: string,
  key: string,
): Credentials | undefined {
  const value = loadEntry(directory, key, key);
  return isCredentials(value) ? value : undefined;
}

/** The session of a key, where it can be used without a refresh. */
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

/** What the runs of a key came to. */
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
    return false; // not there, or not to be seen
  }
}
