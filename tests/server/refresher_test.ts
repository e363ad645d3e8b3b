import { assertEquals, assertRejects } from "@std/assert";
import type { Credentials } from "../../lib/aws/credentials.ts";
import { Refresher } from "../../lib/server/refresher.ts";

/** A clock of its own, and a refresh that is told how to end. */
class World {
  now = 1_000_000;
  calls = 0;
  readonly refresher: Refresher;

  constructor(life = 3600) {
    this.refresher = new Refresher(this.session("first", life), {
      refresh: () => {
        this.calls++;
        const { promise, resolve, reject } = Promise.withResolvers<
          Credentials
        >();
        this.succeed = (name) => resolve(this.session(name));
        this.fail = (message) => reject(new Error(message));
        return promise;
      },
      refreshBeforeExpiry: 900,
      now: () => this.now,
    });
  }

  succeed: (name: string) => void = () => {};
  fail: (message: string) => void = () => {};

  session(name: string, life = 3600): Credentials {
    return {
      accessKeyId: name,
      secretAccessKey: "secret",
      sessionToken: "token",
      expiration: this.now + life * 1000,
      roleArn: "arn:aws:iam::111111111111:role/admin",
      assumedRoleArn: "arn:aws:sts::111111111111:assumed-role/admin/alice",
      obtainedAt: this.now,
      clockOffset: 0,
    };
  }

  async names(count = 1): Promise<string[]> {
    const all = await Promise.all(
      Array.from({ length: count }, () => this.refresher.get()),
    );
    return all.map(({ accessKeyId }) => accessKeyId);
  }

  [Symbol.dispose](): void {
    this.refresher.stop();
  }
}

Deno.test("Keeper serves what is fresh without a refresh", async () => {
  using world = new World();
  assertEquals(await world.names(3), ["first", "first", "first"]);
  assertEquals(world.calls, 0);
});

Deno.test("Keeper refreshes once for all that ask, before the expiry", async () => {
  using world = new World();
  world.now += 2800_000; // less than 15 minutes are left
  const asked = world.names(20);
  world.succeed("second");
  assertEquals(new Set(await asked), new Set(["second"]));
  assertEquals(world.calls, 1);
});

Deno.test("Keeper does not keep anybody waiting while the old ones are good", async () => {
  using world = new World();
  world.now += 2800_000;
  assertEquals(await world.names(), ["first"]); // the refresh takes its time
  world.succeed("second");
  await Promise.resolve();
  assertEquals(await world.names(), ["second"]);
  assertEquals(world.calls, 1);
});

Deno.test("Keeper serves the old ones after a failure, and rests before the next attempt", async () => {
  using world = new World();
  world.now += 2800_000;
  const asked = world.names();
  world.fail("no network");
  assertEquals(await asked, ["first"]);
  assertEquals(await world.names(), ["first"]);
  assertEquals(world.calls, 1);
  world.now += 2100;
  const again = world.names();
  world.succeed("second");
  assertEquals(await again, ["second"]);
  assertEquals([world.calls, world.refresher.failure], [2, undefined]);
});

Deno.test("Keeper says why there are none once they have expired", async () => {
  using world = new World();
  world.now += 3601_000;
  const asked = world.names();
  world.fail("no network");
  await assertRejects(() => asked, Error, "no network");
  // Within the rest the reason is still the same, and nobody is asked.
  await assertRejects(() => world.names(), Error, "no network");
  assertEquals(world.calls, 1);
});

Deno.test("Keeper refreshes by itself, though nobody asks", async () => {
  using world = new World(1); // half of its life is half a second
  world.now += 600;
  for (let i = 0; world.calls === 0 && i < 100; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assertEquals(world.calls, 1);
  world.succeed("second");
});
