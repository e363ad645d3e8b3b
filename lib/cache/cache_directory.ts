import { NOTICE_PREFIX } from "../aws/paths.ts";
import { exists } from "../system/files.ts";
import { within } from "../system/path.ts";
import { listPrivate } from "../system/list_private.ts";
import { preparePrivateDirectory } from "../system/private_directory.ts";
import { sha256 } from "../settings/sha256.ts";
import { removeIfPresent, replacePrivate } from "../system/atomic_write.ts";
import type { Credentials } from "../aws/credentials.ts";
import {
  isCaller,
  isOrigin,
  isUsedCode,
  type StoredCaller,
  type StoredOrigin,
  type StoredPlan,
  type UsedCode,
} from "./entry_types.ts";
import {
  isEntryWithoutRole,
  lockName,
  ORIGIN_NAME,
  PLAN_NAME,
  SESSION_NAME,
} from "./file_names.ts";
import { passes, type SessionFilter } from "./session_filter.ts";
import { saveNotice } from "../system/notices.ts";
import { tidyDirectory } from "./tidy_directory.ts";
import {
  ENTRY_VERSION,
  type FreshnessPolicy,
  loadCredentials,
  loadEntry,
  loadFresh,
  loadPlan,
} from "./read.ts";

const MAX_PLANS = 200;

/**
 * The directory of cache entries. Each entry is a file that only the user can access.
 * An entry is treated as absent if it is damaged, belongs to another user, or has
 * another version of the format.
 */
export class CacheDirectory {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Opens the cache at a path; returns `undefined` if there is no path for a cache. */
  static at(directory: string | undefined): CacheDirectory | undefined {
    return directory === undefined ? undefined : new CacheDirectory(directory);
  }

