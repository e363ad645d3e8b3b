import { removeIfPresent, replacePrivate } from "./atomic_write.ts";
import { within } from "./path.ts";
import { listPrivate } from "./list_private.ts";
import { preparePrivateDirectory } from "./private_directory.ts";

/** The most notices that are remembered; all are removed if there are more. */
const MAX_NOTICES = 200;

/**
 * Remembers that a notice was printed: creates an empty file in the cache directory. Ignores
 * a failure, which only makes the notice appear again.
 *
 * @param prefix the start of the names of such files
 * @param file the name of the file
 */
export async function saveNotice(
  directory: string,
  prefix: string,
  file: string,
): Promise<void> {
  try {
    preparePrivateDirectory(directory);
    const names = listPrivate(directory)
      .filter((name) => name.startsWith(prefix));
    // So many notices mean that their subjects differ from run to run.
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
