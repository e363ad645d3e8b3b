/**
 * Hostile answers, in each way and of each endpoint. Every run must end with an error. Prints
 * the memory and the time of each run.
 */
import { assert } from "@std/assert";
import { HAS_TERMINAL, TestHome } from "../e2e/test_home.ts";
import { ENDPOINTS, HostileServer, runAgainst } from "../e2e/answer_limits.ts";

const MAX_MORE_KB = 256_000;

for (const endpoint of Object.keys(ENDPOINTS)) {
  Deno.test(
    `a run ends with an error after each hostile answer of ${endpoint}`,
    { ignore: !HAS_TERMINAL },
    async () => {
      await using server = await HostileServer.start();
      await using home = new TestHome();
      home.writeHome(".aws/credentials", "");
      const small = await runAgainst(
        endpoint,
        server.ports.get("redirect")!,
        home,
      );
      for (const [way, port] of server.ports) {
        const { kilobytes, seconds } = await runAgainst(endpoint, port, home);
        const text = `  ${way}: ${Math.round(kilobytes / 1000)} MB, ${
          seconds.toFixed(1)
        } s\n`;
        Deno.stderr.writeSync(new TextEncoder().encode(text));
        assert(kilobytes - small.kilobytes < MAX_MORE_KB, way);
      }
    },
  );
}
