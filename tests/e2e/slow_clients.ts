import { assertEquals } from "@std/assert";
import { argv, fixture, program, type TestHome, warm } from "./test_home.ts";
import { FakeAws } from "../fake_aws/server.ts";
import { WORLD } from "./worlds.ts";

/** Figures of a run of `server_clients.py`. */
export interface Figures {
  readonly requests: number;
  readonly served: number;
  /** The number of connections that the slow clients opened. */
  readonly slow: number;
  readonly slowestMs: number;
  /** The first reasons why requests were not served. */
  readonly failures: readonly string[];
}

/**
 * Runs a command under `--server` that requests credentials beside slow clients. The server
 * may open 256 files, as by default on macOS.
 */
export async function requestBesideSlowClients(
  clients: number,
  rounds: number,
): Promise<Figures> {
  await using aws = new FakeAws(WORLD);
  await using home: TestHome = await warm(aws);
  const result = await home.sh('ulimit -Sn 256; exec "$@"', [
    ...program(),
    ...argv`-q -r admin --server python3 ${
      fixture("server_clients.py")
    } ${clients} ${rounds}`,
  ]);
  assertEquals([result.status, result.stderr], [0, ""]);
  return JSON.parse(result.stdout);
}
