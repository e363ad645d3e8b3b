import { sha256 } from "../../settings/sha256.ts";
import { type Waiting, withLock } from "../../system/lock.ts";
import type { Reporter } from "../../host.ts";
import type { UsedCodes } from "./code.ts";
import type { CacheDirectory } from "../../cache/cache_directory.ts";

/** The time for which a device shows a code (RFC 6238). */
const STEP_MS = 30_000;
/** The time for which AWS accepts a code: its 30 seconds, and 30 seconds before and after. */
const VALIDITY_MS = 3 * STEP_MS;

/** Dependencies of {@linkcode withDevice}. */
export interface DeviceContext {
  readonly cache: CacheDirectory | undefined;
  readonly now: () => number;
  readonly waiting: Waiting;
  readonly reporter: Reporter;
}

/**
 * Runs a task that needs codes of an MFA device. Only one process at a time runs such
 * a task for the same device, because each code works only once, and the terminal can
 * show only one question.
 */
export async function withDevice<T>(
  serial: string,
  { cache, now, waiting, reporter }: DeviceContext,
  task: (used: UsedCodes) => Promise<T>,
): Promise<T> {
  if (cache === undefined) return await task(loadUsedCodes());
  const key = await sha256(["mfa-device", serial]);
  let started = false;
  try {
    cache.prepare();
    return await withLock(cache.lockPath(key), waiting, async () => {
      started = true;
      return await task(loadUsedCodes());
    });
  } catch (error) {
    if (started) throw error;
    // The lock cannot be created, as on a read-only disk.
    return await task(loadUsedCodes());
  }

  function loadUsedCodes(): UsedCodes {
    let last: string | undefined;
    if (cache !== undefined) {
      const stored = cache.loadUsedCode(key);
      const age = now() - (stored?.usedAt ?? 0);
      if (age >= 0 && age < VALIDITY_MS) last = stored?.sha256;
    }
    return {
      has: async (code) => await sha256([serial, code]) === last,
      add: async (code) => {
        last = await sha256([serial, code]);
        // If saving fails, the next run may send this code again, which AWS rejects.
        await cache?.saveUsedCode(key, { sha256: last, usedAt: now() })
          .catch(() => {});
      },
      next: async () => {
        reporter.warn(
          `Waiting for the next code of ${serial}: each code works once`,
        );
        const delayMs = STEP_MS - now() % STEP_MS;
        await new Promise((resolve) => setTimeout(resolve, delayMs));
      },
    };
  }
}
