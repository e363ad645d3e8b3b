import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path/join";
import { readTextIfPresent } from "../../lib/system/files.ts";
import { followLinks } from "../../lib/system/follow_links.ts";
import {
  makePrivateDirectory,
  removeIfPresent,
  replacePrivate,
  stageReplacement,
} from "../../lib/system/atomic_write.ts";
import { readPrivate } from "../../lib/system/private_files.ts";

const unix = { ignore: Deno.build.os === "windows" };
const root = { ignore: Deno.build.os === "windows" || Deno.uid() !== 0 };

/** A directory of its own. */
class Place implements Disposable {
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

Deno.test("what is not there is undefined, and removed already", async () => {
  using place = new Place();
  for (const path of [place.at("none"), place.at("none", "none")]) {
    assertEquals(
      [
        readTextIfPresent(path),
        readPrivate(path),
        await removeIfPresent(path),
      ],
      [undefined, undefined, undefined],
    );
  }
});

Deno.test("what is there is read as it is, a BOM aside", async () => {
  using place = new Place();
  const path = place.write("file", "\uFEFFé\r\n");
  assertEquals((readTextIfPresent(path))?.replace("\uFEFF", ""), "é\r\n");
  await removeIfPresent(path);
  assertEquals(place.names, []);
});

Deno.test("what is there but cannot be read is an error", async () => {
  using place = new Place();
  await assertRejects(async () => await readTextIfPresent(place.path));
});

Deno.test(
  "readPrivate() reads a file that nobody else can read or write",
  unix,
  () => {
    using place = new Place();
    const cases: readonly (readonly [number, string | undefined])[] = [
      [0o600, "text"],
      [0o644, undefined],
      [0o620, undefined],
      [0o602, undefined],
      [0o666, undefined],
    ];
    for (const [bits, expected] of cases) {
      const path = place.write("file", "text", bits);
      assertEquals(readPrivate(path), expected, bits.toString(8));
    }
  },
);

Deno.test(
  "readPrivate() takes a link or a directory for nothing",
  unix,
  () => {
    using place = new Place();
    const link = place.at("link");
    Deno.symlinkSync(place.write("file", "text"), link);
    assertEquals(
      [readPrivate(link), readPrivate(place.path)],
      [undefined, undefined],
    );
  },
);

Deno.test(
  "readPrivate() takes another user's file for nothing",
  root,
  () => {
    using place = new Place();
    const path = place.write("file", "text");
    Deno.chownSync(path, 12345, null);
    assertEquals(readPrivate(path), undefined);
  },
);

Deno.test(
  "makePrivateDirectory() makes all that is missing for its owner alone",
  unix,
  async () => {
    using place = new Place();
    const path = place.at("a", "b", "c");
    await makePrivateDirectory(path);
    assertEquals(
      [place.at("a"), place.at("a", "b"), path].map(mode),
      [0o700, 0o700, 0o700],
    );
    Deno.chmodSync(place.at("a"), 0o755);
    await makePrivateDirectory(path);
    assertEquals(mode(place.at("a")), 0o755);
  },
);

Deno.test("replacePrivate() makes a file for its owner alone", async () => {
  using place = new Place();
  const path = place.at("file");
  await replacePrivate(path, bytes("new"));
  assertEquals([Deno.readTextFileSync(path), place.names], ["new", ["file"]]);
  if (Deno.build.os !== "windows") assertEquals(mode(path), 0o600);
});

Deno.test(
  "replacePrivate() makes a file private that was not, and a link a file",
  unix,
  async () => {
    using place = new Place();
    const path = place.write("file", "old", 0o666);
    const link = place.at("link");
    Deno.symlinkSync(place.write("elsewhere", "old"), link);
    await replacePrivate(path, bytes("new"));
    await replacePrivate(link, bytes("new"));
    assertEquals(
      [
        Deno.readTextFileSync(path),
        mode(path),
        Deno.lstatSync(link).isSymlink,
        Deno.readTextFileSync(place.at("elsewhere")),
        place.names,
      ],
      ["new", 0o600, false, "old", ["elsewhere", "file", "link"]],
    );
  },
);

Deno.test("replacePrivate() shows a reader all of the old or all of the new", async () => {
  using place = new Place();
  const path = place.write("file", "a".repeat(100_000));
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

Deno.test("replacePrivate() leaves nothing behind where it fails", async () => {
  using place = new Place();
  Deno.mkdirSync(place.at("directory"));
  await assertRejects(() =>
    replacePrivate(place.at("directory"), bytes("new"))
  );
  await assertRejects(() => replacePrivate(place.at("none", "x"), bytes("x")));
  assertEquals(place.names, ["directory"]);
});

Deno.test("stageReplacement() changes nothing before it is committed", async () => {
  using place = new Place();
  const path = place.write("file", "old");
  const staged = stageReplacement(path, bytes("new"));
  const before = Deno.readTextFileSync(path);
  staged.commit();
  await staged.discard();
  assertEquals(
    [before, Deno.readTextFileSync(path), place.names],
    ["old", "new", ["file"]],
  );
});

Deno.test("stageReplacement() leaves nothing of what is discarded", async () => {
  using place = new Place();
  const path = place.write("file", "old");
  const staged = stageReplacement(path, bytes("new"));
  await staged.discard();
  assertEquals(
    [Deno.readTextFileSync(path), place.names],
    ["old", ["file"]],
  );
});

Deno.test(
  "stageReplacement() takes over the old file's mode",
  unix,
  () => {
    using place = new Place();
    for (const bits of [0o600, 0o644, 0o400, 0o660]) {
      const path = place.write("file", "old", bits);
      const old = Deno.statSync(path);
      stageReplacement(path, bytes("new"), { old }).commit();
      assertEquals([Deno.readTextFileSync(path), mode(path)], ["new", bits]);
      Deno.removeSync(path);
    }
  },
);

Deno.test(
  "stageReplacement() takes over the old file's owner",
  root,
  () => {
    using place = new Place();
    const path = place.write("file", "old");
    Deno.chownSync(path, 12345, 23456);
    const old = Deno.statSync(path);
    stageReplacement(path, bytes("new"), { old }).commit();
    const { uid, gid } = Deno.statSync(path);
    assertEquals([uid, gid, mode(path)], [12345, 23456, 0o600]);
  },
);

Deno.test("followLinks() goes to where a path leads", unix, async () => {
  using place = new Place();
  const file = Deno.realPathSync(place.write("file", "old"));
  Deno.symlinkSync("file", place.at("link"));
  Deno.symlinkSync(place.at("link"), place.at("link to link"));
  const paths = [file, place.at("link"), place.at("link to link")];
  assertEquals(await Promise.all(paths.map(followLinks)), [file, file, file]);
  const none = join(Deno.realPathSync(place.path), "none");
  Deno.symlinkSync(none, place.at("link to none"));
  assertEquals(
    [await followLinks(none), await followLinks(place.at("link to none"))],
    [none, none],
  );
});
