import { whyNotPrivate } from "./read_private.ts";

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

/**
 * Checks that a directory is safe for secrets.
 *
 * @throws {Error} If the directory does not exist, or is not safe for secrets.
 */
export function requirePrivate(path: string): void {
  const reason = whyNotPrivate(path);
  if (reason !== undefined) throw new Error(reason);
}
