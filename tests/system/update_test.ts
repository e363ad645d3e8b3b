import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path/join";
import { updateFile as update } from "../../lib/system/update.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (text: string) => new TextEncoder().encode(text);
const addOurs = (content: Uint8Array) =>
  text(content).includes("[ours]")
    ? undefined
    : bytes(text(content) + "[ours]\n");

/** Edits a file, and waits until it is known that nobody else was about to. */
async function updateFile(...given: Parameters<typeof update>): Promise<void> {
  const replaced = await update(...given);
  await replaced.settle((task) => task());
}

/** A file in a directory of its own. */
class Place implements Disposable {
  readonly root = Deno.makeTempDirSync();
  readonly path = join(this.root, "credentials");

  constructor(content?: string) {
    if (content !== undefined) Deno.writeTextFileSync(this.path, content);
  }

  get content(): string {
    return Deno.readTextFileSync(this.path);
  }

  names(): string[] {
    return [...Deno.readDirSync(this.root)].map(({ name }) => name).sort();
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.root, { recursive: true });
  }
}

Deno.test("updateFile() edits a file, makes one, and leaves nothing beside it", async () => {
  for (
    const [before, after] of [["a\n", "a\n[ours]\n"], ["", "[ours]\n"], [
      undefined,
      "[ours]\n",
    ]] as const
  ) {
    using place = new Place(before);
    await updateFile(place.path, addOurs);
    assertEquals([place.content, place.names()], [after, ["credentials"]]);
  }
});

Deno.test("updateFile() writes nothing where there is nothing to change", async () => {
  using place = new Place("a\n[ours]\n");
  const { mtime, ino } = Deno.statSync(place.path);
  await updateFile(place.path, addOurs);
  const after = Deno.statSync(place.path);
  assertEquals([after.mtime, after.ino], [mtime, ino]);
});

Deno.test("updateFile() starts over where somebody changes the file meanwhile", async () => {
  using place = new Place("a\n");
  let edits = 0;
  await updateFile(place.path, (content) => {
    if (++edits === 1) Deno.writeTextFileSync(place.path, "b\n");
    return addOurs(content);
  });
  assertEquals([place.content, edits], ["b\n[ours]\n", 2]);
});

Deno.test("updateFile() starts over where somebody replaces or removes the file meanwhile", async () => {
  for (
    const [change, after] of [
      [(path: string) => {
        Deno.writeTextFileSync(`${path}.new`, "b\n");
        Deno.renameSync(`${path}.new`, path);
      }, "b\n[ours]\n"],
      [(path: string) => Deno.removeSync(path), "[ours]\n"],
    ] as const
  ) {
    using place = new Place("a\n");
    let edits = 0;
    await updateFile(place.path, (content) => {
      if (++edits === 1) change(place.path);
      return addOurs(content);
    });
    assertEquals(place.content, after);
  }
});

// The AWS CLI empties the file before it writes it anew.
Deno.test("updateFile() does not take a file that is being written for an empty one", async () => {
  using place = new Place("");
  const writer = new Promise((resolve) => setTimeout(resolve, 20))
    .then(() => Deno.writeTextFileSync(place.path, "all of it\n"));
  await updateFile(place.path, addOurs);
  await writer;
  assertEquals(place.content, "all of it\n[ours]\n");
});

const unix = { ignore: Deno.build.os === "windows" };

Deno.test(
  "updateFile() keeps what is written into the old file after it was replaced",
  unix,
  async () => {
    for (
      const [late, after] of [["a\nlate\n", "a\n[ours]\nlate\n"], [
        "anew\n",
        "anew\n[ours]\n",
      ]] as const
    ) {
      using place = new Place("a\n");
      using old = Deno.openSync(place.path, { write: true });
      // The writer that came before us goes on in the moment in which the path leads elsewhere.
      const { rename } = Deno;
      let wrote = false;
      Deno.rename = async (from, to) => {
        await rename(from, to);
        if (!wrote) old.writeSync(bytes(late));
        wrote = true;
      };
      try {
        await updateFile(place.path, addOurs);
      } finally {
        Deno.rename = rename;
      }
      assertEquals(place.content, after);
    }
  },
);

Deno.test(
  "updateFile() keeps what comes into the old file a while after it was replaced",
  unix,
  async () => {
    const cases: readonly (readonly [string[], string])[] = [
      [["late\n"], "a\n[ours]\nlate\n"],
      [["late\n", "later\n"], "a\n[ours]\nlate\nlater\n"],
    ];
    for (const [late, expected] of cases) {
      using place = new Place("a\n");
      using old = Deno.openSync(place.path, { append: true });
      const replaced = await update(place.path, addOurs);
      // Somebody else of ours came in between, and did not see it either.
      Deno.writeTextFileSync(place.path, "[other]\n", { append: true });
      for (const text of late) {
        await new Promise((resolve) => setTimeout(resolve, 4));
        old.writeSync(bytes(text));
      }
      await replaced.settle((task) => task());
      const text = expected.replace("[ours]\n", "[ours]\n[other]\n");
      assertEquals([place.content, place.names()], [text, ["credentials"]]);
    }
    using place = new Place("a\n");
    using old = Deno.openSync(place.path, { write: true });
    const replaced = await update(place.path, addOurs);
    old.writeSync(bytes("anew\n"));
    let locks = 0;
    await replaced.settle((task) => (locks++, task()));
    assertEquals([place.content, locks], ["anew\n[ours]\n", 1]);
  },
);

Deno.test("updateFile() gives up where others never stop, and the file is whole", async () => {
  using place = new Place("0\n");
  let n = 0;
  const error = await assertRejects(() =>
    updateFile(place.path, (content) => {
      Deno.writeTextFileSync(place.path, `${++n}\n`);
      return addOurs(content);
    })
  );
  assertEquals((error as Error).message, "others keep changing it");
  assertEquals([place.content, place.names()], [`${n}\n`, ["credentials"]]);
});
