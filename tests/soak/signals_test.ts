/**
 * Sends many signals, each to assume-role or to its process group. Each signal must reach
 * the command exactly once.
 *
 * - `SOAK_SIGNALS`: the number of signals
 */
import { assertEquals } from "@std/assert";
import { runAndKill, send, SIGNALS } from "../e2e/count_signals.ts";
import { HAS_TERMINAL, TestHome } from "../e2e/test_home.ts";
import { WORLD } from "../e2e/worlds.ts";
import { FakeAws } from "../fake_aws/server.ts";

const COUNT = Number(Deno.env.get("SOAK_SIGNALS") ?? 288);
/** How often each signal is sent to one run. */
const ROUNDS = 4;
/** Ways to start assume-role, and whether the signals are for its process group. */
const WAYS = [
  { wrapper: [], toGroup: false },
  { wrapper: ["setsid", "-w"], toGroup: false },
  { wrapper: ["setsid", "-w"], toGroup: true },
];

Deno.test({
  name: `${COUNT} of ${COUNT} signals reach the command exactly once`,
  ignore: !HAS_TERMINAL,
  fn: async () => {
    await using aws = new FakeAws(WORLD);
    await using home = new TestHome(aws);
    assertEquals((await home.run("-r admin true")).status, 0);
    const runs = Math.ceil(COUNT / SIGNALS.length / ROUNDS);
    for (let n = 0; n < runs; n++) {
      const { wrapper, toGroup } = WAYS[n % WAYS.length]!;
      const sent = Array<typeof SIGNALS>(ROUNDS).fill(SIGNALS).flat();
      const { status, stdout } = await runAndKill(home, wrapper, (run) => {
        const { assumeRolePid: pid } = run;
        return send(run, toGroup ? -pid : pid, sent);
      });
      assertEquals([status, stdout], [7, `got: ${sent.join(" ")}\n`]);
    }
  },
});
