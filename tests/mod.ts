/**
 * The only import that most tests need. `e2e()` runs a test of the command line in a temporary
 * home against a fake AWS:
 *
 * ```ts ignore
 * e2e("a cached session works offline", async ({ aws, run }) => {
 *   await run("-r admin true");
 *   await aws.stop();
 *   const { stdout } = await run("-r admin printenv ASSUME_ROLE_ARN");
 *   assertEquals(stdout, `${ADMIN_ARN}\n`);
 * });
 * ```
 *
 * Tests of a module without a home or a fake AWS import `guards.ts` and
 * `identifiers.ts` instead: importing this module runs `python3 --version`.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  HAS_TERMINAL,
  type Result,
  type RunOptions,
  TestHome,
} from "./e2e/test_home.ts";
import { WORLD } from "./e2e/worlds.ts";
import { FakeAws, type FakeAwsOptions } from "./fake_aws/server.ts";
import { ALICE, type User, type World } from "./fake_aws/world.ts";
import { type Guard, linux } from "./guards.ts";

export * from "./e2e/test_home.ts";
export * from "./e2e/worlds.ts";
export * from "./guards.ts";
export * from "./identifiers.ts";
export { FakeAws, type FakeAwsOptions } from "./fake_aws/server.ts";
export {
  ENDLESS,
  type Fault,
  GZIP_BOMB,
  status,
  text,
} from "./fake_aws/faults.ts";
export * from "./fake_aws/world.ts";

/** Runs a test only if a pseudo-terminal is available. */
export const terminal: Guard = { ignore: !HAS_TERMINAL };

/** Runs a test only on Linux, and only if a pseudo-terminal is available. */
export const terminalOnLinux: Guard = {
  ignore: terminal.ignore || linux.ignore,
};

/** The result of a program that succeeds and prints nothing. */
export const OK: Result = { status: 0, signal: null, stdout: "", stderr: "" };

/**
 * Removes the warning about access keys in `~/.aws/credentials`, which the first run with
 * `--server` prints in most homes.
 */
export function withoutKeyWarning(result: Result): Result {
  const warning =
    /^assume-role: warning: The profile 'default' has access keys in .*\n/m;
  return { ...result, stderr: result.stderr.replace(warning, "") };
}

/** Values that an end-to-end test gets. */
export interface E2e {
  readonly aws: FakeAws;
  readonly home: TestHome;
  /** Runs assume-role without a terminal; `args` as in `TestHome.run()`. */
  readonly run: (
    args: string | readonly string[],
    options?: RunOptions,
  ) => Promise<Result>;
}

/** Set-up of an end-to-end test. */
export interface E2eOptions {
  /** Skips the test; see `guards.ts`. */
  readonly ignore?: boolean;
  /** The users and roles of the fake AWS; default: `WORLD`. */
  readonly world?: World;
  readonly aws?: FakeAwsOptions;
  /** The user whose access keys are in `~/.aws/credentials`; default: alice. */
  readonly user?: User;
  /** Creates the home; default: a home with the user's access keys and a `role_prefix`. */
  readonly home?: (aws: FakeAws) => TestHome | Promise<TestHome>;
  /**
   * Whether the home is created without the address of the fake AWS, as if AWS were
   * unreachable.
   */
  readonly offline?: boolean;
}

/**
 * Registers an end-to-end test. The test gets its own fake AWS and its own
 * temporary home; both are removed when the test ends.
 */
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

/** Messages of a run that fails. */
export interface Failure {
  /** The text after `error: `, or a pattern that matches the text. */
  readonly error: string | RegExp;
  /**
   * The hint, in the same form as `error`; `null` requires that there is no hint. If
   * `hint` is missing, the hint is not checked.
   */
  readonly hint?: string | RegExp | null;
}

/**
 * Asserts that assume-role failed, not its command: with status 125, nothing on stdout,
 * exactly one error and at most one hint on stderr, and no other line.
 */
export function assertFails(result: Result, { error, hint }: Failure): void {
  const { status, signal, stdout, stderr } = result;
  assertEquals([status, signal, stdout], [125, null, ""], stderr);
  const match = /^assume-role: error: (.*)\n(?:assume-role: hint: (.*)\n)?$/
    .exec(stderr);
  const [, foundError = "", foundHint] = match ?? [];
  assert(match, `stderr is not one error and at most one hint: ${stderr}`);
  assertText(foundError, error);
  if (hint === null) assertEquals(foundHint, undefined);
  else if (hint !== undefined) assertText(foundHint ?? "", hint);
}

function assertText(text: string, expected: string | RegExp): void {
  if (typeof expected === "string") assertEquals(text, expected);
  else assertMatch(text, expected);
}
