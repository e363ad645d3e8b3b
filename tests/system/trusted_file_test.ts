import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path/join";
import { readTrusted } from "../../lib/system/trusted_file.ts";

const unix = { ignore: Deno.build.os === "windows" };
const root = { ignore: Deno.build.os === "windows" || Deno.uid() !== 0 };

/** A file in a directory of its own. */
class Place implements Disposable {
  readonly directory = Deno.makeTempDirSync();
  readonly path = join(this.directory, "assume-role.yaml");

  constructor() {
    Deno.writeTextFileSync(this.path, "text\n");
    if (Deno.build.os !== "windows") Deno.chmodSync(this.path, 0o600);
  }

  link(): string {
    const path = join(this.directory, "link");
    Deno.symlinkSync(this.path, path);
    return path;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.directory, { recursive: true });
  }
}

async function failure(path: string): Promise<unknown> {
  const { name, message, hint } = await assertRejects(async () =>
    await readTrusted(path)
  );
  return { name, message, hint };
}

const refusal = (path: string, reason: string, remedy: string) => ({
  name: "ConfigError",
  message: `Refused to use ${path}: ${reason}`,
  hint: `if you trust what is in it: ${remedy}`,
});

Deno.test(
  "readTrusted() reads the user's own file, and a link to it",
  unix,
  () => {
    using place = new Place();
    for (const mode of [0o600, 0o644, 0o444, 0o755]) {
      Deno.chmodSync(place.path, mode);
      assertEquals(readTrusted(place.path), "text\n");
    }
    assertEquals(readTrusted(place.link()), "text\n");
  },
);

Deno.test("readTrusted() has nothing of a file that is not there", async () => {
  using place = new Place();
  const link = place.link();
  Deno.removeSync(place.path);
  const paths = [place.path, join(place.path, "x"), link];
  assertEquals(await Promise.all(paths.map(readTrusted)), [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test(
  "readTrusted() refuses a file that all may write to, also by a link",
  unix,
  async () => {
    using place = new Place();
    const link = place.link();
    for (const mode of [0o602, 0o666, 0o777]) {
      Deno.chmodSync(place.path, mode);
      for (const path of [place.path, link]) {
        assertEquals(
          await failure(path),
          refusal(path, "others may write to it", `chmod go-w '${path}'`),
        );
      }
    }
  },
);

Deno.test(
  "readTrusted() refuses a file that a group of others may write to",
  root,
  async () => {
    using place = new Place();
    Deno.chownSync(place.path, null, 23456);
    Deno.chmodSync(place.path, 0o660);
    assertEquals(
      await failure(place.path),
      refusal(
        place.path,
        "others may write to it",
        `chmod go-w '${place.path}'`,
      ),
    );
  },
);

Deno.test(
  "readTrusted() refuses another user's file, and another user's link",
  root,
  async () => {
    using place = new Place();
    const link = place.link();
    const other = (path: string) =>
      refusal(path, "it belongs to another user", `chown 0 '${path}'`);
    const chown = (path: string, uid: number) =>
      new Deno.Command("chown", { args: ["-h", `${uid}`, path] }).output();
    await chown(link, 12345);
    assertEquals(await failure(link), other(link));
    await chown(link, 0);
    assertEquals(readTrusted(link), "text\n");
    await chown(place.path, 12345);
    assertEquals(await failure(link), other(link));
    assertEquals(await failure(place.path), other(place.path));
  },
);

Deno.test("readTrusted() says why a file cannot be read", unix, async () => {
  using place = new Place();
  const loop = join(place.directory, "loop");
  Deno.symlinkSync(loop, loop);
  const cases: readonly (readonly [string, string])[] = [
    [place.directory, "it is a directory"],
    [loop, "its symbolic links lead in a circle"],
  ];
  for (const [path, reason] of cases) {
    assertEquals(await failure(path), {
      name: "ConfigError",
      message: `Cannot read ${path}: ${reason}`,
      hint: undefined,
    });
  }
});
