// Pure: no I/O.
/**
 * Paths as this system writes them, from the two halves of @std/path. Its whole
 * finds out for itself which half is meant, and has Deno load what it keeps for
 * programs of Node's for that: as much as all the rest of a cached run.
 */
// @ts-types="./types/std_path.d.ts"
import { dirname as posixDirname } from "@std/path/posix/dirname";
// @ts-types="./types/std_path.d.ts"
import { join as posixJoin } from "@std/path/posix/join";
// @ts-types="./types/std_path.d.ts"
import { resolve as posixResolve } from "@std/path/posix/resolve";
// @ts-types="./types/std_path.d.ts"
import { dirname as windowsDirname } from "@std/path/windows/dirname";
// @ts-types="./types/std_path.d.ts"
import { join as windowsJoin } from "@std/path/windows/join";
// @ts-types="./types/std_path.d.ts"
import { resolve as windowsResolve } from "@std/path/windows/resolve";

const isWindows = Deno.build.os === "windows";

/** The directory that a path is in. */
export const dirname: (path: string) => string = isWindows
  ? windowsDirname
  : posixDirname;

/** Puts the parts of a path together. */
export const join: (...parts: string[]) => string = isWindows
  ? windowsJoin
  : posixJoin;

/** An absolute path, from the working directory where the parts are relative. */
export const resolve: (...parts: string[]) => string = isWindows
  ? windowsResolve
  : posixResolve;
