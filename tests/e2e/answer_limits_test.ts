/**
 * Answers without an end, answers that decompress to a large size, and other hostile answers
 * of each endpoint; `tests/soak` tries all ways with all endpoints.
 */
import { assert } from "@std/assert";
import { e2e, type FakeAws, terminal, TestHome, unix } from "../mod.ts";
import { ENDPOINTS, HostileServer, runAgainst } from "./answer_limits.ts";

/** The greatest memory in addition to that of a run with a small answer, in kilobytes. */
const MAX_MORE_KB = 160_000;
/** The ways that are tried with every endpoint. */
const EVERYWHERE = [
  "endless body",
  "endless header",
  "endless trailers",
  "gzip bomb",
  "too long",
];
/** The ways that are tried with AWS STS. */
const WITH_STS = [
  ...EVERYWHERE,
  "endless body of an error",
  "endless chunk extension",
  "many small chunks",
  "deflate bomb",
  "gzip bomb in a gzip bomb",
  "brotli bomb",
  "two lengths",
  "deep XML",
  "XML with entities of entities",
];

for (const endpoint of Object.keys(ENDPOINTS)) {
  e2e(
    `a hostile answer of ${endpoint} ends with an error, and needs little memory`,
    {
      ignore: terminal.ignore || unix.ignore,
      home: (aws: FakeAws) => {
        const home = new TestHome(aws);
        home.writeHome(".aws/credentials", "");
        return home;
      },
    },
    async ({ home }) => {
      await using server = await HostileServer.start();
      const { kilobytes } = await runAgainst(
        endpoint,
        server.ports.get("redirect")!,
        home,
      );
      const queue = endpoint === "AWS STS" ? [...WITH_STS] : [...EVERYWHERE];
      const work = async () => {
        for (let way = queue.pop(); way !== undefined; way = queue.pop()) {
          const found = await runAgainst(
            endpoint,
            server.ports.get(way)!,
            home,
          );
          const more = found.kilobytes - kilobytes;
          assert(more < MAX_MORE_KB, `${way}: ${more} kB more`);
        }
      };
      await Promise.all([work(), work()]);
    },
  );
}
