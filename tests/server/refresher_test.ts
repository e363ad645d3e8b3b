import { assertEquals, assertRejects } from "@std/assert";
import type { Credentials } from "../../lib/aws/credentials.ts";
import { Refresher } from "../../lib/server/refresher.ts";

/** A refresher with a test clock, and refreshes that the test completes. */
class RefresherTest {
  now = 1_000_000;
  calls = 0;
  readonly refresher: Refresher;

  constructor(lifeSeconds = 3600) {
    this.refresher = new Refresher(this.session("first", lifeSeconds), {
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

  session(name: string, lifeSeconds = 3600): Credentials {
    return {
      accessKeyId: name,
      secretAccessKey: "secret",
      sessionToken: "token",
      expiration: this.now + lifeSeconds * 1000,
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

Deno.test("Refresher returns fresh credentials without a refresh", async () => {
  using test = new RefresherTest();
  assertEquals(await test.names(3), ["first", "first", "first"]);
  assertEquals(test.calls, 0);
});

Deno.test("Refresher refreshes once for 20 calls, before the expiry", async () => {
  using test = new RefresherTest();
  test.now += 2800_000; // less than 15 minutes are left
  const pending = test.names(20);
  test.succeed("second");
  assertEquals(new Set(await pending), new Set(["second"]));
  assertEquals(test.calls, 1);
});

Deno.test("Refresher returns valid credentials while a refresh is running", async () => {
  using test = new RefresherTest();
  test.now += 2800_000;
  assertEquals(await test.names(), ["first"]); // the refresh is still running
  test.succeed("second");
  await Promise.resolve();
  assertEquals(await test.names(), ["second"]);
  assertEquals(test.calls, 1);
});

Deno.test("Refresher returns valid credentials after a failure, and pauses before the next attempt", async () => {
  using test = new RefresherTest();
  test.now += 2800_000;
  const pending = test.names();
  test.fail("no network");
  assertEquals(await pending, ["first"]);
  assertEquals(await test.names(), ["first"]);
  assertEquals(test.calls, 1);
  test.now += 2100;
  const again = test.names();
  test.succeed("second");
  assertEquals(await again, ["second"]);
  assertEquals([test.calls, test.refresher.failure], [2, undefined]);
});

Deno.test("Refresher throws the error of the refresh if the credentials have expired", async () => {
  using test = new RefresherTest();
  test.now += 3601_000;
  const pending = test.names();
  test.fail("no network");
  await assertRejects(() => pending, Error, "no network");
  // During the pause, the same error is thrown again, and no refresh starts.
  await assertRejects(() => test.names(), Error, "no network");
  assertEquals(test.calls, 1);
});

Deno.test("Refresher refreshes in time even if no credentials are requested", async () => {
  using test = new RefresherTest(1); // a refresh is due after half a second
  test.now += 600;
  for (let i = 0; test.calls === 0 && i < 100; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assertEquals(test.calls, 1);
  test.succeed("second");
});
