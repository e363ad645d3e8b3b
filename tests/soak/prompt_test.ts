/**
 * Plays every signal to every process of a run that asks for an MFA code or a role, at every
 * moment, and prints a histogram of the outcomes.
 *
 * - `PROMPT_SEED`: the seed that decides the shells and the delays
 */
import { assertEquals } from "@std/assert";
import { listRounds, playAll } from "../e2e/interrupted_runs.ts";
import { terminalOnLinux } from "../mod.ts";

const SEED = Number(Deno.env.get("PROMPT_SEED") ?? Date.now());

for (const asker of ["assume-role", "program", "picker"] as const) {
  const rounds = listRounds(asker, SEED);
  Deno.test(
    `${rounds.length} signals to the processes of a run leave the terminal, the code and the exit status right (${asker} asks)`,
    terminalOnLinux,
    async () => {
      const { faults, histogram } = await playAll(rounds, 3);
      const text = `${rounds.length} rounds, seed ${SEED}\n${histogram}\n`;
      Deno.stdout.writeSync(new TextEncoder().encode(text));
      assertEquals(faults, []);
    },
  );
}
