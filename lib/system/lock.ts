import { temporaryPath } from "./atomic_write.ts";
import { isAbsence } from "./files.ts";
import { hasOtherNames, isAt, isOwn, openLock } from "./open_lock.ts";
import { IS_WINDOWS } from "./path.ts";
import { settlesBefore, settlesWithin, Timeout } from "./timeout.ts";

const NOTICE_DELAY_MS = 2000;
/** The time after which a lock that is not acquired counts as held by another process. */
const BUSY_MS = 250;
/** The time after which a lock counts as held in a check that does not wait for the lock. */
export const CHECK_MS = 250;
/**
 * Time limit of a wait for files of another user at the path of a lock. The other user can
 * hold the lock and replace the file for ever.
 */
export const FOREIGN_MS = 5000;
/** Default time limit of a wait that has `onTimeout`. */
const TIMEOUT_MS = 20_000;

/** Reactions to a lock that another process holds. */
export interface Waiting {
  /**
   * Tells the user about the wait; called once, `NOTICE_DELAY_MS` after the start of the
   * wait. The result is called when the wait has ended.
   */
  readonly onWait: () => (() => void) | void;
  /**
   * Called with the path of a lock that another process holds. If the function throws,
   * this process does not wait.
   */
  readonly onBusy?: (path: string) => void;
  /**
   * Called after `NOTICE_DELAY_MS` with the ID of the process that holds the lock. If the
   * function rejects, this process stops waiting.
   */
  readonly onBusyWith?: (pid: number) => Promise<void>;
  /** Whether this process writes its ID into the lock file, where waiting processes read the ID. */
  readonly isMarked?: boolean;
  /**
   * Whether another user may be able to rename a file of this user to the path of the lock. A
   * file that has text is then not a lock, and must not be changed or removed.
   */
  readonly isExposed?: boolean;
  /** Time limit of the wait; default: `TIMEOUT_MS`. */
  readonly timeoutMs?: number;
  /** Creates the error after the time limit; absent to wait without limit. */
  readonly onTimeout?: () => Error;
}

/** Text format in which a process passes its task's failure to the processes that waited. */
export interface FailureFormat {
  /** Formats a failure; `undefined` if waiting processes should run the task themselves. */
  readonly format: (error: unknown) => string | undefined;
  readonly parse: (text: string) => Error;
}

/** Rules for a process that waited while another process ran the same task. */
export interface Sharing<T> {
  /** If the other task failed, this process throws the same error, and runs no task. */
  readonly failures?: FailureFormat;
  /**
   * Finds the result of the other task. If the function returns a result, this process runs
   * no task and does not wait for the lock again. Without the function, each new lock file
   * makes all waiting processes wait once more.
   */
  readonly find?: () => T | undefined | Promise<T | undefined>;
}

/**
 * Runs a task while holding a lock that other processes respect. The system
 * releases the lock when the process ends, also after `kill -9`.
 */
export async function withLock<T>(
  path: string,
  waiting: Waiting,
  task: () => Promise<T>,
  sharing: Sharing<T> = {},
): Promise<T> {
  using file = await withTimeout(
    path,
    waiting,
    (hasEnded) => acquire(path, waiting, sharing, hasEnded),
  );
  if (file instanceof Found) return file.result;
  let failure: string | undefined;
  try {
    if (waiting.isMarked) await write(file, `${Deno.pid}`);
    return await task();
  } catch (error) {
    failure = sharing.failures?.format(error);
    throw error;
  } finally {
    await write(file, failure ?? "");
    // Remove the file while the lock is held: a waiting process then gets the lock of a
    // removed file, and notices this because the path no longer leads to the inode.
    await removeLock(path).catch(() => {});
  }
}

async function removeLock(path: string): Promise<void> {
  // On Windows, a removed file can keep its name until every process has closed the file.
  // Free the name first.
  const removed = IS_WINDOWS ? temporaryPath(path) : path;
  if (IS_WINDOWS) await Deno.rename(path, removed);
  await Deno.remove(removed);
}

/** Whether a process holds a lock; also `true` if the check fails. */
export async function isHeld(path: string): Promise<boolean> {
  try {
    using file = await openLock(path);
    return !await settlesWithin(file.lock(true), CHECK_MS);
  } catch (error) {
    return !isAbsence(error);
  }
}

/**
 * Waits for a lock; a lock that is acquired after the time limit is released at once.
 *
 * @param acquire acquires the lock; its argument tells whether the wait has ended
 */
