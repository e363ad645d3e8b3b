import { isSame } from "../system/bytes.ts";

/** What has become of a file that somebody else could write to. */
export type CopyState = "nothing" | "unchanged" | "changed";

/**
 * Tells what has become of a file of this content. Whatever is there is not
 * opened unless it can be that file: a pipe would not end, nor would a device.
 */
export async function copyStateOf(
  path: string,
  content: Uint8Array,
): Promise<CopyState> {
  try {
    const { isFile, size } = await Deno.lstat(path);
    if (!isFile || size !== content.length) return "changed";
    return isSame(await Deno.readFile(path), content) ? "unchanged" : "changed";
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? "nothing" : "changed";
  }
}

/** Gives a file, or whatever else is there, another name. */
export async function moveFile(from: string, to: string): Promise<void> {
  await Deno.rename(from, to);
}

/** Makes a file as new as a time in milliseconds, where that can be done. */
export async function touch(path: string, now: number): Promise<void> {
  try {
    await Deno.utime(path, now / 1000, now / 1000);
  } catch {
    // It is gone, or of another kind: nothing depends on it.
  }
}
