/** How long a lock is waited for in silence, in milliseconds. */
const PATIENCE = 2000;

/**
 * Runs a task while holding a lock that other processes respect. The system
 * frees it when its holder ends, however that happens. `onWait` is called once
 * if the wait is long.
 */
export async function withLock<T>(
  path: string,
  onWait: () => void,
  task: () => Promise<T>,
): Promise<T> {
  const file = await acquire(path, onWait);
  try {
    return await task();
  } finally {
    // Removed while it is still held: whoever waits for it then sees, by the
    // file's identity, that it holds a lock that nobody else will ask for.
    await Deno.remove(path).catch(() => {});
    file.close();
  }
}

async function acquire(path: string, onWait: () => void): Promise<Deno.FsFile> {
  const timer = setTimeout(onWait, PATIENCE);
  try {
    for (;;) {
      const file = await Deno.open(path, {
        create: true,
        write: true,
        mode: 0o600,
      });
      await file.lock(true);
      if (await isAt(path, file)) return file;
      file.close();
    }
  } finally {
    clearTimeout(timer);
  }
}

async function isAt(path: string, file: Deno.FsFile): Promise<boolean> {
  // Windows neither tells an identity nor lets an open file be removed.
  if (Deno.build.os === "windows") return true;
  try {
    const [held, there] = await Promise.all([file.stat(), Deno.stat(path)]);
    return held.ino === there.ino && held.dev === there.dev;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