async function withTimeout<T extends Disposable>(
  path: string,
  waiting: Waiting,
  acquire: (hasEnded: () => boolean) => Promise<T>,
): Promise<T> {
  const { onWait, onTimeout, timeoutMs = TIMEOUT_MS } = waiting;
  let hasEnded = false;
  const work = acquire(() => hasEnded);
  const timers: ReturnType<typeof setTimeout>[] = [];
  const notice: { end?: (() => void) | void } = {};
  const timeout = new Promise<never>((_, reject) => {
    const giveUp = (reason: unknown) => {
      hasEnded = true;
      reject(reason);
      // The wait for the lock cannot be cancelled, and a program that imports the library
      // runs on after the time limit. If this process acquires the lock later, release the
      // lock.
      work.then((late) => late[Symbol.dispose](), () => {});
    };
    timers.push(setTimeout(() => {
      notice.end = onWait();
      checkHolder(path, waiting).catch(giveUp);
    }, NOTICE_DELAY_MS));
    if (onTimeout === undefined) return;
    timers.push(setTimeout(() => giveUp(onTimeout()), timeoutMs));
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    timers.forEach(clearTimeout);
    notice.end?.();
  }
}

/** Calls `onBusyWith` if the lock file has the ID of the process that holds the lock. */
async function checkHolder(
  path: string,
  { onBusyWith }: Waiting,
): Promise<void> {
  if (onBusyWith === undefined) return;
  // On Windows, a locked file cannot be read.
  const text = await Deno.readTextFile(path).catch(() => "");
  if (/^\d+$/.test(text)) await onBusyWith(Number(text));
}

/** The result of another process's task, in place of a lock. */
class Found<T> implements Disposable {
  constructor(readonly result: T) {}

  [Symbol.dispose](): void {}
}

/**
 * Waits for a lock and takes it, or finds the result of the process that had the lock.
 *
 * @throws {Error} If the other process failed, if the wait has ended, or if the lock file
 * cannot be used.
 */
async function acquire<T>(
  path: string,
  { onBusy, isExposed = false }: Waiting,
  { failures, find }: Sharing<T>,
  hasEnded: () => boolean,
): Promise<Deno.FsFile | Found<T>> {
  using limit = new Timeout(FOREIGN_MS);
  while (!hasEnded()) {
    const file = await openLock(path, { create: true });
    try {
      const info = await file.stat();
      const isOwned = isOwn(info);
      if (hasOtherNames(info)) {
        throw new Error(`the lock file ${path} is a hard link to another file`);
      }
      const locking = file.lock(true);
      if (onBusy && !await settlesWithin(locking, BUSY_MS)) onBusy(path);
      await (isOwned ? locking : limitWait(path, locking, limit));
      if (await isAt(path, file)) {
        if (isExposed) await requireEmpty(path, file);
        await write(file, "");
        return file;
      }
      const failure = isOwned && failures && await readText(file);
      if (failure) throw failures.parse(failure);
    } catch (error) {
      file.close();
      throw error;
    }
    file.close();
    const result = await find?.();
    if (result !== undefined) return new Found(result);
  }
  throw new Error("the wait has ended");
}

/** Waits for a lock that another user can hold for ever. */
async function limitWait(
  path: string,
  locking: Promise<void>,
  limit: Timeout,
): Promise<void> {
  if (await settlesBefore(locking, limit)) return;
  throw new Error(
    `the lock file ${path} belongs to another user, and a process holds the file`,
  );
}

/** @throws {Error} If an open file has text, and therefore is not the file of a lock. */
async function requireEmpty(path: string, file: Deno.FsFile): Promise<void> {
  if ((await file.stat()).size === 0) return;
  throw new Error(`the lock file ${path} has text; remove the file`);
}

/**
 * Replaces the text of a lock file. A failure is ignored, because the lock works without
 * a text. A file of another user is never changed.
 */
async function write(file: Deno.FsFile, text: string): Promise<void> {
  try {
    const info = await file.stat();
    if (!isOwn(info) || hasOtherNames(info)) return;
    await file.truncate();
    await file.seek(0, Deno.SeekMode.Start);
    if (text !== "") await file.write(new TextEncoder().encode(text));
  } catch {
    // The disk is full, for example.
  }
}

/** Reads the text of a lock file from the current position. */
export async function readText(file: Deno.FsFile): Promise<string> {
  const bytes = new Uint8Array(4096);
  const count = await file.read(bytes);
  return new TextDecoder().decode(bytes.subarray(0, count ?? 0));
}
