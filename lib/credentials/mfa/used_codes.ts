import { sha256 } from "../../settings/sha256.ts";
import { type Waiting, withLock } from "../../system/lock.ts";
import type { Reporter } from "../../host.ts";
import type { UsedCodes } from "./code.ts";
import type { CacheDirectory } from "../../cache/directory.ts";

/** How long a device shows a code, in milliseconds (RFC 6238). */
const STEP = 30_000;
/** How long AWS takes a code, before and after its time, in milliseconds. */
const VALIDITY = 3 * STEP;

/** What the use of a device needs. */
export interface DeviceContext {
  readonly cache: CacheDirectory | undefined;
  readonly now: () => number;
  readonly waiting: Waiting;
  readonly reporter: Reporter;
}

/**
 * Does what needs a device's codes, one process after the other: each code works
 * once, and only one question can be on the terminal.
 */
export async function withDevice<T>(
  serial: string,
  { cache, now, waiting, reporter }: DeviceContext,
  work: (used: UsedCodes) => Promise<T>,
): Promise<T> {
  if (cache === undefined) return await work(usedCodes());
  const key = await sha256(["mfa-device", serial]);
  let started = false;
  try {
    await cache.prepare();
    return await withLock(cache.lockPath(key), waiting, async () => {
      started = true;
      return await work(usedCodes());
    });
  } catch (error) {
    if (started) throw error;
    return await work(usedCodes()); // nothing can be kept, as on a read-only disk
  }

  function usedCodes(): UsedCodes {
    let last: string | undefined;
    if (cache !== undefined) {
      const memory = cache.loadUsedCode(key);
      const age = now() - (memory?.usedAt ?? 0);
      if (age >= 0 && age < VALIDITY) last = memory?.sha256;
    }
    return {
      has: async (code) => await sha256([serial, code]) === last,
      add: async (code) => {
        last = await sha256([serial, code]);
        // What cannot be kept costs a rejection by AWS, and no more.
        await cache?.saveUsedCode(key, { sha256: last, usedAt: now() })
          .catch(() => {});
      },
      next: async () => {
        reporter.warn(
          `Waiting for the next code of ${serial}: each works once`,
        );
        const rest = STEP - now() % STEP;
        await new Promise((resolve) => setTimeout(resolve, rest));
      },
    };
  }
}
