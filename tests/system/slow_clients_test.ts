/**
 * The time of answers while other clients are slow. `run_all.ts` runs this test alone, because a
 * busy machine also delays answers.
 */
import { assert, assertEquals } from "@std/assert";
import { Program } from "./program.ts";

Deno.test(
  "1,000 slow clients delay no response beyond the timeout of an SDK",
  {
    ignore: Deno.build.os === "windows",
  },
  async () => {
    // The default limit of open files on macOS.
    await using server = new Program("http_server.ts", ["assume-role"], 256);
    const url = await server.line();
    const request = async () => {
      const begun = performance.now();
      assertEquals(await (await fetch(url)).text(), "served");
      return performance.now() - begun;
    };
    const slowest = async () =>
      Math.max(...await Promise.all(Array.from({ length: 40 }, request)));
    await slowest(); // warms up
    // The SDK for JavaScript waits for one second; on a slow machine, the limit is higher.
    const limit = 1000 + 5 * await slowest();
    const { port } = new URL(url);
    await using clients = new Program("slow_clients.ts", [port, 1000], 1200);
    assertEquals(await clients.line(), "connected");
    for (let round = 0; round < 3; round++) {
      const longest = await slowest();
      assert(longest < limit, `${longest} ms of ${limit} ms`);
    }
  },
);
