/**
 * The prompt for an MFA code, interrupted by signals. The soak test plays every signal to
 * every process at every moment; this file plays a part of them.
 *
 * - `PROMPT_ROUNDS`: the number of rounds
 * - `PROMPT_SEED`: the seed that decides the rounds; a failure prints the round
 */
import { assertEquals } from "@std/assert";
import { terminalOnLinux } from "../mod.ts";
import { listRounds, playAll } from "./interrupted_runs.ts";

const ROUNDS = Number(Deno.env.get("PROMPT_ROUNDS") ?? 12);
const SEED = Number(Deno.env.get("PROMPT_SEED") ?? Date.now());

for (const asker of ["assume-role", "program"] as const) {
  Deno.test(
    `whatever interrupts the prompt, the terminal echoes, the shell gets no code and the exit status is right (${asker} asks)`,
    terminalOnLinux,
    async () => {
      const rounds = listRounds(asker, SEED).slice(0, ROUNDS);
      const { faults } = await playAll(rounds, 4);
      assertEquals(faults, []);
    },
  );
}
