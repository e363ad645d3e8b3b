import type { FakeAws } from "../fake_aws/server.ts";
import { eventually, type Result, type TestHome } from "./test_home.ts";

/** The message of a run that waits for another run to get the same credentials. */
const WAITING = /^assume-role: \w+: Waiting for another assume-role.*\n/m;

/**
 * Starts several processes of assume-role at once. One process calls AssumeRole; the
 * fake AWS answers that call only when all other processes wait for it.
 */
export async function runTogether(
  aws: FakeAws,
  home: TestHome,
  count: number,
  args: readonly string[],
): Promise<readonly Result[]> {
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
