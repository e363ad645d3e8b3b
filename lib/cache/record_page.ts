import { removeIfPresentSync } from "../system/atomic_write.ts";
import { createLocked } from "../system/held_file.ts";
import type { CacheDirectory } from "./cache_directory.ts";

/**
 * Records the directory of the page in the cache directory, so that a later run removes the
 * page if this process is killed. Returns `undefined` if the cache cannot be used.
 */
export function recordPage(
  cache: CacheDirectory,
  directory: string,
): Disposable | undefined {
  const path = cache.heldPath("page");
  try {
    cache.prepare();
    const file = createLocked(path, directory);
    return {
      [Symbol.dispose]: () => {
        file.close();
        removeIfPresentSync(path);
      },
    };
  } catch {
    return undefined;
  }
}
