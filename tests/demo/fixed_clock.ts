/**
 * Stops the clock of a program, so that each recording of a session shows the same times.
 * Deno loads this module before the program (`--preload`). The workers of the program get
 * the same time.
 */

/** The time of the first command of the session. */
export const START_MS: number = Date.parse("2026-01-15T09:00:00Z");

const MINUTE_MS = 60_000;

/** Stops the clock some minutes after the first command. */
export function stopClock(minutes: number): void {
  const now = START_MS + minutes * MINUTE_MS;
  // The lockdown of the sandbox, which runs first, has removed `Proxy`.
  const RealDate = Date;
  class StoppedDate extends RealDate {
    constructor(...values: readonly unknown[]) {
      super(...(values.length === 0 ? [now] : values) as [number]);
    }
    static override now(): number {
      return now;
    }
  }
  globalThis.Date = StoppedDate as DateConstructor;
}
