import {
  isTemporary,
  makePrivateDirectory,
  temporaryPath,
} from "./atomic_write.ts";
import { dirname } from "./dirname.ts";
import { exists } from "./files.ts";
import { removeAbandoned } from "./held_file.ts";
import { IS_WINDOWS, isAbsolute, within } from "./path.ts";

/**
 * The age from which a temporary file without a lock counts as the leftover of a killed
 * process. A process locks a new temporary file at once, but not on Windows.
 */
const MIN_AGE_MS = IS_WINDOWS ? 600_000 : 1000;

/**
 * Removes the temporary files that killed processes left in a directory. The temporary file
 * of a live process stays.
 *
 * @param now the time, in milliseconds since the epoch
 * @throws {Error} If the directory cannot be read
 */
export async function removeTemporaries(
  directory: string,
  now: number,
): Promise<void> {
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(directory)) {
    if (isFile && isTemporary(name)) names.push(name);
  }
  await Promise.all(names.map(async (name) => {
    const path = within(directory, name);
    const changedAt = await findModificationTime(path);
    if (changedAt < now - MIN_AGE_MS) await removeAbandoned(path);
  }));
}

/** Returns the time of a file's last change; `Infinity` if the file is missing. */
export async function findModificationTime(path: string): Promise<number> {
  try {
    return (await Deno.lstat(path)).mtime?.getTime() ?? Infinity;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return Infinity;
    throw error;
  }
}

/**
 * Checks that a file can be created in a directory: creates a file and removes the file.
 *
 * @throws {Error} If no file can be created
 */
export function tryToWrite(directory: string): void {
  const path = temporaryPath(within(directory, "file"));
  Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  Deno.removeSync(path);
}

/**
 * Creates a private directory if it is missing, and checks that a file can be created in it.
 *
 * @throws {Error} If no file can be created, or a new directory would be in the directory of
 * another user, who could not use the new directory
 */
export function prepareOwnDirectory(path: string): void {
  if (!exists(path) && !IS_WINDOWS) {
    let parent = dirname(path);
    while (!exists(parent)) parent = dirname(parent);
    const { uid } = Deno.statSync(parent);
    if (uid !== Deno.uid()) throw new Error(`${parent} belongs to user ${uid}`);
  }
  makePrivateDirectory(path);
  tryToWrite(path);
}

/** The name of the file in a {@linkcode pageDirectory}. */
export const PAGE_NAME = "console.html";

/** Returns the path of a new directory for a page that the browser reads. */
export function pageDirectory(parent: string): string {
  return within(parent, `assume-role-${crypto.randomUUID()}`);
}

/**
 * Removes the directory of a page that a killed process left behind, and the page. Does
 * nothing if no such directory of the user is at the path.
 *
 * @throws {Error} If the directory has other files, or cannot be removed
 */
export async function removePage(directory: string): Promise<void> {
  if (!isAbsolute(directory)) return;
  if (
    !/[\\/]assume-role-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(
      directory,
    )
  ) {
    return;
  }
  try {
    const { isDirectory, uid } = await Deno.lstat(directory);
    if (!isDirectory || !IS_WINDOWS && uid !== Deno.uid()) return;
    await Deno.remove(within(directory, PAGE_NAME)).catch(() => {});
    await Deno.remove(directory);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
