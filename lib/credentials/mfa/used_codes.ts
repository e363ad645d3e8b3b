import { AssumeRoleError } from "../../errors.ts";
import { sha256 } from "../../settings/sha256.ts";
import { type Waiting, withLock } from "../../system/lock.ts";
import type { Reporter } from "../../host.ts";
import type { LoopGuard } from "../loop_guard.ts";
import { showWait } from "../wait_notice.ts";
import type { Prompter, UsedCodes } from "./code.ts";
import type { CacheDirectory } from "../../cache/cache_directory.ts";

/** The time for which a device shows a code (RFC 6238). */
const STEP_MS = 30_000;
/** The time for which AWS accepts a code: while the device shows it, and 30 s before and after. */
const VALIDITY_MS = 3 * STEP_MS;

/** Dependencies of {@linkcode withDevice}. */
export interface DeviceContext {
  readonly cache: CacheDirectory | undefined;
  readonly now: () => number;
  readonly waiting: Waiting;
  readonly reporter: Reporter;
  readonly prompter: Prompter;
  readonly loops: LoopGuard;
}

/**
 * Runs a task that needs codes of an MFA device. Only one process at a time runs such
 * a task for the same device, because each code works only once, and the terminal can
 * show only one question.
 */
export async function withDevice<T>(
  serial: string,
  { cache, now, waiting, reporter, prompter, loops }: DeviceContext,
  task: (prompter: Prompter & { readonly used: UsedCodes }) => Promise<T>,
): Promise<T> {
  if (cache === undefined) return await run(loops);
  const key = await sha256(["mfa-device", serial]);
  let started = false;
  try {
    cache.prepare();
    const lock = cache.lockPath(key);
    return await withLock(lock, waiting, async () => {
      started = true;
      return await run(loops.holding(lock));
    });
  } catch (error) {
    if (started || error instanceof AssumeRoleError) throw error;
    // The lock cannot be created, as on a read-only disk.
    return await run(loops);
  }

  async function run(loops: LoopGuard): Promise<T> {
    return await task({
      ...prompter,
      used: loadUsedCodes(),
      runProgram: async (command, options) =>
        await prompter.runProgram(command, {
          ...options,
          variables: {
            ...options.variables,
            ...await loops.enter({}, "the MFA device"),
          },
        }),
    });
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
        const endNotice = showWait(
          `waiting for the next code: each code of ${serial} works once`,
          reporter,
          "terminal and log",
        );
        const delayMs = STEP_MS - now() % STEP_MS;
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        endNotice();
      },
    };
  }
}
