import { isSame } from "./bytes.ts";
import {
  type Edit,
  LateWriters,
  nextPoll,
  type Version,
} from "./late_writers.ts";
import { followLinks } from "./follow_links.ts";
import { keepAttributes } from "./keep_attributes.ts";
import { IS_WINDOWS } from "./path.ts";
import { ReplacedFile } from "./replaced_file.ts";
import { stageReplacement } from "./atomic_write.ts";

/** Limit of attempts to replace a file that other programs keep changing. */
const MAX_ATTEMPTS = 50;
/** The time between two attempts to replace a file that another program has open on Windows. */
const IN_USE_POLL_MS = 20;
/** Limit of reads of an empty file, which another program may have truncated. */
const MAX_EMPTY_POLLS = 125;
/** Greatest age at which an empty file counts as just truncated by another program. */
const RECENT_MS = 2000;

/**
 * Edits a file that other programs edit too, some of them in place and without a lock.
 * The new content replaces the old content atomically. The function keeps changes that
 * another program makes at the same time.
 *
 * The caller must hold a lock, so that only one process of assume-role at a time edits
 * the file.
 *
 * @param onEdited Called when the file contains the edit, or the edit changes nothing.
 * After this call, the function still watches for changes by other programs.
 * @throws If the file cannot be read or replaced; the file is never half-written.
 * @throws {LateWriteError} If the edit is made, but a change of another program
 * is lost.
 */
export async function updateFile(
  path: string,
  edit: Edit,
  onEdited: () => void = () => {},
): Promise<void> {
  const target = await followLinks(path);
  const version = await replace(target, edit);
  onEdited();
  if (version === undefined) return;
  const lateWriters = new LateWriters(
    target,
    edit,
    version,
    (edit) => replace(target, edit),
  );
  await lateWriters.keepChanges();
}

/** Replaces a file by its edited content. Returns `undefined` if the edit changes nothing. */
async function replace(
  target: string,
  edit: Edit,
): Promise<Version | undefined> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const old = await ReplacedFile.open(target);
    let isKept = false;
    try {
      const seen = await readNonEmpty(old);
      const written = edit(seen);
      if (written === undefined || isSame(written, seen)) return undefined;
      const setAttributes = await keepAttributes(target, old.stat());
      const staged = stageReplacement(target, written, {
        old: old.stat(),
        setAttributes,
        isShared: true,
      });
      try {
        // There must be no `await` between the check and the replacement.
        if (!old.isStillAt(target, seen)) continue;
        staged.commit();
      } catch (error) {
        if (!IS_WINDOWS || attempt === MAX_ATTEMPTS) throw error;
        // Many programs open the file so that Windows does not let it be replaced meanwhile.
        await new Promise((resolve) => setTimeout(resolve, IN_USE_POLL_MS));
        continue;
      } finally {
        await staged.discard();
      }
      isKept = true;
      const wasTruncated = seen.length === 0 && old.isThere &&
        old.wasChangedJustBefore(target, RECENT_MS);
      const wasRecent = staged.isOldRecent;
      return { old, seen, written, wasRecent, wasTruncated };
    } finally {
      if (!isKept) old.close();
    }
  }
  throw new Error("other programs keep changing the file");
}

/**
 * Reads a file. If the file is empty, waits a moment, because a program may be rewriting
 * the file.
 */
async function readNonEmpty(file: ReplacedFile): Promise<Uint8Array> {
  let content = file.read();
  for (let n = 0; n < MAX_EMPTY_POLLS && file.isThere; n++) {
    if (content.length > 0) break;
    await nextPoll();
    content = file.read();
  }
  return content;
}
