import { statIfPresent } from "./files.ts";

/** How long a lock is waited for in silence, in milliseconds. */
const SILENCE = 2000;
/** How long it is waited for by those that do not wait for ever, in milliseconds. */
const PATIENCE = 20_000;

/** What is done where a lock is long in coming. */
export interface Waiting {
  /** Called once, after a while, to say what is waited for. */
  readonly onWait: () => void;
  /** How long it is waited for before giving up, in milliseconds, if not as usual. */
  readonly patience?: number;
  /** The error to give up with; absent where to wait as long as it takes. */
  readonly onPatienceLost?: () => Error;
}

/** How one process's failure is told to those that waited for it. */
export interface FailureFormat {
  /** The failure as text; `undefined` where it is of no use to others. */
  readonly format: (error: unknown) => string | undefined;
  readonly parse: (text: string) => Error;
}

/**
 * Runs a task while holding a lock that other processes respect. The system
 * frees it when its holder ends, however that happens.
 *
 * With `failures`, those that waited while the task failed fail with the same
 * error rather than try the same again, one after the other.
 */
export async function withLock<T>(
  path: string,
  waiting: Waiting,
  task: () => Promise<T>,
  failures?: FailureFormat,
): Promise<T> {
  using file = await patiently(waiting, acquire(path, failures));
  try {
    return await task();
  } catch (error) {
    const text = failures?.format(error);
    if (text !== undefined) await file.write(new TextEncoder().encode(text));
    throw error;
  } finally {
    // Removed while it is still held: whoever waits for it then sees, by the
    // file's identity, that it holds a lock that nobody else will ask for.
    await Deno.remove(path).catch(() => {});
  }
}

/** Waits for a lock; one that comes after giving up is let go at once. */
async function patiently<T extends Disposable>(
  waiting: Waiting,
  work: Promise<T>,
): Promise<T> {
  const { onWait, onPatienceLost, patience = PATIENCE } = waiting;
  const timers = [setTimeout(onWait, SILENCE)];
  const lost = new Promise<never>((_, reject) => {
    if (onPatienceLost === undefined) return;
    const giveUp = () => {
      reject(onPatienceLost());
      // It cannot be called off, and a program that imports us may go on for long.
      work.then((late) => late[Symbol.dispose](), () => {});
    };
    timers.push(setTimeout(giveUp, patience));
  });
  try {
    return await Promise.race([work, lost]);
  } finally {
    timers.forEach(clearTimeout);
  }
}

async function acquire(
  path: string,
  failures: FailureFormat | undefined,
): Promise<Deno.FsFile> {
  for (;;) {
    const file = await Deno.open(path, {
      create: true,
      read: true,
      write: true,
      mode: 0o600,
    });
    try {
      await file.lock(true);
      if (await isAt(path, file)) {
        await file.truncate();
        return file;
      }
      const failure = failures && await readText(file);
      if (failure) throw failures.parse(failure);
    } catch (error) {
      file.close();
      throw error;
    }
    file.close();
  }
}

async function isAt(path: string, file: Deno.FsFile): Promise<boolean> {
  // Windows neither tells an identity nor lets an open file be removed.
  if (Deno.build.os === "windows") return true;
  const [held, there] = await Promise.all([file.stat(), statIfPresent(path)]);
  return held.ino === there?.ino && held.dev === there.dev;
}

async function readText(file: Deno.FsFile): Promise<string> {
  const bytes = new Uint8Array(4096);
  const count = await file.read(bytes);
  return new TextDecoder().decode(bytes.subarray(0, count ?? 0));
}
