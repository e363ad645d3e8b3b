/**
 * Real clients with credentials of a role, in every way in which assume-role supplies
 * credentials. No client may use the user's access keys, which are in
 * `~/.aws/credentials`.
 * Prints the results as lines of JSON.
 */
import { assertEquals } from "@std/assert";
import {
  type Client,
  CLIENTS,
  type Condition,
  type Way,
  WAYS,
} from "./client_matrix.ts";
import { needs } from "./clients.ts";
import { runClient } from "./run_client.ts";

/** The number of clients that are tested at once; they mostly wait for new sessions. */
const LIMIT = 3;

/** The results of a client by way: "role", "not needed" for a useless condition, or a failure. */
type Outcomes = Readonly<Record<string, string>>;

const ROLE: Outcomes = Object.fromEntries(
  Object.keys(WAYS).map((way) => [way, "role"]),
);

/** Runs a client in every way. */
async function test({ prepare, conditions = {} }: Client): Promise<Outcomes> {
  const start = await prepare();
  const outcomes = await Promise.all(
    (Object.keys(WAYS) as Way[]).map(async (way) => {
      const condition = conditions[way];
      const outcome = await runClient(start, way, condition);
      const isNeeded = outcome !== "role" || condition === undefined ||
        await fails(() => runClient(start, way), condition);
      return [way, isNeeded ? outcome : "not needed"];
    }),
  );
  return Object.fromEntries(outcomes);
}

/** Whether a client does not use the role if a condition does not hold. */
async function fails(
  run: () => Promise<string>,
  { env, isInCredentials }: Condition,
): Promise<boolean> {
  const canBeLeftOut = env !== undefined || isInCredentials === true;
  return !canBeLeftOut || await run() !== "role";
}

/**
 * Starts a task for each item, with a limited number of tasks at once. Returns the results
 * in the order of the items, so that a test can wait for one result after the other.
 */
function startAll<T, R>(
  items: readonly T[],
  task: (item: T) => Promise<R>,
): readonly Promise<R>[] {
  const results = items.map(() => Promise.withResolvers<R>());
  const queue = items.entries();
  const work = async () => {
    for (const [at, item] of queue) {
      await task(item).then(results[at]!.resolve, results[at]!.reject);
    }
  };
  for (let i = 0; i < LIMIT; i++) work();
  return results.map(({ promise }) => {
    promise.catch(() => {}); // the test handles the error later
    return promise;
  });
}

/** Prints results as lines of JSON. */
function print(table: readonly (readonly [name: string, Outcomes])[]): void {
  const lines = table.map(([client, outcomes]) =>
    JSON.stringify({ client, ...outcomes })
  );
  const text = `${lines.join("\n")}\n`;
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

Deno.test({
  name: "every client uses the role's session, however it gets the session",
  // The steps wait for tasks that run at the same time.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async (t) => {
    const guards = await Promise.all(
      CLIENTS.map((client) => needs(...client.needs)),
    );
    // Start with the last clients, because they take longest to install.
    const tested = CLIENTS.filter((_, at) => !guards[at]!.ignore).reverse();
    const results = startAll(tested, test);
    const table: [string, Outcomes][] = [];
    for (const [at, client] of CLIENTS.entries()) {
      await t.step({
        name: client.name,
        ignore: guards[at]!.ignore,
        sanitizeOps: false,
        sanitizeResources: false,
        fn: async () => {
          const outcomes = await results[tested.indexOf(client)]!;
          table.push([client.name, outcomes]);
          assertEquals(outcomes, ROLE);
        },
      });
    }
    print(table);
  },
});
