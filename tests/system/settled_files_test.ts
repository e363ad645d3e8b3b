import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { versionOf } from "../../lib/system/files.ts";
import { readBytesIfPresent } from "../../lib/system/read_file.ts";
import {
  readSettled,
  readSettledFile,
} from "../../lib/system/settled_files.ts";
import { unix } from "../guards.ts";

/** A file in a directory of its own, both of which were changed long ago. */
class OldFile implements Disposable {
  readonly directory = Deno.makeTempDirSync();
  readonly path = join(this.directory, "file");
  readonly changedAt = 1_700_000_000_000;

  constructor(content: string) {
    Deno.writeTextFileSync(this.path, content);
    for (const path of [this.path, this.directory]) {
      Deno.utimeSync(path, this.changedAt / 1000, this.changedAt / 1000);
    }
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.directory, { recursive: true });
  }
}

Deno.test("a file counts as completely written 200 ms after its last change, or after 1 s if the file looks incomplete", () => {
  using file = new OldFile("");
  for (
    const [content, quietMs] of [
      ["line\n", 200],
      [new TextEncoder().encode("line\n"), 200],
      ["", 1000],
      ["half", 1000],
      [new TextEncoder().encode("half"), 1000],
    ] as const
  ) {
    assertEquals(
      [-5000, -10, 0, quietMs - 1, quietMs, 1e9].map((age) =>
        versionOf(file.path, content, file.changedAt + age).unsettledMs
      ),
      // If the last change is seconds in the future, the file counts as settled.
      [0, quietMs + 10, quietMs, 1, 0, 0].map((left) =>
        left === 0 && content === "" ? 20 : left
      ),
    );
  }
});

Deno.test("a missing file is settled some time after the last change of its directory", () => {
  using file = new OldFile("");
  const missing = join(file.directory, "missing");
  const { unsettledMs } = versionOf(missing, undefined, file.changedAt);
  assertEquals(unsettledMs, 20);
  assertEquals(versionOf(join(missing, "x"), undefined, 0).unsettledMs, 0);
});

Deno.test("a device is always settled", unix, () => {
  assertEquals(versionOf("/dev/null", "", Date.now()).unsettledMs, 0);
});

Deno.test("if a file has just changed, readSettledFile() reads the file again", async () => {
  using file = new OldFile("old\n");
  const read = async (path: string) => await Deno.readTextFile(path);
  Deno.writeTextFileSync(file.path, "");
  const reading = readSettledFile(file.path, read, Date.now);
  setTimeout(() => Deno.writeTextFileSync(file.path, "new\n"), 20);
  assertEquals(await reading, "new\n");
});

Deno.test("readSettledFile() waits for a file that was removed a moment ago", async () => {
  using file = new OldFile("old\n");
  const read = async (path: string) => await readBytesIfPresent(path);
  Deno.removeSync(file.path);
  const reading = readSettledFile(file.path, read, Date.now);
  setTimeout(() => Deno.writeTextFileSync(file.path, "new\n"), 5);
  assertEquals(new TextDecoder().decode(await reading), "new\n");
});

Deno.test("if a file changed long ago, readSettled() reads the file only once", async () => {
  using file = new OldFile("old\n");
  let reads = 0;
  await readSettled(() => {
    reads++;
    return { versions: [versionOf(file.path, "old\n", Date.now())] };
  });
  assertEquals(reads, 1);
});

Deno.test("if an empty file changed long ago, readSettledFile() reads the file again after 20 ms", async () => {
  using file = new OldFile("");
  // Linux can show the new size of a truncated file before the new time of the change.
  for (
    const [contents, expected] of [[["", "new\n"], "new\n"], [
      ["", ""],
      "",
    ]] as const
  ) {
    const left = contents.values();
    const read = () => Promise.resolve(left.next().value!);
    assertEquals(await readSettledFile(file.path, read, Date.now), expected);
    assertEquals(left.next().done, true);
  }
});

Deno.test("readSettled() returns the longest content if a file never settles", async () => {
  const contents = ["", "whole\n", "who"];
  let reads = 0;
  const { content } = await readSettled(() => {
    const content = contents[reads++ % contents.length]!;
    const { length } = content;
    const version = { length, stamp: "", unsettledMs: 1000 };
    return { content, versions: [{ path: "/x", ...version }] };
  });
  assertEquals(content, "whole\n");
});

Deno.test("readSettled() reads for 20 ms if a file is missing in a directory that keeps changing", async () => {
  const missing = {
    path: "/x",
    maxWaitMs: 20,
    length: 0,
    stamp: "",
    unsettledMs: 1000,
  };
  let reads = 0;
  await readSettled(() => {
    reads++;
    return { versions: [missing] };
  });
  assertEquals(reads, 2);
});
