import { within } from "../system/path.ts";
import {
  listPrivate,
  preparePrivateDirectory,
  removeOlder,
} from "../system/private_directory.ts";
import {
  isTemporary,
  removeIfPresent,
  replacePrivate,
} from "../system/atomic_write.ts";
import { COPY_NAME } from "../aws/paths.ts";
import type { Credentials } from "../aws/credentials.ts";
import {
  isCaller,
  isUsedCode,
  type StoredCaller,
  type StoredPlan,
  type UsedCode,
} from "./entry.ts";
import {
  type FreshnessPolicy,
  loadCredentials,
  loadEntry,
  loadFresh,
  loadPlan,
  VERSION,
} from "./read.ts";

/** Longer than any session of AWS's lasts, in milliseconds. */
const LONGEST_SESSION = 24 * 3600_000;

const SESSION_NAME = /^([0-9a-f]{64})\.json$/;
/** What a process that was killed leaves behind. */
const isLeftover = (name: string) =>
  /^[0-9a-f]{64}\.lock$/.test(name) || isTemporary(name) ||
  COPY_NAME.test(name);
/** How many plans are kept at the most. */
const MOST_PLANS = 200;
const PLAN_NAME = /^plan-([0-9a-f]{64})\.json$/;
const isMemoryName = (name: string) =>
  /^(?:caller|code)-[0-9a-f]{64}\.json$/.test(name);

/** Which sessions are meant: those of a role, or that of a key. */
export type SessionFilter =
  | { readonly roleArn: string }
  | { readonly key: string };

/**
 * The directory of cache entries: a file each, for its owner alone. Whatever is
 * damaged, foreign or of another version is treated as absent.
 */
export class CacheDirectory {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  lockPath(key: string): string {
    return within(this.#directory, `${key}.lock`);
  }

  /** Where the session of a key is, or would be. */
  sessionPath(key: string): string {
    return within(this.#directory, `${key}.json`);
  }

  /**
   * Where a copy of one of AWS's files can be for a command; one that is a day
   * old is taken for one that a killed process left behind.
   */
  copyPath(name: "config" | "credentials"): string {
    const id = crypto.randomUUID().slice(0, 8);
    return within(this.#directory, `copy-${id}.${name}`);
  }

  /**
   * Makes sure that the directory is there, and a place for secrets.
   *
   * @throws where it is not
   */
  async prepare(): Promise<void> {
    await preparePrivateDirectory(this.#directory);
  }

  loadCredentials(key: string): Credentials | undefined {
    return loadCredentials(this.#directory, key);
  }

  /** Credentials that can be used without a refresh. */
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

  /**
   * Keeps a plan where there is a cache already: none is made or changed for it.
   * One that is lost is made again.
   */
  async savePlan(key: string, plan: StoredPlan): Promise<void> {
    const names = await listPrivate(this.#directory);
    const plans = names.filter((name) => PLAN_NAME.test(name));
    // Somebody's variables are never the same: then they are of no use.
    for (const name of plans.length < MOST_PLANS ? [] : plans) {
      await removeIfPresent(within(this.#directory, name));
    }
    await replacePrivate(
      within(this.#directory, `plan-${key}.json`),
      entryOf(key, plan),
      { isToLast: false },
    );
  }

  /** All sessions that there are; none where the directory cannot be trusted. */
  async loadAll(): Promise<readonly Credentials[]> {
    const names = await listPrivate(this.#directory).catch(() => []);
    const keys = names.flatMap((name) => SESSION_NAME.exec(name)?.[1] ?? []);
    const all = await Promise.all(
      keys.map((key) => this.loadCredentials(key)),
    );
    return all.filter((session) => session !== undefined);
  }

  /**
   * Removes the sessions of a role or the one of a key, and what led to them; or
   * all, and with all of them what is known of callers.
   *
   * @returns how many sessions there were
   */
  async clear(which?: SessionFilter): Promise<number> {
    let count = 0;
    for (const name of await listPrivate(this.#directory)) {
      const key = SESSION_NAME.exec(name)?.[1];
      const plan = PLAN_NAME.exec(name)?.[1];
      if (key !== undefined) {
        const session = this.loadCredentials(key);
        if (!isWanted(which, key, session?.roleArn)) continue;
        count++;
      } else if (plan !== undefined) {
        const { session, role } = loadPlan(this.#directory, plan) ?? {};
        if (!isWanted(which, session, role?.arn)) continue;
      } else if (which !== undefined || !isMemoryName(name)) {
        continue;
      }
      await removeIfPresent(within(this.#directory, name));
    }
    return count;
  }

  /**
   * Removes what is of no more use: sessions that have expired for sure, what
   * led to them, and what killed processes left behind.
   */
  async tidy(now: number): Promise<void> {
    await removeOlder(
      this.#directory,
      now - LONGEST_SESSION,
      (name) =>
        SESSION_NAME.test(name) || PLAN_NAME.test(name) || isLeftover(name),
    );
  }

  async #save(name: string, key: string, value: unknown): Promise<void> {
    await this.prepare();
    const path = within(this.#directory, `${name}.json`);
    await replacePrivate(path, entryOf(key, value));
  }
}

function isWanted(
  which: SessionFilter | undefined,
  key: string | undefined,
  roleArn: string | undefined,
): boolean {
  if (which === undefined) return true;
  return "key" in which ? key === which.key : roleArn === which.roleArn;
}

function entryOf(key: string, value: unknown): Uint8Array {
  const text = JSON.stringify({ version: VERSION, key, value }, null, 2);
  return new TextEncoder().encode(text + "\n");
}
