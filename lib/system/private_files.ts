/**
 * Why a directory is no place for secrets, in a few words, or `undefined` where
 * it is one: a directory itself and not a link to one, the user's own, and for
 * nobody else to write to.
 */
export function whyNotPrivate(path: string): string | undefined {
  const { isDirectory, isSymlink, uid, mode } = Deno.lstatSync(path);
  if (isSymlink) return "it is a symbolic link";
  if (!isDirectory) return "it is not a directory";
  if (Deno.build.os === "windows") return undefined;
  if (uid !== Deno.uid()) return "it belongs to another user";
  if (((mode ?? 0) & 0o022) !== 0) return "others may write to it";
  return undefined;
}

/**
 * The text of a file that is the user's alone, or `undefined` where there is
 * none that can be read and trusted: a link, another user's file or one that
 * others can read or write is as good as none.
 */
export function readPrivate(path: string): string | undefined {
  try {
    const { isFile, uid, mode } = Deno.lstatSync(path);
    if (!isFile) return undefined;
    if (Deno.build.os !== "windows") {
      if (uid !== Deno.uid() || ((mode ?? 0) & 0o077) !== 0) return undefined;
    }
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
