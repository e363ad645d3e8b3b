import { removeIfPresent, replacePrivate } from "../system/atomic_write.ts";
import { within } from "../system/path.ts";
import {
  listPrivate,
  preparePrivateDirectory,
} from "../system/private_directory.ts";
import { NOTICE_PREFIX } from "../aws/paths.ts";

const MAX_NOTICES = 200;

/** Formats the notice about variables that are not passed to the command. */
export function heldBackNotice(count: number): string {
  const variables = count === 1 ? "1 variable is" : `${count} variables are`;
  return `${variables} not passed to the command: list with '-v', pass with '-E=NAME,...' or the key env_keep in ~/.aws/assume-role.yaml`;
}

/**
 * Remembers that a notice was printed. Ignores a failure, which only makes the notice
 * appear again.
 *
 * @param file the name of the file in the cache directory
 */
export async function saveNotice(
  directory: string,
  file: string,
): Promise<void> {
  try {
    preparePrivateDirectory(directory);
    const names = listPrivate(directory)
      .filter((name) => name.startsWith(NOTICE_PREFIX));
    // So many notices mean that the variables differ from run to run: remove all notices.
    for (const name of names.length < MAX_NOTICES ? [] : names) {
      await removeIfPresent(within(directory, name));
    }
    await replacePrivate(within(directory, file), new Uint8Array(), {
      isDurable: false,
    });
  } catch {
    // The cache directory cannot be written.
  }
}
