import { IS_WINDOWS, within } from "./path.ts";
import { requirePrivate } from "./list_private.ts";
import { makePrivateDirectory, removeIfPresent } from "./atomic_write.ts";
import { findModificationTime } from "./leftovers.ts";

/**
 * Creates a private directory, or checks an existing directory and makes it private.
 *
 * @throws {Error} If the directory cannot be created, or is not safe for secrets.
 */
export function preparePrivateDirectory(path: string): void {
  makePrivateDirectory(path);
  requirePrivate(path);
  if (!IS_WINDOWS) Deno.chmodSync(path, 0o700);
}

/**
 * Removes the files of a directory that were last changed too long ago.
 *
 * @param now The time, in milliseconds since the epoch.
 * @param maxAgeOf Returns the age, in milliseconds, from which a file with this name is
 * removed; `undefined` if the file stays.
 */
export async function removeOlder(
  directory: string,
  now: number,
  maxAgeOf: (name: string) => number | undefined,
): Promise<void> {
  for await (const { name, isFile } of Deno.readDir(directory)) {
    const maxAge = isFile ? maxAgeOf(name) : undefined;
    if (maxAge === undefined) continue;
    const path = within(directory, name);
    const time = await findModificationTime(path);
    if (time < now - maxAge) await removeIfPresent(path);
  }
}
