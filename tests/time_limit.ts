/**
 * Limits the time of each test: a test that hangs fails under its name, and the other tests
 * still run. `deno test` loads this module before the tests if a task has `--preload`. The
 * tests in `crash/` and `soak/` have no limit, because the environment sets their counts.
 */

/**
 * The limit, in milliseconds: seven times the time after which a run counts as hanging. By
 * default, that is ten minutes; the longest test takes a minute on a slow machine.
 */
const LIMIT = 7 * 1000 * Number(Deno.env.get("TEST_TIMEOUT_SECONDS") ?? 90);

/** Adds the limit to the arguments of `Deno.test()`, of which the options are optional. */
function addLimit(args: readonly unknown[]): unknown[] {
  const index = args.findIndex((it) => typeof it === "object");
  if (index >= 0) {
    return args.with(index, { timeout: LIMIT, ...args[index] as object });
  }
  return args.toSpliced(-1, 0, { timeout: LIMIT });
}

const test = new Proxy(Deno.test, {
  apply: (test, _, args) => Reflect.apply(test, undefined, addLimit(args)),
});
Object.assign(Deno, { test });
