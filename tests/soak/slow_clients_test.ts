/**
 * Requests credentials from the server of `--server` beside slow clients. Each request must
 * be served.
 *
 * - `SLOW_CLIENTS`: the number of slow clients
 * - `SLOW_ROUNDS`: the number of rounds of 40 requests
 */
import { assertEquals } from "@std/assert";
import { HAS_TERMINAL } from "../e2e/test_home.ts";
import { requestBesideSlowClients } from "../e2e/slow_clients.ts";

const CLIENTS = Number(Deno.env.get("SLOW_CLIENTS") ?? 1000);
const ROUNDS = Number(Deno.env.get("SLOW_ROUNDS") ?? 40);

Deno.test(
  `${CLIENTS} slow clients do not keep the server from serving ${ROUNDS} rounds of 40 requests`,
  { ignore: !HAS_TERMINAL },
  async () => {
    const figures = await requestBesideSlowClients(CLIENTS, ROUNDS);
    const text = `  ${JSON.stringify(figures)}\n`;
    Deno.stderr.writeSync(new TextEncoder().encode(text));
    assertEquals(figures.failures, []);
    assertEquals(figures.served, figures.requests);
    assertEquals(figures.requests, 40 * ROUNDS);
  },
);
