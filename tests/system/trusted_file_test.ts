import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path/join";
import type { ConfigError } from "../../lib/errors.ts";
import { explainDistrust } from "../../lib/system/distrust.ts";
import { readTrusted } from "../../lib/system/trusted_file.ts";
import { root, unix } from "../guards.ts";

/** Configuration file in a temporary directory. */
class TestFile implements Disposable {
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
  const error = await assertRejects(async () => await readTrusted(path));
  const { name, message, hint } = explainDistrust(error) as ConfigError;
  return { name, message, hint };
}

const refusal = (path: string, reason: string, remedy: string) => ({
  name: "ConfigError",
  message: `Cannot use ${path}: ${reason}`,
  hint: `check the contents of the file, then ${remedy}`,
});

Deno.test(
  "readTrusted() reads the user's own file, and a link to it",
  unix,
  async () => {
    using file = new TestFile();
    for (const mode of [0o600, 0o644, 0o444, 0o755]) {
      Deno.chmodSync(file.path, mode);
      assertEquals(await readTrusted(file.path), { text: "text\n" });
    }
    assertEquals(await readTrusted(file.link()), { text: "text\n" });
  },
);

Deno.test("readTrusted() returns undefined if there is no file", async () => {
  using file = new TestFile();
  const link = file.link();
  Deno.removeSync(file.path);
  const paths = [file.path, join(file.path, "x"), link];
  assertEquals(await Promise.all(paths.map(readTrusted)), [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test(
  "readTrusted() refuses a file that every user can write to, also through a link",
  unix,
  async () => {
    using file = new TestFile();
    const link = file.link();
    for (const mode of [0o602, 0o666, 0o777]) {
      Deno.chmodSync(file.path, mode);
      for (const path of [file.path, link]) {
        assertEquals(
          await failure(path),
          refusal(
            path,
            "other users can write to the file",
            `run: chmod go-w '${path}'`,
          ),
        );
      }
    }
  },
);

Deno.test(
  "readTrusted() refuses a file that another group can write to",
  root,
  async () => {
    using file = new TestFile();
    Deno.chownSync(file.path, null, 23456);
    Deno.chmodSync(file.path, 0o660);
    assertEquals(
      await failure(file.path),
      refusal(
        file.path,
        "other users can write to the file",
        `run: chmod go-w '${file.path}'`,
      ),
    );
  },
);

Deno.test(
  "readTrusted() refuses another user's file, and another user's link",
  root,
  async () => {
    using file = new TestFile();
    const link = file.link();
    const other = (path: string, owned: string) =>
      refusal(
        path,
        `${owned} belongs to user 12345`,
        `run assume-role as user 12345, for example with 'sudo -u "#12345"' or 'docker run --user 12345'`,
      );
    const chown = (path: string, uid: number) =>
      new Deno.Command("chown", { args: ["-h", `${uid}`, path] }).output();
    await chown(link, 12345);
    assertEquals(
      await failure(link),
      other(link, "the symbolic link at this path"),
    );
    await chown(link, 0);
    assertEquals(await readTrusted(link), { text: "text\n" });
    await chown(file.path, 12345);
    assertEquals(
      await failure(link),
      other(link, "the file, to which the symbolic link leads,"),
    );
    assertEquals(await failure(file.path), other(file.path, "the file"));
  },
);

Deno.test(
  "readTrusted() gives the reason if a file cannot be read",
  unix,
  async () => {
    using file = new TestFile();
    const loop = join(file.directory, "loop");
    Deno.symlinkSync(loop, loop);
    const cases: readonly (readonly [string, string])[] = [
      [file.directory, "is a directory"],
      [loop, "too many levels of symbolic links"],
    ];
    for (const [path, reason] of cases) {
      assertEquals(await failure(path), {
        name: "ConfigError",
        message: `Cannot read ${path}: ${reason}`,
        hint: undefined,
      });
    }
  },
);
