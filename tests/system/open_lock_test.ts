import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { removeAbandoned } from "../../lib/system/held_file.ts";
import { withLock } from "../../lib/system/lock.ts";
import { root, unix } from "../guards.ts";

/** A directory of its own, and the path of a lock in it. */
class Place implements Disposable {
  readonly path = Deno.makeTempDirSync();
  readonly lock = join(this.path, "x.lock");

  hold<T>(task: () => T): Promise<T> {
    return withLock(
      this.lock,
      { onWait() {} },
      () => Promise.resolve().then(task),
    );
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

for (const kind of ["a symbolic link", "a hard link"]) {
  Deno.test({
    ...unix,
    name:
      `withLock() and removeAbandoned() leave a file alone to which ${kind} at the lock's path leads`,
    fn: async () => {
      using place = new Place();
      const precious = join(place.path, "precious");
      Deno.writeTextFileSync(precious, "precious");
      const link = kind === "a hard link" ? Deno.linkSync : Deno.symlinkSync;
      link(precious, place.lock);
      let ran = false;
      const error = await assertRejects(() => place.hold(() => ran = true));
      await removeAbandoned(place.lock);
      assertEquals(Deno.readTextFileSync(precious), "precious");
      assertStringIncludes(`${error}`, place.lock);
      assertStringIncludes(`${error}`, kind);
      assertEquals(ran, false);
    },
  });
}

Deno.test({
  ...unix,
  name: "withLock() creates no file where a symbolic link leads nowhere",
  fn: async () => {
    using place = new Place();
    Deno.symlinkSync(join(place.path, "nothing"), place.lock);
    await assertRejects(() => place.hold(() => {}), Error, "symbolic link");
    assertEquals([...Deno.readDirSync(place.path)].map(({ name }) => name), [
      "x.lock",
    ]);
  },
});

Deno.test({
  ...root,
  name:
    "withLock() takes the lock of another user's file, and does not change the file",
  fn: async () => {
    using place = new Place();
    Deno.writeTextFileSync(place.lock, "theirs");
    Deno.chownSync(place.lock, 12345, 12345);
    const text = await place.hold(() => Deno.readTextFileSync(place.lock));
    assertEquals(text, "theirs");
  },
});

Deno.test({
  ...root,
  name: "removeAbandoned() leaves another user's file alone",
  fn: async () => {
    using place = new Place();
    Deno.writeTextFileSync(place.lock, "theirs");
    Deno.chownSync(place.lock, 12345, 12345);
    await removeAbandoned(place.lock);
    assertEquals(Deno.readTextFileSync(place.lock), "theirs");
  },
});

Deno.test({
  ...root,
  name:
    "withLock() waits only for a limited time for a lock on another user's file",
  fn: async () => {
    using place = new Place();
    Deno.writeTextFileSync(place.lock, "");
    Deno.chownSync(place.lock, 12345, 12345);
    using held = await Deno.open(place.lock, { read: true, write: true });
    await held.lock(true);
    const outcome = place.hold(() => "ran").catch(String);
    // Without a limit, the wait ends when the lock is released.
    const timer = setTimeout(() => held.unlockSync(), 15_000);
    const text = await outcome;
    clearTimeout(timer);
    assertStringIncludes(text, "belongs to another user");
  },
});
