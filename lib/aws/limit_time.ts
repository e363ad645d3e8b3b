import { timeoutError } from "./fetch.ts";

/**
 * Waits for a task, but not longer than a time limit. The task goes on after the limit.
 *
 * @throws {Error} If the task fails; with the code `NO_ANSWER`, if the time is over.
 */
export async function limitTime<T>(
  task: Promise<T>,
  limitMs: number,
): Promise<T> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => timeout.reject(timeoutError(limitMs)),
    limitMs,
  );
  try {
    return await Promise.race([task, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}
