import { digest } from "../../settings/sha256.ts";
import { type Waiting, withLock } from "../../system/lock.ts";
import type { Reporter } from "../../host.ts";
import type { UsedCodes } from "./code.ts";
import type { Store } from "../../cache/directory.ts";

/** How long a device shows a code, in milliseconds (RFC 6238). */
const STEP = 30_000;
/** How long AWS takes a code, before and after its time, in milliseconds. */
const VALIDITY = 3 * STEP;

/** What the use of a device needs. */
export interface DeviceContext {
  readonly store: Store | undefined;
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
  { store, now, waiting, reporter }: DeviceContext,
  work: (used: UsedCodes) => Promise<T>,
): Promise<T> {
  if (store === undefined) return await work(usedCodes());
  const key = await digest(["mfa-device", serial]);
  let started = false;
  try {
    await store.prepare();
    return await withLock(store.lockPath(key), waiting, async () => {
      started = true;
      return await work(usedCodes());
    });
  } catch (error) {
    if (started) throw error;
    return await work(usedCodes()); // nothing can be kept, as on a read-only disk
  }

  function usedCodes(): UsedCodes {
    let last: string | undefined;
    if (store !== undefined) {
      const memory = store.loadUsedCode(key);
      const age = now() - (memory?.usedAt ?? 0);
      if (age >= 0 && age < VALIDITY) last = memory?.digest;
    }
    return {
      has: async (code) => await digest([serial, code]) === last,
      add: async (code) => {
        last = await digest([serial, code]);
        // What cannot be kept costs a rejection by AWS, and no more.
        await store?.saveUsedCode(key, { digest: last, usedAt: now() })
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
