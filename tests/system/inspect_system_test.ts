import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  inspectDirectory,
  inspectFile,
  inspectTerminalSupport,
  versions,
} from "../../lib/system/inspect_system.ts";
import { root, unix } from "../guards.ts";

Deno.test(
  "inspectFile() returns the owner and the access of other users",
  unix,
  async () => {
    const folder = Deno.makeTempDirSync();
    try {
      const path = join(folder, "file");
      assertEquals((await inspectFile(path)).kind, "nothing");
      Deno.writeTextFileSync(path, "");
      const cases: readonly (readonly [number, boolean, boolean])[] = [
        [0o600, false, false],
        [0o644, true, false],
        [0o622, false, true],
        [0o666, true, true],
      ];
      for (const [mode, mayOthersRead, mayOthersWrite] of cases) {
        Deno.chmodSync(path, mode);
        assertEquals(await inspectFile(path), {
          path,
          kind: "file",
          mayOthersRead,
          ...(mayOthersWrite && {
            distrust: {
              reason: "other users can write to the file",
              remedy: `run: chmod go-w '${path}'`,
            },
          }),
        });
      }
      assertEquals((await inspectFile(folder)).kind, "directory");
      assertEquals((await inspectFile("/dev/null")).kind, "other");
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
);

Deno.test(
  "inspectFile() reports the owner of a symbolic link",
  root,
  async () => {
    const directory = Deno.makeTempDirSync();
    try {
      const link = join(directory, "link");
      Deno.writeTextFileSync(join(directory, "file"), "");
      Deno.symlinkSync("file", link);
      await new Deno.Command("chown", { args: ["-h", "12345", link] }).output();
      const { distrust } = await inspectFile(link);
      assertEquals(
        distrust?.reason,
        "the symbolic link at this path belongs to user 12345",
      );
      assertEquals((await inspectFile(link, 12345)).distrust, undefined);
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  },
);

Deno.test(
  "inspectDirectory() returns the reason if a directory is not safe for secrets",
  unix,
  async () => {
    const folder = Deno.makeTempDirSync();
    try {
      const link = join(folder, "link");
      Deno.symlinkSync(join(folder, "nowhere"), link);
      assertEquals(await inspectDirectory(folder), undefined);
      assertEquals(await inspectDirectory(join(folder, "none")), undefined);
      assertEquals(await inspectDirectory(link), "the path is a symbolic link");
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
);

Deno.test(
  "inspectTerminalSupport() finds the shell and stty",
  unix,
  async () => {
    const { hasShell, hasStty } = await inspectTerminalSupport({
      PATH: "/usr/bin:/bin",
    });
    assertEquals([hasShell, hasStty], [true, true]);
    const { hasStty: isFound } = await inspectTerminalSupport({
      PATH: "/nowhere",
    });
    assertEquals(isFound, false);
  },
);

Deno.test("versions() returns the version of Deno", () => {
  assertMatch(versions().runtime, /^Deno \d+\.\d+\.\d+/);
});