  lockPath(key: string): string {
    return within(this.#directory, lockName(key));
  }

  /** Returns the path of the session with a cache key; the file may not exist. */
  sessionPath(key: string): string {
    return within(this.#directory, `${key}.json`);
  }

  /**
   * Returns the path of a copy of AWS's `config` or `credentials` file, or of the lock of
   * the copies. {@linkcode tidy} removes the copies if no process holds the lock.
   *
   * @param id the ID that the copies of a run share; see {@linkcode createId}
   */
  copyPath(id: string, name: "config" | "credentials" | "lock"): string {
    return within(this.#directory, `copy-${id}.${name}`);
  }

  /**
   * Returns a new path for the token of a credentials endpoint, or for a file with the path
   * of the page of `--console`. {@linkcode tidy} removes the token or the page, and the
   * file, if no process holds a lock on the file.
   */
  heldPath(kind: "token" | "page"): string {
    return within(this.#directory, `${kind}-${createId()}`);
  }

  /**
   * Creates the directory if it does not exist, and lets only the user access it.
   *
   * @throws {Error} If the directory cannot be created, or is not safe for secrets
   */
  prepare(): void {
    preparePrivateDirectory(this.#directory);
  }

  loadCredentials(key: string): Credentials | undefined {
    return loadCredentials(this.#directory, key);
  }

  /** Loads the session with a cache key, if it has the required role and needs no refresh. */
  loadFresh(
    key: string,
    policy: FreshnessPolicy,
    now: number,
  ): Credentials | undefined {
    return loadFresh(this.#directory, key, policy, now);
  }

  async saveCredentials(key: string, credentials: Credentials): Promise<void> {
    await this.#save(key, key, credentials);
  }

  loadCaller(key: string): StoredCaller | undefined {
    const value = loadEntry(this.#directory, `caller-${key}`, key);
    return isCaller(value) ? value : undefined;
  }

  async saveCaller(key: string, caller: StoredCaller): Promise<void> {
    await this.#save(`caller-${key}`, key, caller);
  }

  loadUsedCode(key: string): UsedCode | undefined {
    const value = loadEntry(this.#directory, `code-${key}`, key);
    return isUsedCode(value) ? value : undefined;
  }

  async saveUsedCode(key: string, code: UsedCode): Promise<void> {
    await this.#save(`code-${key}`, key, code);
  }

  /** Loads the origin of a cache key's sessions. The key may come from `ASSUME_ROLE_SESSION`. */
  loadOrigin(key: string): StoredOrigin | undefined {
    if (!ORIGIN_NAME.test(`origin-${key}.json`)) return undefined;
    const value = loadEntry(this.#directory, `origin-${key}`, key);
    return isOrigin(value) ? value : undefined;
  }

  /** Loads the origins of all sessions of a role. */
  loadOrigins(roleArn: string): readonly StoredOrigin[] {
    return this.#names()
      .flatMap((name) => ORIGIN_NAME.exec(name)?.[1] ?? [])
      .flatMap((key) => this.loadOrigin(key) ?? [])
      .filter((origin) => origin.roleArn === roleArn);
  }

  async saveOrigin(key: string, origin: StoredOrigin): Promise<void> {
    await this.#save(`origin-${key}`, key, origin, { isDurable: false });
  }

  /**
   * Remembers a notice that the user gets only once.
   *
   * @param subject the subject of the notice, of which only a hash is saved
   * @returns Whether the notice is new
   */
  async rememberNotice(subject: readonly string[]): Promise<boolean> {
    const file = NOTICE_PREFIX + await sha256(subject);
    if (exists(within(this.#directory, file))) return false;
    await saveNotice(this.#directory, NOTICE_PREFIX, file);
    return true;
  }

  /**
   * Saves a plan; the directory must exist. The file is not synced to the disk,
   * because a plan that is lost in a crash can be resolved again.
   *
   * @throws {Error} If the directory does not exist, or cannot be trusted or written
   */
  async savePlan(key: string, plan: StoredPlan): Promise<void> {
    const names = listPrivate(this.#directory);
    const plans = names.filter((name) => PLAN_NAME.test(name));
    // `MAX_PLANS` stored plans mean that few runs are repeated: remove all plans.
    for (const name of plans.length < MAX_PLANS ? [] : plans) {
      await removeIfPresent(within(this.#directory, name));
    }
    await replacePrivate(
      within(this.#directory, `plan-${key}.json`),
      formatEntry(key, plan),
      { isDurable: false },
    );
  }

  /** Loads sessions, at most `most`; none if the directory is missing or cannot be trusted. */
  loadAll(most = Infinity): readonly Credentials[] {
    return this.#names()
      .flatMap((name) => SESSION_NAME.exec(name)?.[1] ?? [])
      .slice(0, most)
      .flatMap((key) => this.loadCredentials(key) ?? []);
  }

  /**
   * Removes the sessions that pass the filter, with their plans and origins. Without a
   * filter, removes all sessions, plans, origins, AWS identities, used MFA codes and notices.
   *
   * @returns The number of removed sessions
   * @throws {Error} If the directory cannot be trusted, or a file cannot be removed
   */
  async clear(filter?: SessionFilter): Promise<number> {
    let count = 0;
    for (const name of listPrivate(this.#directory)) {
      const key = SESSION_NAME.exec(name)?.[1];
      const plan = PLAN_NAME.exec(name)?.[1];
      const origin = ORIGIN_NAME.exec(name)?.[1];
      if (key !== undefined) {
        const session = this.loadCredentials(key);
        if (!passes(filter, key, session?.roleArn)) continue;
        count++;
      } else if (plan !== undefined) {
        const { session, role } = loadPlan(this.#directory, plan) ?? {};
        if (!passes(filter, session, role?.arn)) continue;
      } else if (origin !== undefined) {
        const { roleArn } = this.loadOrigin(origin) ?? {};
        if (!passes(filter, origin, roleArn)) continue;
      } else if (filter !== undefined || !isEntryWithoutRole(name)) {
        continue;
      }
      await removeIfPresent(within(this.#directory, name));
    }
    return count;
  }

  /** Removes old entries, and the files that killed processes left behind. */
  async tidy(now: number): Promise<void> {
    await tidyDirectory(this.#directory, now);
  }

  #names(): readonly string[] {
    try {
      return listPrivate(this.#directory);
    } catch {
      return [];
    }
  }

  async #save(
    name: string,
    key: string,
    value: unknown,
    options?: Parameters<typeof replacePrivate>[2],
  ): Promise<void> {
    this.prepare();
    const path = within(this.#directory, `${name}.json`);
    await replacePrivate(path, formatEntry(key, value), options);
  }
}

/** Creates a random ID for the names of files. */
export function createId(): string {
  return crypto.randomUUID().slice(0, 8);
}

function formatEntry(key: string, value: unknown): Uint8Array {
  const text = JSON.stringify({ version: ENTRY_VERSION, key, value }, null, 2);
  return new TextEncoder().encode(text + "\n");
}
