/** Kills runs at random moments, while another task reads and checks the files. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { argv, FakeAws, program, TestHome, WORLD } from "../mod.ts";
import type { Random } from "./random.ts";
import { BEFORE } from "./scenes.ts";
import { readFiles } from "./state.ts";

/** Figures of many kills. */
export interface Kills {
  readonly kills: number;
  /** The number of times that the files were read and checked meanwhile. */
  readonly reads: number;
}

/** Asserts that no text of the user is lost, and that all sessions are complete. */
function verify(aws: FakeAws, home: TestHome): void {
  const text = home.readHome(".aws/credentials");
  assert(text.startsWith(BEFORE), `lost: ${JSON.stringify(text)}`);
  const rest = text.slice(BEFORE.length);
  assertMatch(
    rest,
    /^(?:\r?\n\r?\n\[111111111111-admin\]\r?\n(?:\w+ = \S+\r?\n){5})?$/,
  );
  readFiles(aws, home);
}

/** Asserts that the next run works at once, because no lock remains. */
async function verifyNext(aws: FakeAws, home: TestHome): Promise<void> {
  const result = await home.run("-f -r admin printenv AWS_ACCESS_KEY_ID");
  assertEquals([result.status, result.stderr], [0, ""]);
  assertMatch(result.stdout, /^ASIA/);
  verify(aws, home);
}

/**
 * Kills runs at random moments.
 *
 * @param wrapper the argv of a program that runs the rest of its argv
 */
export async function killOften(
  kills: number,
  random: Random,
  wrapper: (home: TestHome) => readonly string[],
): Promise<Kills> {
  await using aws = new FakeAws(WORLD);
  await using home = new TestHome(aws);
  home.writeHome(".aws/credentials", BEFORE);
  await verifyNext(aws, home);
  const run = (...timeout: string[]) =>
    home.exec(argv`${wrapper(home)} ${timeout} ${program()} -f -r admin true`);
  const started = performance.now();
  await run();
  const life = performance.now() - started;

  let reads = 0;
  let done = false;
  const reader = (async () => {
    for (; !done; reads++) {
      verify(aws, home);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  let killed = 0;
  for (let i = 0; killed < kills; i++) {
    assert(i < kills * 20, "the runs end before they can be killed");
    const seconds = String(life * random.next() / 1000);
    const { status } = await run(
      ...argv`timeout --signal=KILL --foreground ${seconds}`,
    );
    if (status === 137) killed++;
    verify(aws, home);
    if (i % 25 === 0) await verifyNext(aws, home);
  }
  await verifyNext(aws, home);
  done = true;
  await reader;
  assert(reads > 0);
  return { kills: killed, reads };
}
