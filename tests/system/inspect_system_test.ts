import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  inspectDirectory,
  inspectFile,
  inspectTerminalSupport,
  versions,
} from "../../lib/system/inspect_system.ts";
import { unix } from "../guards.ts";

Deno.test(
  "inspectFile() returns the owner and the access of other users",
  unix,
  async () => {
    const root = Deno.makeTempDirSync();
    try {
      const path = join(root, "file");
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
          owner: "user",
          mayOthersRead,
          mayOthersWrite,
        });
      }
      assertEquals((await inspectFile(root)).kind, "directory");
      assertEquals((await inspectFile("/dev/null")).kind, "other");
    } finally {
      Deno.removeSync(root, { recursive: true });
    }
  },
);

Deno.test(
  "inspectDirectory() returns the reason if a directory is not safe for secrets",
  unix,
  async () => {
    const root = Deno.makeTempDirSync();
    try {
      const link = join(root, "link");
      Deno.symlinkSync(join(root, "nowhere"), link);
      assertEquals(await inspectDirectory(root), undefined);
      assertEquals(await inspectDirectory(join(root, "none")), undefined);
      assertEquals(await inspectDirectory(link), "the path is a symbolic link");
    } finally {
      Deno.removeSync(root, { recursive: true });
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
