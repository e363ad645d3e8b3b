import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path/join";
import { isHeld, withLock } from "../../lib/system/lock.ts";
import { unix } from "../guards.ts";
import { LockCounter } from "./lock_counter.ts";

/** A directory of its own, and a lock in it. */
class Place implements Disposable {
  readonly path = Deno.makeTempDirSync();
  readonly lock = join(this.path, "x.lock");
  waits = 0;

  hold<T>(task: () => T | Promise<T>): Promise<T> {
    return withLock(
      this.lock,
      { onWait: () => void this.waits++ },
      () => (async () => await task())(),
    );
  }

  get names(): string[] {
    return [...Deno.readDirSync(this.path)].map(({ name }) => name);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 1));

Deno.test("withLock() returns the result of the task, and leaves no lock file", async () => {
  using place = new Place();
  const during = await place.hold(() => place.names);
  assertEquals([during, place.names, place.waits], [["x.lock"], [], 0]);
});

Deno.test("withLock() runs one task at a time, also if tasks arrive while other tasks wait", async () => {
  using place = new Place();
  let inside = 0;
  let most = 0;
  let done = 0;
  const work = () =>
    place.hold(async () => {
      most = Math.max(most, ++inside);
      await turn();
      inside--;
      done++;
    });
  // A task can take a new lock file while other tasks still wait for the removed lock file.
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let i = 0; i < 5; i++) await work();
  }));
  assertEquals([most, done, place.names], [1, 40, []]);
});

Deno.test("withLock() takes at most two locks in each of many calls that find the result of the first call", async () => {
  using place = new Place();
  using locks = new LockCounter();
  let result: number | undefined;
  let tasks = 0;
  const calls = Array.from(
    { length: 32 },
    () =>
      withLock(place.lock, { onWait() {} }, async () => {
        tasks++;
        await new Promise((resolve) => setTimeout(resolve, 100));
        return result = 7;
      }, { find: () => result }),
  );
  assertEquals(await Promise.all(calls), Array(32).fill(7));
  assertEquals([tasks, place.names], [1, []]);
  assert(locks.count <= 2 * 32, `${locks.count} locks`);
});

Deno.test("withLock() takes the lock again in a call that waited and finds no result", async () => {
  using place = new Place();
  const done: string[] = [];
  const call = (name: string) =>
    withLock(place.lock, { onWait() {} }, async () => {
      await turn();
      done.push(name);
    }, { find: () => undefined });
  await Promise.all(["a", "b", "c"].map(call));
  assertEquals([done.sort(), place.names], [["a", "b", "c"], []]);
});

Deno.test("withLock() can take a lock while another lock is held", async () => {
  using place = new Place();
  const other = join(place.path, "y.lock");
  const within = await place.hold(() =>
    withLock(other, { onWait() {} }, () => Promise.resolve("in"))
  );
  assertEquals(within, "in");
});

Deno.test("withLock() frees the lock of a task that fails", async () => {
  using place = new Place();
  const failure = new Error("task");
  const thrown = await assertRejects(() =>
    place.hold(() => Promise.reject(failure))
  );
  assertEquals([thrown, await place.hold(() => "in")], [failure, "in"]);
});

Deno.test("withLock() takes over a lock file that no process holds", async () => {
  using place = new Place();
  Deno.writeTextFileSync(place.lock, "left behind");
  assertEquals([await place.hold(() => "in"), place.names], ["in", []]);
});

Deno.test("withLock() leaves a file with text alone if another user may have put the file there", async () => {
  using place = new Place();
  Deno.writeTextFileSync(place.lock, "notes");
  const waiting = { onWait() {}, isExposed: true };
  await assertRejects(
    () => withLock(place.lock, waiting, () => Promise.resolve()),
    Error,
    `the lock file ${place.lock} has text; remove the file`,
  );
  assertEquals(Deno.readTextFileSync(place.lock), "notes");
  Deno.writeTextFileSync(place.lock, "");
  await withLock(place.lock, waiting, () => Promise.resolve());
  assertEquals(place.names, []);
});

Deno.test("withLock() waits for the lock of another process until that process is killed", async () => {
  using place = new Place();
  const script = `
    using file = Deno.openSync(Deno.args[0], { create: true, write: true });
    file.lockSync(true);
    console.log("held");
    Deno.stdin.readSync(new Uint8Array(1));`;
  const path = join(place.path, "holder.ts");
  Deno.writeTextFileSync(path, script);
  const holder = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "-A",
      "--no-config",
      "--no-lock",
      path,
      place.lock,
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = holder.stdout.getReader();
  await reader.read();
  let entered = false;
  const ours = place.hold(() => {
    entered = true;
  });
  for (let i = 0; i < 20; i++) await turn();
  assertEquals(entered, false);
  holder.kill("SIGKILL");
  await ours;
  assertEquals(entered, true);
  await reader.cancel();
  await holder.stdin.abort();
  await holder.status;
});

Deno.test("withLock() does not wait for a lock if onBusy throws an error", async () => {
  using place = new Place();
  const busy: string[] = [];
  await place.hold(() =>
    assertRejects(
      () =>
        withLock(place.lock, {
          onWait() {},
          onBusy: (path) => {
            busy.push(path);
            throw new Error("no wait");
          },
        }, () => Promise.resolve()),
      Error,
      "no wait",
    )
  );
  assertEquals([busy, place.names], [[place.lock], []]);
});

Deno.test(
  "after a while, withLock() reports the process that holds the lock, if the holder wrote its process id",
  {
    ...unix,
  },
  async () => {
    using place = new Place();
    for (const isMarked of [true, false]) {
      const holders: number[] = [];
      const waiter = await withLock(
        place.lock,
        { onWait() {}, isMarked },
        async () => {
          const waits = Promise.withResolvers<void>();
          const waiter = withLock(place.lock, {
            onWait: () => void setTimeout(waits.resolve, 100),
            onBusyWith: (pid) => Promise.resolve(void holders.push(pid)),
          }, () => Promise.resolve("in"));
          await waits.promise;
          return { waiter };
        },
        {
          failures: {
            format: () => undefined,
            parse: (text) => new Error(text),
          },
        },
      );
      assertEquals(await waiter.waiter, "in");
      assertEquals(holders, isMarked ? [Deno.pid] : []);
    }
  },
);

Deno.test("isHeld() finds out whether a lock is held", async () => {
  using place = new Place();
  assertEquals(await isHeld(place.lock), false);
  assertEquals(await place.hold(() => isHeld(place.lock)), true);
  Deno.writeTextFileSync(place.lock, "left behind");
  assertEquals(await isHeld(place.lock), false);
});

Deno.test("withLock() creates a lock file with mode 0600", unix, async () => {
  using place = new Place();
  const mode = await place.hold(() => Deno.statSync(place.lock).mode! & 0o777);
  assertEquals(mode, 0o600);
});

Deno.test("withLock() fails without running the task if the lock file cannot be created", async () => {
  using place = new Place();
  let done = false;
  await assertRejects(() =>
    withLock(join(place.path, "none", "x.lock"), { onWait() {} }, () => {
      done = true;
      return Promise.resolve();
    })
  );
  assertEquals(done, false);
});
