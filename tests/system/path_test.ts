import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { dirname as posixDirname } from "@std/path/posix/dirname";
import { join as posixJoin } from "@std/path/posix/join";
import { resolve as posixResolve } from "@std/path/posix/resolve";
import { dirname as windowsDirname } from "@std/path/windows/dirname";
import { join as windowsJoin } from "@std/path/windows/join";
import { placesOf } from "../../lib/system/path.ts";

const POSIX = placesOf(false);
const WINDOWS = placesOf(true);

const name = fc.string({ minLength: 1, maxLength: 8 })
  .filter((text) => !/[\\/:\0]/.test(text) && !/^\.+$/.test(text));
const names = fc.array(name, { maxLength: 5 });

function allAbove(path: string, dirname: (path: string) => string): string[] {
  const above = dirname(path);
  return above === path ? [path] : [path, ...allAbove(above, dirname)];
}

Deno.test("upwards() goes by each directory once, as dirname() does", () => {
  fc.assert(fc.property(names, (names) => {
    const path = `/${names.join("/")}`;
    assertEquals(POSIX.upwards(path), allAbove(path, posixDirname));
    for (const root of ["C:\\", "\\\\server\\share\\"]) {
      const path = root + names.join("\\");
      assertEquals(WINDOWS.upwards(path), allAbove(path, windowsDirname));
    }
  }));
});

Deno.test("within() puts names together as join() does", () => {
  fc.assert(fc.property(names, name, (names, name) => {
    for (const end of ["", "/"]) {
      const directory = `/${names.join("/")}${end}`;
      assertEquals(POSIX.within(directory, name), posixJoin(directory, name));
      const windows = `C:\\${names.join("\\")}${end}`;
      assertEquals(WINDOWS.within(windows, name), windowsJoin(windows, name));
    }
  }));
});

Deno.test("from() leads to where resolve() does", () => {
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

Deno.test("expand() replaces what is set, as Python does on each system", () => {
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
  for (const [path, elsewhere, onWindows] of cases) {
    assertEquals(POSIX.expand(path, env), elsewhere);
    assertEquals(WINDOWS.expand(path, env), onWindows);
  }
});
