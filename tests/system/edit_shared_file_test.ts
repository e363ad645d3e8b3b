import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path/join";
import { updateFile } from "../../lib/system/edit_shared_file.ts";
import { LateWriteError } from "../../lib/system/late_writers.ts";
import { unix } from "../guards.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (text: string) => new TextEncoder().encode(text);
const addOurs = (content: Uint8Array) =>
  text(content).includes("[ours]")
    ? undefined
    : bytes(text(content) + "[ours]\n");

/**
 * Edits a file, and runs a task as soon as `updateFile()` has replaced the file.
 * During the task, `updateFile()` still watches for late writers.
 */
async function updateWhile(
  path: string,
  edit: Parameters<typeof updateFile>[1],
  task: () => unknown,
): Promise<void> {
  const { ino } = Deno.statSync(path);
  const updated = updateFile(path, edit);
  const replaced = (async () => {
    while (Deno.statSync(path).ino === ino) await wait(0);
    await task();
  })();
  await Promise.all([updated, replaced]);
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

Deno.test("updateFile() edits or creates a file, and leaves no other file in the directory", async () => {
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

Deno.test("updateFile() does not write if the content stays the same", async () => {
  using place = new Place("a\n[ours]\n");
  const { mtime, ino } = Deno.statSync(place.path);
  await updateFile(place.path, addOurs);
  const after = Deno.statSync(place.path);
  assertEquals([after.mtime, after.ino], [mtime, ino]);
});

Deno.test("updateFile() repeats the edit if another program changes the file meanwhile", async () => {
  using place = new Place("a\n");
  let edits = 0;
  await updateFile(place.path, (content) => {
    if (++edits === 1) Deno.writeTextFileSync(place.path, "b\n");
    return addOurs(content);
  });
  assertEquals([place.content, edits], ["b\n[ours]\n", 2]);
});

Deno.test("updateFile() repeats the edit if another program replaces or removes the file meanwhile", async () => {
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

// The AWS CLI truncates the file before it writes the new content.
Deno.test("updateFile() waits for the new content if another program has just truncated the file", async () => {
  using place = new Place("");
  const writer = new Promise((resolve) => setTimeout(resolve, 20))
    .then(() => Deno.writeTextFileSync(place.path, "all of it\n"));
  await updateFile(place.path, addOurs);
  await writer;
  assertEquals(place.content, "all of it\n[ours]\n");
});

const wait = (milliseconds: number) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A late write, by a program that opened the file before `updateFile()` replaced it. */
interface Late {
  readonly name: string;
  readonly before?: string;
  /** Runs after the file was replaced. */
  readonly write: (old: Deno.FsFile, path: string) => void | Promise<unknown>;
  readonly after: string;
}

/** Writes new content to an open file, like a program that opened it with O_TRUNC. */
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
    name: "an appended line",
    write: (old) => add(old, "late\n"),
    after: "a\nlate\n[ours]\n",
  },
  {
    name: "two appended lines, 20 ms apart",
    write: async (old) => {
      add(old, "late\n");
      await wait(20);
      add(old, "later\n");
    },
    after: "a\nlate\nlater\n[ours]\n",
  },
  {
    name: "new content",
    write: (old) => rewrite(old, "anew\n"),
    after: "anew\n[ours]\n",
  },
  {
    name: "a changed line, beside the section of assume-role",
    before: "a\nb\nc\n",
    write: (old) => rewrite(old, "a\nB\nc\n[ours]\n"),
    after: "a\nB\nc\n[ours]\n",
  },
  {
    name: "a truncation, and the content 300 ms later",
    before: "a\nb\n",
    write: async (old) => {
      old.truncateSync();
      await wait(300);
      rewrite(old, "a\nb\nlate\n");
    },
    after: "a\nb\nlate\n[ours]\n",
  },
  {
    name: "a truncation that no content follows",
    before: "a\nb\n",
    write: (old) => old.truncateSync(),
    after: "a\nb\n[ours]\n",
  },
  {
    name: "new content in three pieces",
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
    name: "the first content of an empty file, after 500 ms",
    before: "",
    write: async (old) => {
      await wait(500);
      add(old, "a\nb\n");
    },
    after: "a\nb\n[ours]\n",
  },
  {
    name: "an appended line, while another program changes the new file",
    write: (old, path) => {
      Deno.writeTextFileSync(path, "[other]\n", { append: true });
      add(old, "late\n");
    },
    after: "a\nlate\n[ours]\n[other]\n",
  },
  {
    name:
      "a changed line, while another program adds a section to the new file",
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
    `updateFile() merges a late write to the replaced file: ${name}`,
    unix,
    async () => {
      using place = new Place(before);
      using old = Deno.openSync(place.path, { read: true, write: true });
      await updateWhile(place.path, addOurs, () => write(old, place.path));
      assertEquals([place.content, place.names()], [after, ["credentials"]]);
    },
  );
}

Deno.test(
  "updateFile() keeps another program's late write, after which the edit has nothing left to change",
  unix,
  async () => {
    using place = new Place("a\n");
    using old = Deno.openSync(place.path, { read: true, write: true });
    await updateWhile(
      place.path,
      (content) =>
        text(content).includes("not yours") ? undefined : addOurs(content),
      () => rewrite(old, "a\nnot yours\n"),
    );
    assertEquals(place.content, "a\nnot yours\n");
  },
);

Deno.test(
  "updateFile() throws LateWriteError if two other programs change the same line",
  unix,
  async () => {
    using place = new Place("a\nb\n");
    using old = Deno.openSync(place.path, { read: true, write: true });
    const error = await assertRejects(
      () =>
        updateWhile(place.path, addOurs, () => {
          Deno.writeTextFileSync(place.path, "a\nB\n[ours]\n");
          rewrite(old, "a\nX\n");
        }),
      LateWriteError,
    );
    assertEquals(
      [error.message, place.content],
      [
        "two other programs changed the same part at once",
        "a\nB\n[ours]\n",
      ],
    );
  },
);

Deno.test(
  "updateFile() repeats the edit if a program overwrites the file with an older version",
  unix,
  async () => {
    const replaceByRename = (path: string, content: string) => {
      Deno.writeTextFileSync(`${path}.new`, content);
      Deno.renameSync(`${path}.new`, path);
    };
    for (const write of [Deno.writeTextFileSync, replaceByRename]) {
      using place = new Place("a\n");
      await updateWhile(
        place.path,
        addOurs,
        () => write(place.path, "a\nother\n"),
      );
      assertEquals(place.content, "a\nother\n[ours]\n");
    }
  },
);

Deno.test(
  "updateFile() repeats a late write if a program overwrites the file with an older version",
  unix,
  async () => {
    using place = new Place("[a]\n");
    using old = Deno.openSync(place.path, { read: true, write: true });
    await updateWhile(place.path, addOurs, async () => {
      add(old, "[late]\n");
      const read = place.content;
      while (!place.content.includes("[late]")) await wait(0);
      Deno.writeTextFileSync(place.path, `${read}[other]\n`);
    });
    assertEquals(place.content, "[a]\n[ours]\n[other]\n[late]\n");
  },
);

Deno.test(
  "updateFile() waits for a program that truncates the new file",
  unix,
  async () => {
    using place = new Place("a\n");
    await updateWhile(place.path, addOurs, async () => {
      Deno.truncateSync(place.path);
      await wait(100);
      Deno.writeTextFileSync(place.path, "a\nother\n");
    });
    assertEquals(place.content, "a\nother\n[ours]\n");
  },
);

Deno.test(
  "updateFile() does not wait for a writer if the file was empty for long",
  unix,
  async () => {
    using place = new Place("");
    const longAgo = new Date(Date.now() - 60_000);
    Deno.utimeSync(place.path, longAgo, longAgo);
    let waitedMs = 0;
    const { setTimeout } = globalThis;
    globalThis.setTimeout = ((work: () => void, delayMs: number) => {
      waitedMs += delayMs;
      return setTimeout(work, delayMs);
    }) as typeof setTimeout;
    try {
      await updateFile(place.path, addOurs);
    } finally {
      globalThis.setTimeout = setTimeout;
    }
    assert(waitedMs > 0 && waitedMs < 500, `${waitedMs} ms`);
    assertEquals(place.content, "[ours]\n");
  },
);

Deno.test(
  "updateFile() stops waiting for a program that never stops writing",
  unix,
  async () => {
    using place = new Place("a\n");
    using old = Deno.openSync(place.path, { read: true, write: true });
    let isOver = false;
    let count = 0;
    await Promise.all([
      updateFile(place.path, addOurs).finally(() => isOver = true),
      (async () => {
        while (!isOver) {
          add(old, `${++count}\n`);
          await wait(10);
          assert(count < 5000);
        }
      })(),
    ]);
    assert(place.content.startsWith("a\n1\n2\n3\n"), place.content);
    assert(place.content.endsWith("\n[ours]\n"), place.content);
  },
);

Deno.test("updateFile() gives up if another program changes the file again and again, and leaves the file complete", async () => {
  using place = new Place("0\n");
  let n = 0;
  const error = await assertRejects(() =>
    updateFile(place.path, (content) => {
      Deno.writeTextFileSync(place.path, `${++n}\n`);
      return addOurs(content);
    })
  );
  assertEquals(
    (error as Error).message,
    "other programs keep changing the file",
  );
  assertEquals([place.content, place.names()], [`${n}\n`, ["credentials"]]);
});
