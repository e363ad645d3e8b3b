/**
 * Conditions under which a test can run. Pass a guard as options of `Deno.test`
 * or spread it into options: `{ ...unix, home: warm }`.
 *
 * @module
 */

/** Options that skip a test unless a condition holds. */
export interface Guard {
  readonly ignore: boolean;
}

/** Runs a test only on Linux and macOS. */
export const unix: Guard = { ignore: Deno.build.os === "windows" };

/** Runs a test only on Linux. */
export const linux: Guard = { ignore: Deno.build.os !== "linux" };

/** Runs a test only as root, on Linux and macOS. */
export const root: Guard = { ignore: unix.ignore || Deno.uid() !== 0 };
