import { isSame } from "../system/bytes.ts";
import { readRegular } from "../system/files.ts";

/** The state of a copy that the command could write to. */
export type CopyState = "missing" | "unchanged" | "changed";

/** Compares a copy with its original content. A file of another kind counts as changed. */
export async function readCopyState(
  path: string,
  content: Uint8Array,
): Promise<CopyState> {
  try {
    const { isFile, size } = await Deno.lstat(path);
    if (!isFile || size !== content.length) return "changed";
    return isSame(await readRegular(path), content) ? "unchanged" : "changed";
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? "missing" : "changed";
  }
}

/**
 * Sets the modification time of a file, if possible.
 *
 * @param now The time in milliseconds since the epoch
 */
export async function touch(path: string, now: number): Promise<void> {
  try {
    await Deno.utime(path, now / 1000, now / 1000);
  } catch {
    // The command removed or replaced the file, which is not an error.
  }
}
