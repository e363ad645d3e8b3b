// Pure: no I/O.
import { dirname, join } from "../path.ts";

/** The name of the configuration file. */
export const CONFIG_NAME = "assume-role.yaml";

/** The files to look for, from the working directory up to the root. */
export function projectPaths(cwd: string): readonly string[] {
  const paths: string[] = [];
  for (let dir = cwd;; dir = dirname(dir)) {
    paths.push(join(dir, CONFIG_NAME));
    if (dirname(dir) === dir) return paths;
  }
}

/** The user's own file. */
export function userPath(home: string): string {
  return join(home, ".aws", CONFIG_NAME);
}
