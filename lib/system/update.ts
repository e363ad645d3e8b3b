import { isSame, statIfPresent } from "./files.ts";
import { followLinks } from "./links.ts";
import { type Replacement, stageReplacement, writeAll } from "./write.ts";

/** How often an edit starts over because somebody else has changed the file. */
const ATTEMPTS = 20;
/** How long a file must have kept still to be taken for whole, in milliseconds. */
const STILL = 50;

/**
 * How long somebody who had opened a file before it was replaced may take to
 * write into it, in milliseconds: mostly it is a small part of one, but the
 * system may let others run in between.
 */
const LATENESS = 15;

/** How to be alone with a file among those that respect its lock. */
export type Lock = <T>(task: () => Promise<T>) => Promise<T>;

/** A file that has been replaced, or was to be left as it is. */
export interface Replaced {
  /**
   * Looks after a while whether somebody has written into the old file: that is
   * then taken up too. To be called once, and not to be hurried for: nobody has
   * to wait for it but who ends the process.
   */
  readonly settle: (lock: Lock) => Promise<void>;
}

type Edit = (content: Uint8Array) => Uint8Array | undefined;

/** A file that somebody wrote anew after we had replaced it. */
interface Rescue {
  /** What somebody made of it. */
  readonly late: Uint8Array;
  /** What we had replaced it with. */
  readonly written: Uint8Array;
}

/**
 * Edits a file that others edit too, some of them in place and without a lock:
 * the new content replaces the old in one step, and what somebody else wrote
 * meanwhile is taken up, not lost. The edit may be called several times; it
 * returns `undefined` where there is nothing to change.
 *
 * @throws where the file cannot be read or replaced; it is whole then
 */
export async function updateFile(
  path: string,
  edit: Edit,
  rescue?: Rescue,
): Promise<Replaced> {
  const target = await followLinks(path);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const old = await OldFile.open(target);
    let isWatched = false;
    try {
      const current = await old.readWhole();
      // Unless somebody has written the new file as well, that is the newest there is.
      const base = rescue && isSame(rescue.written, current)
        ? rescue.late
        : current;
      const after = edit(base);
      if (after === undefined) return { settle: () => Promise.resolve() };
      const staged = await stageReplacement(target, after, {
        old: await old.stat(),
      });
      if (!await replaceUnchanged(staged, old, target, current)) continue;
      const late = await old.changedSince(current) ?? current;
      if (startsWith(late, current)) {
        await append(target, late.subarray(current.length));
        isWatched = true;
        const again = (rescue: Rescue) => updateFile(path, edit, rescue);
        return watch(old, target, { late, written: after }, again);
      }
      rescue = { late, written: after };
    } finally {
      if (!isWatched) old.close();
    }
  }
  throw new Error("others keep changing it");
}

/** Waits for what somebody may still write into a file that has lost its name. */
function watch(
  old: OldFile,
  target: string,
  { late: seen, written }: Rescue,
  updateAgain: (rescue: Rescue) => Promise<Replaced>,
): Replaced {
  const enough = wait(LATENESS);
  const settle = async (lock: Lock) => {
    await enough;
    const late = await old.changedSince(seen) ?? seen;
    if (startsWith(late, seen)) {
      return await append(target, late.subarray(seen.length));
    }
    const replaced = await lock(() => updateAgain({ late, written }));
    await replaced.settle(lock);
  };
  return { settle: (lock) => settle(lock).finally(() => old.close()) };
}

/** Does what somebody wanted to do who added to a file that had just been replaced. */
async function append(path: string, content: Uint8Array): Promise<void> {
  if (content.length === 0) return;
  using file = await Deno.open(path, { append: true });
  await writeAll(file, content);
}

async function replaceUnchanged(
  staged: Replacement,
  old: OldFile,
  target: string,
  content: Uint8Array,
): Promise<boolean> {
  try {
    if (!await old.isStillAt(target, content)) return false;
    await staged.commit();
    return true;
  } finally {
    await staged.discard();
  }
}

/**
 * The file that is about to be replaced, kept open: whoever has opened it to
 * write into it goes on writing there even when it has lost its name.
 */
class OldFile {
  readonly #file: Deno.FsFile | undefined;

  private constructor(file: Deno.FsFile | undefined) {
    this.#file = file;
  }

  static async open(path: string): Promise<OldFile> {
    try {
      return new OldFile(await Deno.open(path));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return new OldFile(undefined);
    }
  }

  close(): void {
    this.#file?.close();
  }

  async stat(): Promise<Deno.FileInfo | undefined> {
    return await this.#file?.stat();
  }

  /** The content; one that is empty may be about to be written, so it gets a moment. */
  async readWhole(): Promise<Uint8Array> {
    const content = await this.#read();
    if (content.length > 0 || this.#file === undefined) return content;
    await wait(STILL);
    return await this.#settled();
  }

  /** Whether the path still leads to this file, and this file still has this content. */
  async isStillAt(path: string, content: Uint8Array): Promise<boolean> {
    const there = await statIfPresent(path);
    const own = await this.stat();
    if (there === undefined || own === undefined) return there === own;
    return there.ino === own.ino && there.dev === own.dev &&
      isSame(content, await this.#read());
  }

  /** The content, once it keeps still, if it is no longer this one. */
  async changedSince(content: Uint8Array): Promise<Uint8Array | undefined> {
    if (isSame(content, await this.#read())) return undefined;
    return await this.#settled();
  }

  async #settled(): Promise<Uint8Array> {
    for (let before = await this.#read();;) {
      await wait(STILL);
      const now = await this.#read();
      if (isSame(before, now)) return now;
      before = now;
    }
  }

  async #read(): Promise<Uint8Array> {
    if (this.#file === undefined) return new Uint8Array();
    await this.#file.seek(0, Deno.SeekMode.Start);
    const { size } = await this.#file.stat();
    let content = new Uint8Array(Math.max(size, 1) + 1);
    let length = 0;
    for (;;) {
      const count = await this.#file.read(content.subarray(length));
      if (count === null) return content.slice(0, length);
      length += count;
      if (length === content.length) {
        const larger = new Uint8Array(content.length * 2);
        larger.set(content);
        content = larger;
      }
    }
  }
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return isSame(bytes.subarray(0, start.length), start);
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
