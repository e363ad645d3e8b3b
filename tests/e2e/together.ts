import type { FakeAws } from "../fake_aws/server.ts";
import { eventually } from "./test_home.ts";

/** The message of a run that waits for another run to get the same credentials. */
const WAITING = /^assume-role: \w+: waiting for another assume-role.*\n/m;

/** A home whose runs can be observed while they wait. */
interface ObservedHome<Result> {
  readonly runNoting: (
    file: string,
    args: readonly string[],
  ) => Promise<Result>;
  readonly noted: (file: string) => string;
}

/**
 * Starts several processes of assume-role at once. One process calls AssumeRole; the
 * fake AWS answers that call only when all other processes wait for it.
 */
export async function runTogether<Result extends { readonly stderr: string }>(
  aws: FakeAws,
  home: ObservedHome<Result>,
  count: number,
  args: readonly string[],
): Promise<readonly (Omit<Result, "stderr"> & { stderr: string })[]> {
  const { promise, resolve } = Promise.withResolvers<void>();
  aws.fail("AssumeRole", { kind: "hold", until: promise });
  const files = Array.from({ length: count }, () => crypto.randomUUID());
  const runs = files.map((file) => home.runNoting(file, args));
  await eventually(() =>
    files.filter((file) => WAITING.test(home.noted(file))).length === count - 1
  ).finally(resolve);
  return (await Promise.all(runs)).map(({ stderr, ...result }) => ({
    ...result,
    stderr: stderr.replace(WAITING, ""),
  }));
}
