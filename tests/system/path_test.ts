import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { dirname as posixDirname } from "@std/path/posix/dirname";
import { join as posixJoin } from "@std/path/posix/join";
import { resolve as posixResolve } from "@std/path/posix/resolve";
import { dirname as windowsDirname } from "@std/path/windows/dirname";
import { join as windowsJoin } from "@std/path/windows/join";
import { createPathFunctions } from "../../lib/system/path.ts";

const POSIX = createPathFunctions(false);
const WINDOWS = createPathFunctions(true);

const name = fc.string({ minLength: 1, maxLength: 8 })
  .filter((text) => !/[\\/:\0]/.test(text) && !/^\.+$/.test(text));
const names = fc.array(name, { maxLength: 5 });

function listAncestors(
  path: string,
  dirname: (path: string) => string,
): string[] {
  const above = dirname(path);
  return above === path ? [path] : [path, ...listAncestors(above, dirname)];
}

Deno.test("withAncestors() lists the directories that repeated dirname() calls return", () => {
  fc.assert(fc.property(names, (names) => {
    const path = `/${names.join("/")}`;
    assertEquals(POSIX.withAncestors(path), listAncestors(path, posixDirname));
    for (const root of ["C:\\", "\\\\server\\share\\"]) {
      const path = root + names.join("\\");
      assertEquals(
        WINDOWS.withAncestors(path),
        listAncestors(path, windowsDirname),
      );
    }
  }));
});

Deno.test("withAncestors() lists no directory outside the working directory for a relative path", () => {
  assertEquals(POSIX.withAncestors("a/b"), ["a/b", "a", "."]);
  assertEquals(WINDOWS.withAncestors("a\\b"), ["a\\b", "a", "."]);
});

Deno.test("within() joins names like join()", () => {
  fc.assert(fc.property(names, name, (names, name) => {
    for (const end of ["", "/"]) {
      const directory = `/${names.join("/")}${end}`;
      assertEquals(POSIX.within(directory, name), posixJoin(directory, name));
      const windows = `C:\\${names.join("\\")}${end}`;
      assertEquals(WINDOWS.within(windows, name), windowsJoin(windows, name));
    }
  }));
});

Deno.test("from() returns a path to the same file as resolve()", () => {
  for (const path of ["a", "a/b", "/a", "/", "//a"]) {
    const normal = posixResolve("/home/x", path);
    assertEquals(posixResolve(POSIX.from("/home/x", path)), normal);
  }
  assertEquals(POSIX.from("/home/x", "../a"), "/home/x/../a");
  const windows = [
    "a",
    "..\\a",
    "C:\\a",
    "D:/a",
    "\\a",
    "\\\\server\\share\\a",
  ];
  assertEquals(windows.map((path) => WINDOWS.from("C:\\home", path)), [
    "C:\\home\\a",
    "C:\\home\\..\\a",
    ...windows.slice(2),
  ]);
});

Deno.test("expand() replaces the variables that are set, as Python does on each system", () => {
  const env = { HOME: "/home/a", B_1: "b", Path: "p", EMPTY: "" };
  const cases: readonly (readonly [string, string, string])[] = [
    ["/x", "/x", "/x"],
    ["$HOME/x", "/home/a/x", "/home/a/x"],
    ["${HOME}/$B_1.c", "/home/a/b.c", "/home/a/b.c"],
    [
      "$NONE/${NONE}/%NONE%/$",
      "$NONE/${NONE}/%NONE%/$",
      "$NONE/${NONE}/%NONE%/$",
    ],
    ["$EMPTY/x${EMPTY}", "/x", "/x"],
    ["$HOMEx ${HOME", "$HOMEx ${HOME", "$HOMEx ${HOME"],
    ["%HOME%\\x%%$$HOME", "%HOME%\\x%%$/home/a", "/home/a\\x%$HOME"],
    ["$PATH %path%", "$PATH %path%", "p p"],
    ["'$HOME' $HOME", "'/home/a' /home/a", "'$HOME' /home/a"],
  ];
  for (const [path, onUnix, onWindows] of cases) {
    assertEquals(POSIX.expand(path, env), onUnix);
    assertEquals(WINDOWS.expand(path, env), onWindows);
  }
});
