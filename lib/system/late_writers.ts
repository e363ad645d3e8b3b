import { endsWithLine, isSame, isTorn, startsWith } from "./bytes.ts";
import { readBytesIfPresent } from "./read_file.ts";
import { repeatChange } from "./merge_change.ts";
import { reasonOf } from "./os_error.ts";
import type { ReplacedFile } from "./replaced_file.ts";

/** Time between two polls of a file to which another program may be writing. */
const POLL_MS = 2;
/** Number of polls without a change after which no late writer (see `LateWriters`) is expected. */
const QUIET_POLLS = 4;
/** As `QUIET_POLLS`, but if another program may be in the middle of rewriting the file. */
const QUIET_POLLS_IF_RECENT = 100;
/** As `QUIET_POLLS`, but after a late write, because more writes may follow. */
const QUIET_POLLS_AFTER_CHANGE = 25;
/** Number of polls after which a last line without a line end counts as complete. */
const LINE_POLLS = 25;
/** Greatest number of polls, in case a program truncates the file and never writes to the file. */
const MAX_POLLS = 500;

/**
 * Computes a file's new content; `undefined` leaves the file unchanged. An edit may be
 * called several times, and must not change a content that it has already edited.
 */
export type Edit = (content: Uint8Array) => Uint8Array | undefined;

/** A replacement of a file. */
export interface Version {
  /** The replaced file, still open, because a late writer may write into it. */
  readonly old: ReplacedFile;
  /** The content of the replaced file that the new file is made from. */
  readonly seen: Uint8Array;
  readonly written: Uint8Array;
  /** Whether another program changed the replaced file less than 200 ms before. */
  readonly wasRecent: boolean;
  /** Whether a program probably truncated the replaced file and is about to write into it. */
  readonly wasTruncated: boolean;
}

/** The error that a change of another program was lost. */
export class LateWriteError extends Error {
  override readonly name = "LateWriteError";
}

/** A late writer's change of a replaced file: the content before and after the change. */
interface Change {
  readonly seen: Uint8Array;
  readonly now: Uint8Array;
}

/** The state of a replaced file, or of the new file. */
type State = "quiet" | "unfinished" | "changed";

/**
 * Keeps the changes of late writers: programs that read or opened a file before
 * assume-role replaced the file, and write afterwards. A program that had opened the file
 * writes into the replaced file, which no longer has a name. A program that had read the
 * file may overwrite the new file with a content that is based on the old content.
 */
export class LateWriters {
  readonly #target: string;
  readonly #edit: Edit;
  readonly #replace: (edit: Edit) => Promise<Version | undefined>;
  readonly #wasRecent: boolean;
  readonly #replaced: WatchedFile[] = [];
  readonly #changes: Change[] = [];
  #lost: LateWriteError | undefined;
  /** The last content of the new file that is known to have all changes. */
  #checked: Uint8Array;
  /** The content of the new file at the last poll. */
  #current: Uint8Array;

  constructor(
    target: string,
    edit: Edit,
    version: Version,
    replace: (edit: Edit) => Promise<Version | undefined>,
  ) {
    this.#target = target;
    this.#edit = edit;
    this.#replace = replace;
    this.#replaced.push(new WatchedFile(version));
    this.#checked = this.#current = version.written;
    this.#wasRecent = version.wasRecent;
  }

  /**
   * Watches the new file and the replaced files until no program writes to them. Then
   * closes the replaced files.
   *
   * @throws {LateWriteError} If a change cannot be kept.
   */
  async keepChanges(): Promise<void> {
    try {
      let neededPolls = this.#wasRecent ? QUIET_POLLS_IF_RECENT : QUIET_POLLS;
      let quietPolls = 0;
      for (let n = 1; n <= MAX_POLLS && quietPolls < neededPolls; n++) {
        await nextPoll();
        const state = await this.#poll(n === MAX_POLLS);
        if (state === "changed") {
          neededPolls = Math.max(neededPolls, QUIET_POLLS_AFTER_CHANGE);
        }
        quietPolls = state === "quiet" ? quietPolls + 1 : 0;
      }
    } finally {
      this.#replaced.forEach((file) => file.close());
    }
    if (this.#lost !== undefined) throw this.#lost;
  }

  async #poll(isLast: boolean): Promise<State> {
    let state = await this.#checkNewFile();
    for (const file of [...this.#replaced]) {
      const fileState = file.poll(isLast);
      if (fileState === "changed") await this.#takeUp(file.takeChange());
      if (fileState !== "quiet") state = fileState;
    }
    return state;
  }

  /** Applies all changes again if another program overwrote the new file without them. */
  async #checkNewFile(): Promise<State> {
    const content = await readBytesIfPresent(this.#target);
    if (content === undefined || isSame(content, this.#checked)) return "quiet";
    const repeat = (content: Uint8Array) => this.#repeatAll(content);
    if (content.length > 0 && isSame(repeat(content), content)) {
      this.#checked = content;
      return "quiet";
    }
    const isStable = isSame(content, this.#current);
    this.#current = content;
    if (!isStable || content.length === 0) return "unfinished";
    return await this.#replaceAgain(repeat);
  }

  /** Applies all changes to a content, except changes that conflict with the content. */
  #repeatAll(content: Uint8Array): Uint8Array {
    const all = this.#changes.reduce(
      (content, { seen, now }) => repeatChange(seen, now, content) ?? content,
      content,
    );
    return this.#edit(all) ?? all;
  }

  async #takeUp(change: Change): Promise<void> {
    const { seen, now } = change;
    try {
      await this.#replaceAgain((content) => {
        const isOnlyEdited = isSame(content, this.#edit(seen) ?? seen);
        const both = isOnlyEdited ? now : repeatChange(seen, now, content);
        if (both !== undefined) return this.#edit(both) ?? both;
        throw new Error("two other programs changed the same part at once");
      });
      this.#changes.push(change);
    } catch (error) {
      this.#lost ??= new LateWriteError(reasonOf(error), { cause: error });
    }
  }

  async #replaceAgain(edit: Edit): Promise<State> {
    const version = await this.#replace(edit);
    if (version === undefined) return "quiet";
    this.#replaced.push(new WatchedFile(version));
    this.#checked = this.#current = version.written;
    return "changed";
  }
}

/** A replaced file into which a late writer may still write. */
class WatchedFile {
  readonly #version: Version;
  #seen: Uint8Array;
  #now: Uint8Array;
  #stillPolls = 0;

  constructor(version: Version) {
    this.#version = version;
    this.#seen = this.#now = version.seen;
  }

  poll(isLast: boolean): State {
    const now = this.#version.old.read();
    this.#stillPolls = isSame(now, this.#now) ? this.#stillPolls + 1 : 0;
    this.#now = now;
    if (isSame(now, this.#seen)) {
      const isAwaited = this.#version.wasTruncated && now.length === 0;
      return isAwaited ? "unfinished" : "quiet";
    }
    // On the last poll, a content that is only the start of the old content does not count
    // as a change.
    if (isLast) return startsWith(this.#seen, now) ? "unfinished" : "changed";
    const isComplete = !isTorn(now, this.#seen) &&
      (endsWithLine(now) || this.#stillPolls > LINE_POLLS);
    return isComplete ? "changed" : "unfinished";
  }

  /** Returns the change since the last call. */
  takeChange(): Change {
    const seen = this.#seen;
    this.#seen = this.#now;
    return { seen, now: this.#now };
  }

  close(): void {
    this.#version.old.close();
  }
}

/** Waits until the time of the next poll. */
export function nextPoll(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
