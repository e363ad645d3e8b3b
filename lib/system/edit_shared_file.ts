import { isSame, isTorn, startsWith } from "./bytes.ts";
import { followLinks } from "./follow_links.ts";
import { ReplacedFile } from "./replaced_file.ts";
import { stageReplacement, writeAll } from "./atomic_write.ts";

/** How often an edit starts over because somebody else has changed the file. */
const ATTEMPTS = 20;
/**
 * How long somebody who had opened a file before it was replaced may take to
 * write into it, in milliseconds: mostly it is a small part of one, but the
 * system may let others run in between.
 */
const LATENESS = 8;
/** The same where nothing is left in it but what somebody is going to write. */
const LONGEST_LATENESS = 1000;
/** How long ago somebody may have emptied a file to write it, in milliseconds. */
const RECENT = 2000;
/** How long a file must have kept still to be taken for whole, in milliseconds. */
const STILL = 50;

/** How to be alone with a file among those that respect its lock. */
export type Lock = <T>(task: () => Promise<T>) => Promise<T>;

/** A file that has been replaced, or was to be left as it is. */
export interface Replaced {
  /**
   * Looks for a while whether somebody still writes into the old file: that is
   * then taken up too. To be called once, and not to be hurried for: nobody has
   * to wait for it but who ends the process.
   *
   * @throws where it cannot be taken up
   */
  readonly settle: (lock: Lock) => Promise<void>;
}

type Edit = (content: Uint8Array) => Uint8Array | undefined;

/**
 * Edits a file that others edit too, some of them in place and without a lock:
 * the new content replaces the old in one step, and what somebody else wrote
 * meanwhile is taken up, not lost. The edit may be called several times; it
 * returns `undefined` where there is nothing to change.
 *
 * @throws where the file cannot be read or replaced; it is whole then
 */
export async function updateFile(path: string, edit: Edit): Promise<Replaced> {
  const target = await followLinks(path);
  const version = await replace(target, edit);
  return {
    settle: async (lock) => {
      if (version !== undefined) await settle(target, edit, version, lock);
    },
  };
}

/** What a file was, and what has been put in its place. */
interface Version {
  /** Still open: whoever has opened it to write goes on writing there. */
  readonly old: ReplacedFile;
  /** What it held, and is in the new one. */
  readonly seen: Uint8Array;
  readonly written: Uint8Array;
  /** Whether somebody may have emptied it just before, to write it. */
  readonly wasEmptied: boolean;
}

/** Puts what is made of a file's content in its place, where that is another. */
async function replace(
  target: string,
  make: Edit,
): Promise<Version | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const old = await ReplacedFile.open(target);
    let isKept = false;
    try {
      let seen = old.read();
      if (seen.length === 0 && old.isThere) {
        await wait(STILL); // somebody may be about to write it
        seen = old.read();
      }
      const written = make(seen);
      if (written === undefined || isSame(written, seen)) return undefined;
      const staged = stageReplacement(target, written, {
        old: old.stat(),
      });
      try {
        // One right after the other: in between somebody could replace it too.
        if (!old.isStillAt(target, seen)) continue;
        staged.commit();
      } finally {
        await staged.discard();
      }
      isKept = true;
      const wasEmptied = seen.length === 0 &&
        old.wasChangedJustBefore(target, RECENT);
      return { old, seen, written, wasEmptied };
    } finally {
      if (!isKept) old.close();
    }
  }
  throw new Error("others keep changing it");
}

/** Takes up what comes into a file that has been replaced, until nothing does. */
async function settle(
  target: string,
  edit: Edit,
  { old, seen, written, wasEmptied }: Version,
  lock: Lock,
  patience = LONGEST_LATENESS,
): Promise<void> {
  try {
    if (!old.isThere) return;
    let last = old.read();
    let pause = isSame(last, seen) ? LATENESS : STILL;
    for (let isOver = false; !isOver;) {
      await wait(pause);
      patience -= pause;
      pause = STILL;
      isOver = patience <= 0;
      const now = old.read();
      const isStill = isSame(now, last);
      last = now;
      if (isSame(now, seen)) {
        if (seen.length > 0 || !wasEmptied) return;
        continue;
      }
      // All that an emptied file held is in the new one: what is to come is not yet.
      const isReady = isOver
        ? !startsWith(seen, now)
        : isStill && !isTorn(now, seen);
      if (!isReady) continue;
      const late = { seen, written, now };
      const next = await lock(() => takeUp(target, edit, late));
      [seen, written] = [now, next?.written ?? written];
      if (next !== undefined) await settle(target, edit, next, lock, patience);
    }
  } finally {
    old.close();
  }
}

/** Makes of a file's content one that has what somebody wrote into the one before. */
async function takeUp(
  target: string,
  edit: Edit,
  { seen, written, now }: Pick<Version, "seen" | "written"> & {
    readonly now: Uint8Array;
  },
): Promise<Version | undefined> {
  // So rarely that it is not to cost the others anything.
  const { merge } = await import("./merge.ts");
  try {
    return await replace(target, (current) => {
      const both = isSame(current, written) ? now : merge(seen, now, current);
      if (both !== undefined) return edit(both) ?? both;
      throw new Error("somebody else changed the same part of it just then");
    });
  } catch (error) {
    if (!startsWith(now, seen)) throw error;
    // What was to be added can still be: at the end, wherever that is by now.
    using file = Deno.openSync(target, { append: true });
    writeAll(file, now.subarray(seen.length));
    return undefined;
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
