/**
 * The base of all tests: `e2e()` runs a test of the command line in a
 * temporary home against a fake AWS.
 *
 * ```ts ignore
 * e2e("the cache works offline", async ({ aws, run }) => {
 *   await run("-r admin true");
 *   await aws.stop();
 *   const { stdout } = await run("-r admin printenv ASSUME_ROLE_ARN");
 *   assertEquals(stdout, `${ROLE_ARN}\n`);
 * });
 * ```
 *
 * @module
 */
import { type Result, type RunOptions, TestHome } from "./e2e/test_home.ts";
import { WORLD } from "./e2e/worlds.ts";
import { FakeAws, type FakeAwsOptions } from "./fake_aws/server.ts";
import { ALICE, type User, type World } from "./fake_aws/world.ts";

/** Context of an end-to-end test. */
export interface E2e {
  readonly aws: FakeAws;
  readonly home: TestHome;
  /** Runs assume-role without a terminal; a text is split at white space. */
  readonly run: (
    args: string | readonly string[],
    options?: RunOptions,
  ) => Promise<Result>;
}

/** Setup of an end-to-end test. */
export interface E2eOptions {
  /** Skips the test on this system. */
  readonly ignore?: boolean;
  /** The users and roles of the fake AWS; default: `WORLD`. */
  readonly world?: World;
  readonly aws?: FakeAwsOptions;
  /** The user whose keys are in `~/.aws/credentials`; default: Alice. */
  readonly user?: User;
  /** Creates the home; default: a home with the user's keys and a `role_prefix`. */
  readonly home?: (aws: FakeAws) => TestHome | Promise<TestHome>;
  /** Whether no AWS can be reached. */
  readonly offline?: boolean;
}

/** Registers an end-to-end test: a fake AWS and a home of its own, removed at its end. */
export function e2e(name: string, test: (context: E2e) => Promise<void>): void;
export function e2e(
  name: string,
  options: E2eOptions,
  test: (context: E2e) => Promise<void>,
): void;
export function e2e(
  name: string,
  given: E2eOptions | ((context: E2e) => Promise<void>),
  last?: (context: E2e) => Promise<void>,
): void {
  const [options, test] = typeof given === "function"
    ? [{}, given]
    : [given, last!];
  const { ignore = false, world = WORLD, user = ALICE, offline } = options;
  Deno.test({
    name,
    ignore,
    fn: async () => {
      await using aws = new FakeAws(world, options.aws);
      await using home = await options.home?.(aws) ??
        new TestHome(offline ? undefined : aws, user);
      await test({
        aws,
        home,
        run: (args, options) => home.run(args, options),
      });
    },
  });
}

/** The guard of a test that needs Linux or macOS. */
export const unix: { readonly ignore: boolean } = {
  ignore: Deno.build.os === "windows",
};

/** The guard of a test that needs Linux. */
export const linux: { readonly ignore: boolean } = {
  ignore: Deno.build.os !== "linux",
};
