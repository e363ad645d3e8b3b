import { dirname } from "./dirname.ts";
import { within } from "./path.ts";
import { isAbsence } from "./files.ts";

/** Whether a name is that of a file that was to replace another, and did not get there. */
export function isTemporary(name: string): boolean {
  return /^\.assume-role-[0-9a-f]{8}\.tmp$/.test(name);
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
  readonly commit: () => void;
  /** Removes it unless it is in place. */
  readonly discard: () => Promise<void>;
}

/**
 * Writes a file's next content beside the file; on the disk too, if it is to
 * last. A new file is for its owner alone; it gets the mode and the owner of the
 * old one, if given.
 *
 * This is synchronous because another program that changes the file meanwhile
 * makes the work useless, and on a busy machine each `await` can take longer
 * than all of it.
 */
export function stageReplacement(
  path: string,
  content: Uint8Array,
  { old, isToLast = true }: ReplaceOptions & {
    old?: Deno.FileInfo | undefined;
  } = {},
): Replacement {
  const suffix = crypto.randomUUID().slice(0, 8);
  const temporary = within(dirname(path), `.assume-role-${suffix}.tmp`);
  try {
    using file = Deno.openSync(temporary, {
      write: true,
      createNew: true,
      mode: 0o600,
    });
    if (old !== undefined) keepOwnerAndMode(temporary, old);
    writeAll(file, content);
    if (isToLast) file.syncSync();
  } catch (error) {
    removeIfPresentSync(temporary);
    throw error;
  }
  return {
    commit: () => Deno.renameSync(temporary, path),
    discard: () => removeIfPresent(temporary),
  };
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
  const staged = stageReplacement(path, content, options);
  try {
    staged.commit();
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

function removeIfPresentSync(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!isAbsence(error)) throw error;
  }
}

function keepOwnerAndMode(path: string, old: Deno.FileInfo): void {
  if (Deno.build.os === "windows" || old.mode === null) return;
  const made = Deno.statSync(path);
  let mode = old.mode & 0o7777;
  if (made.uid !== old.uid || made.gid !== old.gid) {
    try {
      Deno.chownSync(path, old.uid, old.gid);
    } catch (error) {
      if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
      // Only root may give a file away; then it is for nobody but its owner.
      mode &= 0o700;
    }
  }
  Deno.chmodSync(path, mode);
}

/** Writes all of a content, however much of it is taken at a time. */
function writeAll(file: Deno.FsFile, content: Uint8Array): void {
  for (let at = 0; at < content.length;) {
    at += file.writeSync(content.subarray(at));
  }
}
