import { IS_WINDOWS, within } from "./path.ts";
import { whyNotPrivate } from "./read_private.ts";
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
 * Lists the names in a private directory. The list is empty if there is no directory.
 *
 * @throws {Error} If the directory is not safe for secrets.
 */
export function listPrivate(path: string): readonly string[] {
  try {
    requirePrivate(path);
    return Array.from(Deno.readDirSync(path), ({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function requirePrivate(path: string): void {
  const reason = whyNotPrivate(path);
  if (reason !== undefined) throw new Error(reason);
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
