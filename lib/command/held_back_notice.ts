import { NOTICE_PREFIX } from "../aws/paths.ts";
import { inspectHome } from "../system/home_access.ts";
import type { Input } from "../host.ts";
import { saveNotice } from "../system/notices.ts";

/** Formats the notice about variables that are not passed to the command. */
export function heldBackNotice(count: number): string {
  const variables = count === 1 ? "1 variable is" : `${count} variables are`;
  return `${variables} not passed to the command: list with '-v', pass with '-E=NAME,...' or the key env_keep in ~/.aws/assume-role.yaml`;
}

/**
 * Remembers that the notice was printed, unless nothing may be saved in the user's home.
 *
 * @param directory the cache directory
 * @param file the name of the notice's file
 */
export async function saveHeldBackNotice(
  directory: string,
  file: string,
  { env, home }: Pick<Input, "env" | "home">,
): Promise<void> {
  const maySave = env.ASSUME_ROLE_CACHE_DIR || inspectHome(home).kind === "own";
  if (maySave) await saveNotice(directory, NOTICE_PREFIX, file);
}
