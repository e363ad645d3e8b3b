import { within } from "./path.ts";
import { whyNotPrivate } from "./private_files.ts";
import { makePrivateDirectory, removeIfPresent } from "./atomic_write.ts";

/**
 * Makes a directory for secrets, or makes sure that it is one.
 *
 * @throws where it cannot be made, or is no place for secrets
 */
export async function preparePrivateDirectory(path: string): Promise<void> {
  await makePrivateDirectory(path);
  requirePrivate(path);
  if (Deno.build.os !== "windows") await Deno.chmod(path, 0o700);
}

/**
 * The names of what is in a directory for secrets; none where there is no such
 * directory.
 *
 * @throws where it is no place for secrets
 */
export async function listPrivate(path: string): Promise<readonly string[]> {
  try {
    requirePrivate(path);
    return await Array.fromAsync(Deno.readDir(path), ({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function requirePrivate(path: string): void {
  const reason = whyNotPrivate(path);
  if (reason !== undefined) throw new Error(reason);
}

/** Removes the files of a directory that are older and that the test picks. */
export async function removeOlder(
  directory: string,
  before: number,
  picks: (name: string) => boolean,
): Promise<void> {
  for await (const { name, isFile } of Deno.readDir(directory)) {
    if (!isFile || !picks(name)) continue;
    const path = within(directory, name);
    const time = await modified(path);
    if (time !== undefined && time < before) await removeIfPresent(path);
  }
}

/** When a file was changed last; `undefined` where it has gone meanwhile. */
async function modified(path: string): Promise<number | undefined> {
  try {
    return (await Deno.lstat(path)).mtime?.getTime();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
