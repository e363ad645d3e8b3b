/**
 * Runs assume-role many times while another program truncates files and writes them in
 * pieces. No run may fail or use the wrong identity.
 *
 * - `SOAK_RUNS`: the number of runs of each scenario in `SCENES`
 */
import { assertEquals } from "@std/assert";
import { has } from "../e2e/test_home.ts";
import { runBesideTornWriter, SCENES } from "../e2e/torn_reads.ts";

const RUNS = Number(Deno.env.get("SOAK_RUNS") ?? 800);

for (const [name, scene] of Object.entries(SCENES)) {
  Deno.test(
    `${RUNS} runs use the right identity while another program rewrites the runs' files: ${name}`,
    { ignore: Deno.build.os === "windows" || !await has("python3") },
    async () => {
      const { rewrites, failures, callers } = await runBesideTornWriter(
        scene,
        RUNS,
      );
      const figures = `  ${RUNS} runs, ${rewrites} rewrites\n`;
      Deno.stderr.writeSync(new TextEncoder().encode(figures));
      assertEquals([failures, [...callers]], [[], ["alice"]]);
    },
  );
}
