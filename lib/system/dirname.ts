// Pure: no I/O.
/**
 * What this system makes of a path, from the two halves of @std/path. Its whole
 * finds out for itself which half is meant, and has Deno load what it keeps for
 * programs of Node's for that. What every run needs of paths is in `place.ts`.
 */
// @ts-types="../types/std_path.d.ts"
import { dirname as posixDirname } from "@std/path/posix/dirname";
// @ts-types="../types/std_path.d.ts"
import { dirname as windowsDirname } from "@std/path/windows/dirname";

/** The directory that a path is in. */
export const dirname: (path: string) => string = Deno.build.os === "windows"
  ? windowsDirname
  : posixDirname;
