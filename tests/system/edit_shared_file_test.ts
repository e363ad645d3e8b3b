import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path/join";
import { updateFile as update } from "../../lib/system/edit_shared_file.ts";

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

const wait = (milliseconds: number) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What a writer does who had opened the file before, and what is to come of it. */
interface Late {
  readonly name: string;
  readonly before?: string;
  /** What happens after the file was replaced. */
  readonly write: (old: Deno.FsFile, path: string) => void | Promise<unknown>;
  readonly after: string;
}

/** Puts another content in a file, as those do that open it with O_TRUNC. */
function rewrite(file: Deno.FsFile, content: string): void {
  file.truncateSync();
  file.seekSync(0, Deno.SeekMode.Start);
  file.writeSync(bytes(content));
}

function add(file: Deno.FsFile, content: string): void {
  file.seekSync(0, Deno.SeekMode.End);
  file.writeSync(bytes(content));
}

const LATE: readonly Late[] = [
  {
    name: "an addition",
    write: (old) => add(old, "late\n"),
    after: "a\nlate\n[ours]\n",
  },
  {
    name: "two additions, a while apart",
    write: async (old) => {
      add(old, "late\n");
      await wait(20);
      add(old, "later\n");
    },
    after: "a\nlate\nlater\n[ours]\n",
  },
  {
    name: "another content",
    write: (old) => rewrite(old, "anew\n"),
    after: "anew\n[ours]\n",
  },
  {
    name: "a part of the content, and ours is there already",
    before: "a\nb\nc\n",
    write: (old) => rewrite(old, "a\nB\nc\n[ours]\n"),
    after: "a\nB\nc\n[ours]\n",
  },
  {
    name: "nothing, and the content long after that",
    before: "a\nb\n",
    write: async (old) => {
      old.truncateSync();
      await wait(300);
      rewrite(old, "a\nb\nlate\n");
    },
    after: "a\nb\nlate\n[ours]\n",
  },
  {
    name: "nothing, for good",
    before: "a\nb\n",
    write: (old) => old.truncateSync(),
    after: "a\nb\n[ours]\n",
  },
  {
    name: "the content in pieces",
    before: "a\nb\n",
    write: async (old) => {
      old.truncateSync();
      for (const piece of ["a\n", "b\nla", "te\n"]) {
        await wait(30);
        add(old, piece);
      }
    },
    after: "a\nb\nlate\n[ours]\n",
  },
  {
    name: "what goes into a file that was empty",
    before: "",
    write: async (old) => {
      await wait(500);
      add(old, "a\nb\n");
    },
    after: "a\nb\n[ours]\n",
  },
  {
    name: "an addition, and others change the new file",
    write: (old, path) => {
      Deno.writeTextFileSync(path, "[other]\n", { append: true });
      add(old, "late\n");
    },
    after: "a\nlate\n[ours]\n[other]\n",
  },
  {
    name: "a part, and others change another one of the new file",
    before: "a\nb\nc\n",
    write: (old, path) => {
      Deno.writeTextFileSync(path, "a\nb\nc\n[ours]\n[other]\n");
      rewrite(old, "a\nB\nc\n");
    },
    after: "a\nB\nc\n[ours]\n[other]\n",
  },
];

for (const { name, before = "a\n", write, after } of LATE) {
  Deno.test(
    `updateFile() takes up what comes late into the old file: ${name}`,
    unix,
    async () => {
      using place = new Place(before);
      using old = Deno.openSync(place.path, { read: true, write: true });
      const replaced = await update(place.path, addOurs);
      await Promise.all([
        replaced.settle((task) => task()),
        write(old, place.path),
      ]);
      assertEquals([place.content, place.names()], [after, ["credentials"]]);
    },
  );
}

Deno.test(
  "updateFile() takes up what it is not to edit any more",
  unix,
  async () => {
    using place = new Place("a\n");
    using old = Deno.openSync(place.path, { read: true, write: true });
    const replaced = await update(
      place.path,
      (content) =>
        text(content).includes("not yours") ? undefined : addOurs(content),
    );
    rewrite(old, "a\nnot yours\n");
    await replaced.settle((task) => task());
    assertEquals(place.content, "a\nnot yours\n");
  },
);

Deno.test(
  "updateFile() tells where two have changed the same, and the file is whole",
  unix,
  async () => {
    using place = new Place("a\nb\n");
    using old = Deno.openSync(place.path, { read: true, write: true });
    const replaced = await update(place.path, addOurs);
    Deno.writeTextFileSync(place.path, "a\nB\n[ours]\n");
    rewrite(old, "a\nX\n");
    const error = await assertRejects(() => replaced.settle((task) => task()));
    assertEquals(
      [(error as Error).message, place.content],
      ["somebody else changed the same part of it just then", "a\nB\n[ours]\n"],
    );
  },
);

Deno.test(
  "updateFile() does not wait for a file that has long been empty",
  unix,
  async () => {
    using place = new Place("");
    const longAgo = new Date(Date.now() - 60_000);
    Deno.utimeSync(place.path, longAgo, longAgo);
    const replaced = await update(place.path, addOurs);
    const start = performance.now();
    await replaced.settle((task) => task());
    assert(performance.now() - start < 500);
    assertEquals(place.content, "[ours]\n");
  },
);

Deno.test(
  "updateFile() does not wait for ever for who never stops to write",
  unix,
  async () => {
    using place = new Place("a\n");
    using old = Deno.openSync(place.path, { read: true, write: true });
    const replaced = await update(place.path, addOurs);
    let isSettled = false;
    const settled = replaced.settle((task) => task())
      .then(() => isSettled = true);
    let count = 0;
    while (!isSettled) {
      add(old, `${++count}\n`);
      await wait(10);
      assert(count < 500);
    }
    await settled;
    assert(place.content.startsWith("a\n1\n2\n3\n"), place.content);
    assert(place.content.endsWith("\n[ours]\n"), place.content);
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
