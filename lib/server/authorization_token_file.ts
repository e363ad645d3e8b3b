import type { CacheDirectory } from "../cache/cache_directory.ts";
import { removeIfPresent } from "../system/atomic_write.ts";
import { absolute } from "../system/follow_links.ts";
import { createLocked } from "../system/held_file.ts";
import { reasonOf } from "../system/os_error.ts";
import { touch } from "./copy_state.ts";

/**
 * A file with the token of the credentials endpoint. The crate object_store, which the
 * Python packages obstore and deltalake use, takes the token only from a file. The
 * server holds a lock on the file. Therefore other processes can remove the file of a
 * killed process, but keep a file in use.
 */
export class AuthorizationTokenFile {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Creates the file; only the user can read the file.
   *
   * @throws {Error} If the cache directory cannot be written to, or is not safe for secrets
   */
  static async create(
    token: string,
    cache: CacheDirectory,
  ): Promise<AuthorizationTokenFile> {
    cache.prepare();
    const path = await absolute(cache.heldPath("token"));
    // Some clients send the content unchanged, so the content must not end in a line end.
    return new AuthorizationTokenFile(path, createLocked(path, token));
  }

  /** The variable from which the command takes the path of the file. */
  get variables(): Readonly<Record<string, string>> {
    return { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: this.#path };
  }

  /** Sets the modification time of the file to `now`, so that no run removes the file as old. */
  async touch(now: number): Promise<void> {
    await touch(this.#path, now);
  }

  /**
   * Removes the file.
   *
   * @returns A warning if the file cannot be removed
   */
  async remove(): Promise<readonly string[]> {
    this.#file.close();
    try {
      await removeIfPresent(this.#path);
      return [];
    } catch (error) {
      return [`Cannot remove ${this.#path}: ${reasonOf(error)}`];
    }
  }
}
