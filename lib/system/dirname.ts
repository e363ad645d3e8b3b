// Pure: no I/O.
/**
 * `dirname()` for this system, from the modules of @std/path for Unix and Windows. The
 * main module of @std/path is not imported, because the way in which it detects the
 * system makes Deno load its compatibility layer for Node.js. The path functions that
 * every run needs are in `path.ts`.
 */
// @ts-types="../types/std_path.d.ts"
import { dirname as posixDirname } from "@std/path/posix/dirname";
// @ts-types="../types/std_path.d.ts"
import { dirname as windowsDirname } from "@std/path/windows/dirname";
import { IS_WINDOWS } from "./path.ts";

/** Returns the directory of a path. */
export const dirname: (path: string) => string = IS_WINDOWS
  ? windowsDirname
  : posixDirname;
