/** Slow clients at the server of `--server`; `tests/soak` has more of them. */
import { assert, assertEquals } from "@std/assert";
import { terminal } from "../mod.ts";
import { requestBesideSlowClients } from "./slow_clients.ts";

Deno.test(
  "200 slow clients of five kinds do not keep the server from serving credentials",
  terminal,
  async () => {
    const { requests, served, slow, failures } = await requestBesideSlowClients(
      200,
      3,
    );
    assertEquals([requests, served, failures], [120, 120, []]);
    assert(slow >= 200, `${slow} connections`);
  },
);
