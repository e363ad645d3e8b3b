// @ts-types="../types/std_path.d.ts"
import { dirname } from "@std/path/dirname";
// @ts-types="../types/std_path.d.ts"
import { join } from "@std/path/join";

/** The bytes of a file, or `undefined` where there is none. */
export async function readIfPresent(
  path: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** The text of a file, or `undefined` where there is none. */
export async function readTextIfPresent(
  path: string,
): Promise<string | undefined> {
  const bytes = await readIfPresent(path);
  return bytes && new TextDecoder().decode(bytes);
}

/**
 * The text of a file that is the user's alone, or `undefined` where there is
 * none that can be read and trusted: a link, another user's file or one that
 * others can write to is as good as none.
 */
export async function readPrivate(path: string): Promise<string | undefined> {
  try {
    const { isFile, uid, mode } = await Deno.lstat(path);
    if (!isFile) return undefined;
    if (Deno.build.os !== "windows") {
      if (uid !== Deno.uid() || ((mode ?? 0) & 0o022) !== 0) return undefined;
    }
    return await Deno.readTextFile(path);
  } catch {
    return undefined;
  }
}

/** Makes a directory that only its owner can enter, and those above it. */
export async function makePrivateDirectory(path: string): Promise<void> {
  await Deno.mkdir(path, { recursive: true, mode: 0o700 });
}

/**
 * Replaces a file in one step: whoever reads it sees all of the old or all of
 * the new content, also after a crash. A new file is for its owner alone; an
 * existing one keeps its mode and owner; a symbolic link stays one.
 */
export async function replaceFile(
  path: string,
  content: Uint8Array,
): Promise<void> {
  const target = await followLinks(path);
  const old = await statIfPresent(target);
  const suffix = crypto.randomUUID().slice(0, 8);
  const temporary = join(dirname(target), `.assume-role-${suffix}.tmp`);
  const file = await Deno.open(temporary, {
    write: true,
    createNew: true,
    mode: 0o600,
  });
  try {
    try {
      if (old !== undefined) await keepOwnerAndMode(temporary, old);
      await writeAll(file, content);
      await file.sync();
    } finally {
      file.close();
    }
    await Deno.rename(temporary, target);
  } catch (error) {
    await removeIfPresent(temporary);
    throw error;
  }
}

/** Removes a file; one that is not there is as good as removed. */
export async function removeIfPresent(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!isAbsence(error)) throw error;
  }
}

/** What a path is, or `undefined` where there is nothing. */
export async function statIfPresent(
  path: string,
): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Whether an error says that a file, or a directory on the way to it, is not there. */
function isAbsence(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound;
}

async function followLinks(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (!isAbsence(error)) throw error;
    return path;
  }
}

async function keepOwnerAndMode(
  path: string,
  old: Deno.FileInfo,
): Promise<void> {
  if (Deno.build.os === "windows" || old.mode === null) return;
  const made = await Deno.stat(path);
  if (made.uid !== old.uid || made.gid !== old.gid) {
    await Deno.chown(path, old.uid, old.gid);
  }
  await Deno.chmod(path, old.mode & 0o7777);
}

async function writeAll(file: Deno.FsFile, content: Uint8Array): Promise<void> {
  for (let at = 0; at < content.length;) {
    at += await file.write(content.subarray(at));
  }
}
