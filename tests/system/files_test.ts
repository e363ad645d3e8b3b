import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path/join";
import {
  openRegular,
  readTextIfPresent,
  readWhole,
} from "../../lib/system/files.ts";
import { followLinks } from "../../lib/system/follow_links.ts";
import {
  makePrivateDirectory,
  removeIfPresent,
  replacePrivate,
  stageReplacement,
} from "../../lib/system/atomic_write.ts";
import { keepAttributes } from "../../lib/system/keep_attributes.ts";
import { readPrivate } from "../../lib/system/read_private.ts";
import { root, unix } from "../guards.ts";

/** Temporary directory of a test. */
class TestDirectory implements Disposable {
  readonly path = Deno.makeTempDirSync();

  at(...names: string[]): string {
    return join(this.path, ...names);
  }

  write(name: string, text: string, mode = 0o600): string {
    const path = this.at(name);
    Deno.writeTextFileSync(path, text);
    if (Deno.build.os !== "windows") Deno.chmodSync(path, mode);
    return path;
  }

  get names(): string[] {
    return [...Deno.readDirSync(this.path)].map(({ name }) => name).sort();
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

const mode = (path: string) => Deno.statSync(path).mode! & 0o7777;
const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("readTextIfPresent(), readPrivate() and removeIfPresent() return undefined if there is no file", async () => {
  using directory = new TestDirectory();
  for (const path of [directory.at("none"), directory.at("none", "none")]) {
    assertEquals(
      [
        await readTextIfPresent(path),
        readPrivate(path),
        await removeIfPresent(path),
      ],
      [undefined, undefined, undefined],
    );
  }
});

Deno.test("readTextIfPresent() keeps every character except a BOM", async () => {
  using directory = new TestDirectory();
  const path = directory.write("file", "\uFEFFé\r\n");
  assertEquals((await readTextIfPresent(path))?.replace("\uFEFF", ""), "é\r\n");
  await removeIfPresent(path);
  assertEquals(directory.names, []);
});

Deno.test("readTextIfPresent() throws if a file cannot be read", async () => {
  using directory = new TestDirectory();
  await assertRejects(async () => await readTextIfPresent(directory.path));
});

Deno.test(
  "readPrivate() reads a file that only its owner can access",
  unix,
  () => {
    using directory = new TestDirectory();
    const cases: readonly (readonly [number, string | undefined])[] = [
      [0o600, "text"],
      [0o644, undefined],
      [0o620, undefined],
      [0o602, undefined],
      [0o666, undefined],
    ];
    for (const [bits, expected] of cases) {
      const path = directory.write("file", "text", bits);
      assertEquals(readPrivate(path), expected, bits.toString(8));
    }
  },
);

Deno.test(
  "readPrivate() ignores a link and a directory",
  unix,
  () => {
    using directory = new TestDirectory();
    const link = directory.at("link");
    Deno.symlinkSync(directory.write("file", "text"), link);
    assertEquals(
      [readPrivate(link), readPrivate(directory.path)],
      [undefined, undefined],
    );
  },
);

Deno.test(
  "readPrivate() ignores another user's file",
  root,
  () => {
    using directory = new TestDirectory();
    const path = directory.write("file", "text");
    Deno.chownSync(path, 12345, null);
    assertEquals(readPrivate(path), undefined);
  },
);

Deno.test(
  "makePrivateDirectory() creates missing directories with mode 0700",
  unix,
  () => {
    using directory = new TestDirectory();
    const path = directory.at("a", "b", "c");
    makePrivateDirectory(path);
    assertEquals(
      [directory.at("a"), directory.at("a", "b"), path].map(mode),
      [0o700, 0o700, 0o700],
    );
    Deno.chmodSync(directory.at("a"), 0o755);
    makePrivateDirectory(path);
    assertEquals(mode(directory.at("a")), 0o755);
  },
);

Deno.test("replacePrivate() creates a file with mode 0600", async () => {
  using directory = new TestDirectory();
  const path = directory.at("file");
  await replacePrivate(path, bytes("new"));
  assertEquals([Deno.readTextFileSync(path), directory.names], ["new", [
    "file",
  ]]);
  if (Deno.build.os !== "windows") assertEquals(mode(path), 0o600);
});

Deno.test(
  "replacePrivate() makes a file private and replaces a link by a file",
  unix,
  async () => {
    using directory = new TestDirectory();
    const path = directory.write("file", "old", 0o666);
    const link = directory.at("link");
    Deno.symlinkSync(directory.write("elsewhere", "old"), link);
    await replacePrivate(path, bytes("new"));
    await replacePrivate(link, bytes("new"));
    assertEquals(
      [
        Deno.readTextFileSync(path),
        mode(path),
        Deno.lstatSync(link).isSymlink,
        Deno.readTextFileSync(directory.at("elsewhere")),
        directory.names,
      ],
      ["new", 0o600, false, "old", ["elsewhere", "file", "link"]],
    );
  },
);

Deno.test("replacePrivate() leaves the old content to a program that has opened the file already", async () => {
  using directory = new TestDirectory();
  const path = directory.write("file", "a".repeat(100_000));
  using reader = Deno.openSync(path);
  await replacePrivate(path, bytes("b".repeat(50_000)));
  const seen = new Uint8Array(200_000);
  const count = reader.readSync(seen)!;
  assertEquals(
    [count, [...new Set(seen.subarray(0, count))]],
    [100_000, ["a".charCodeAt(0)]],
  );
  assertEquals(Deno.readTextFileSync(path), "b".repeat(50_000));
});

Deno.test("replacePrivate() leaves no temporary file if it fails", async () => {
  using directory = new TestDirectory();
  Deno.mkdirSync(directory.at("directory"));
  await assertRejects(() =>
    replacePrivate(directory.at("directory"), bytes("new"))
  );
  await assertRejects(() =>
    replacePrivate(directory.at("none", "x"), bytes("x"))
  );
  assertEquals(directory.names, ["directory"]);
});

Deno.test("stageReplacement() keeps the old content until commit()", async () => {
  using directory = new TestDirectory();
  const path = directory.write("file", "old");
  const staged = stageReplacement(path, bytes("new"));
  const before = Deno.readTextFileSync(path);
  staged.commit();
  await staged.discard();
  assertEquals(
    [before, Deno.readTextFileSync(path), directory.names],
    ["old", "new", ["file"]],
  );
});

Deno.test("stageReplacement() leaves no temporary file after discard()", async () => {
  using directory = new TestDirectory();
  const path = directory.write("file", "old");
  const staged = stageReplacement(path, bytes("new"));
  await staged.discard();
  assertEquals(
    [Deno.readTextFileSync(path), directory.names],
    ["old", ["file"]],
  );
});

Deno.test(
  "stageReplacement() keeps the old file's mode",
  unix,
  async () => {
    using directory = new TestDirectory();
    for (const bits of [0o600, 0o644, 0o400, 0o660]) {
      const path = directory.write("file", "old", bits);
      const old = Deno.statSync(path);
      const setAttributes = await keepAttributes(path, old);
      stageReplacement(path, bytes("new"), { setAttributes }).commit();
      assertEquals([Deno.readTextFileSync(path), mode(path)], ["new", bits]);
      Deno.removeSync(path);
    }
  },
);

Deno.test(
  "stageReplacement() keeps the old file's owner",
  root,
  async () => {
    using directory = new TestDirectory();
    const path = directory.write("file", "old");
    Deno.chownSync(path, 12345, 23456);
    const old = Deno.statSync(path);
    const setAttributes = await keepAttributes(path, old);
    stageReplacement(path, bytes("new"), { setAttributes }).commit();
    const { uid, gid } = Deno.statSync(path);
    assertEquals([uid, gid, mode(path)], [12345, 23456, 0o600]);
  },
);

Deno.test(
  "followLinks() returns the last target of a chain of links",
  unix,
  async () => {
    using directory = new TestDirectory();
    const file = Deno.realPathSync(directory.write("file", "old"));
    Deno.symlinkSync("file", directory.at("link"));
    Deno.symlinkSync(directory.at("link"), directory.at("link to link"));
    const paths = [file, directory.at("link"), directory.at("link to link")];
    assertEquals(await Promise.all(paths.map(followLinks)), [file, file, file]);
    const none = join(Deno.realPathSync(directory.path), "none");
    Deno.symlinkSync(none, directory.at("link to none"));
    assertEquals(
      [
        await followLinks(none),
        await followLinks(directory.at("link to none")),
      ],
      [none, none],
    );
  },
);

Deno.test("stageReplacement() sets the time of a shared file back, but never to a time before that of the old file", () => {
  using directory = new TestDirectory();
  const path = directory.at("file");
  const timeOf = () => Deno.statSync(path).mtime!.getTime();
  const replace = (old?: Deno.FileInfo) =>
    stageReplacement(path, bytes("new"), { old, isShared: true }).commit();
  const before = Date.now();
  replace();
  const first = timeOf();
  assert(first >= before - 250 && first <= Date.now() - 200 + 50);
  const ahead = new Date(before + 60_000);
  Deno.utimeSync(path, ahead, ahead);
  replace(Deno.statSync(path));
  assertEquals(timeOf(), ahead.getTime() + 1);
});

/** Lets checks of paths take every file for a regular file, as if the file were replaced later. */
async function withBlindChecks(work: () => Promise<void>): Promise<void> {
  const { statSync } = Deno;
  Deno.statSync = (path) => {
    const info = statSync(path);
    return info.isDirectory ? info : { ...info, isFile: true };
  };
  try {
    await work();
  } finally {
    Deno.statSync = statSync;
  }
}

Deno.test(
  "openRegular() does not wait for a pipe that replaced the file after the check",
  unix,
  async () => {
    using directory = new TestDirectory();
    const pipe = directory.at("pipe");
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    Deno.chmodSync(directory.path, 0o777);
    await withBlindChecks(async () => {
      const error = await assertRejects(() => openRegular(pipe), Error);
      assertEquals(error.message, "not a regular file, but a pipe");
    });
  },
);

Deno.test(
  "openRegular() checks the open file, not only the path",
  unix,
  async () => {
    await withBlindChecks(async () => {
      const error = await assertRejects(() => openRegular("/dev/zero"), Error);
      assertEquals(error.message, "not a regular file");
    });
  },
);

Deno.test(
  "openRegular() returns the same file if another user could replace the file",
  unix,
  async () => {
    using directory = new TestDirectory();
    const path = directory.write("file", "0123456789");
    const facts = async () => {
      using file = await openRegular(path);
      const { isFile, size, mode, uid, gid, ino, dev, ctime } = file.statSync();
      const texts = [0, 2].map((offset) => {
        file.seekSync(offset, Deno.SeekMode.Start);
        return new TextDecoder().decode(readWhole(file));
      });
      return { isFile, size, mode, uid, gid, ino, dev, ctime, texts };
    };
    Deno.chmodSync(directory.path, 0o700);
    const safe = await facts();
    assertEquals(safe.texts, ["0123456789", "23456789"]);
    Deno.chmodSync(directory.path, 0o777);
    assertEquals(await facts(), safe);
    const missing = directory.at("missing");
    await withBlindChecks(async () => {
      await assertRejects(() => openRegular(missing), Deno.errors.NotFound);
    });
  },
);

Deno.test("readWhole() reads a large file, but not more than the limit", () => {
  using directory = new TestDirectory();
  const text = "0123456789".repeat(10_000);
  const path = directory.write("file", text);
  const read = (maxBytes: number) => {
    using file = Deno.openSync(path);
    return new TextDecoder().decode(readWhole(file, maxBytes));
  };
  assertEquals(read(100_000), text);
  assertThrows(() => read(99_999), Error, "larger than ");
});

Deno.test("readWhole() reads the whole of a file whose size is not true, as in /proc, or that grows", () => {
  using directory = new TestDirectory();
  const text = "0123456789".repeat(10_000);
  const path = directory.write("file", text);
  for (const size of [0, 1, 99_999, 200_000]) {
    using file = Deno.openSync(path);
    const info = { ...file.statSync(), size };
    Object.assign(file, { statSync: () => info });
    assertEquals(new TextDecoder().decode(readWhole(file)), text, `${size}`);
  }
});
