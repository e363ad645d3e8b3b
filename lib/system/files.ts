import { dirname, join, resolve } from "../path.ts";
import { reasonOf } from "./reason.ts";

/** Whether a name is that of a file that was to replace another, and did not get there. */
export function isTemporary(name: string): boolean {
  return /^\.assume-role-[0-9a-f]{8}\.tmp$/.test(name);
}

/**
 * The text of a file.
 *
 * @throws an error whose message is the reason, in a few words
 */
export async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
}

/** The text of a file, or `undefined` where there is none. */
export function readTextIfPresent(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** The bytes of a file, or `undefined` where there is none. */
export async function readBytesIfPresent(
  path: string,
): Promise<Uint8Array | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Whether two contents are the same. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
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

/** What a path leads to, as far as it matters for writing there. */
export async function kindOf(
  path: string,
): Promise<"nothing" | "file" | "directory" | "device" | "other"> {
  const info = await statIfPresent(path);
  if (info === undefined) return "nothing";
  const { isFile, isDirectory, isCharDevice } = info;
  if (isFile) return "file";
  return isDirectory ? "directory" : isCharDevice ? "device" : "other";
}

/** What a path leads to, or `undefined` where there is nothing. */
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

/** Whether there is anything at a path. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Whether there is a file at a path. */
export function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Writes a file that all may read; `false` where there is something already. */
export async function createFile(path: string, text: string): Promise<boolean> {
  try {
    await Deno.writeTextFile(path, text, { createNew: true, mode: 0o644 });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}

/** Makes a directory that only its owner can enter, and those above it. */
export async function makePrivateDirectory(path: string): Promise<void> {
  await Deno.mkdir(path, { recursive: true, mode: 0o700 });
}

/** How a file is replaced. */
export interface ReplaceOptions {
  /** Whether the content has to be there after a crash of the system, as it has if this is left out. */
  readonly isToLast?: boolean;
}

/** A file's next content, written beside it but not in its place yet. */
export interface Replacement {
  /** Puts it in the file's place, in one step. */
  readonly commit: () => Promise<void>;
  /** Removes it unless it is in place. */
  readonly discard: () => Promise<void>;
}

/**
 * Writes what is to replace a file beside it, safely on the disk if it is to
 * last. A new file is for its owner alone; it gets the mode and the owner of the
 * old one, if given.
 */
export async function stageReplacement(
  path: string,
  content: Uint8Array,
  { old, isToLast = true }: ReplaceOptions & {
    old?: Deno.FileInfo | undefined;
  } = {},
): Promise<Replacement> {
  const suffix = crypto.randomUUID().slice(0, 8);
  const temporary = join(dirname(path), `.assume-role-${suffix}.tmp`);
  const discard = () => removeIfPresent(temporary);
  try {
    using file = await Deno.open(temporary, {
      write: true,
      createNew: true,
      mode: 0o600,
    });
    if (old !== undefined) await keepOwnerAndMode(temporary, old);
    await writeAll(file, content);
    if (isToLast) await file.sync();
  } catch (error) {
    await discard();
    throw error;
  }
  return { commit: () => Deno.rename(temporary, path), discard };
}

/**
 * Replaces a file of ours in one step: whoever reads it sees all of the old or
 * all of the new content, also after a crash. It is for its owner alone.
 */
export async function replacePrivate(
  path: string,
  content: Uint8Array,
  options?: ReplaceOptions,
): Promise<void> {
  const staged = await stageReplacement(path, content, options);
  try {
    await staged.commit();
  } finally {
    await staged.discard();
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

/** Whether an error says that a file, or a directory on the way to it, is not there. */
function isAbsence(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound;
}

/** Whether two paths lead to one file that is there. */
export function isSameFile(a: string, b: string): boolean {
  try {
    return a === b || Deno.realPathSync(a) === Deno.realPathSync(b);
  } catch {
    return false; // one of them is not there
  }
}

/** The file that a path leads to, through links, whether there is one yet or not. */
export async function followLinks(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (!isAbsence(error)) throw error;
  }
  try {
    return await followLinks(resolve(dirname(path), await Deno.readLink(path)));
  } catch {
    return path; // not a link
  }
}

async function keepOwnerAndMode(
  path: string,
  old: Deno.FileInfo,
): Promise<void> {
  if (Deno.build.os === "windows" || old.mode === null) return;
  const made = await Deno.stat(path);
  let mode = old.mode & 0o7777;
  if (made.uid !== old.uid || made.gid !== old.gid) {
    try {
      await Deno.chown(path, old.uid, old.gid);
    } catch (error) {
      if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
      // Only root may give a file away; then it is for nobody but its owner.
      mode &= 0o700;
    }
  }
  await Deno.chmod(path, mode);
}

/** Writes all of a content, however much of it is taken at a time. */
export async function writeAll(
  file: Deno.FsFile,
  content: Uint8Array,
): Promise<void> {
  for (let at = 0; at < content.length;) {
    at += await file.write(content.subarray(at));
  }
}
