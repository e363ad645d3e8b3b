// Pure: no I/O.
import { upwards, within } from "../system/path.ts";

/** The name of the configuration file. */
export const CONFIG_NAME = "assume-role.yaml";

/** The files to look for, from the working directory up to the root. */
export function projectPaths(cwd: string): readonly string[] {
  return upwards(cwd).map((directory) => within(directory, CONFIG_NAME));
}

/** The user's own file. */
export function userPath(home: string): string {
  return within(home, ".aws", CONFIG_NAME);
}
