import {
  formatAwsFile,
  parseAwsFile,
  removeKeys,
  sectionNames,
} from "../aws/edit.ts";
import { isIdentityKey } from "../aws/profiles.ts";
import type { AwsFilePath } from "../plan/locations.ts";
import type { Store } from "../credentials/store.ts";
import {
  isSame,
  moveFile,
  readBytesIfPresent,
  removeIfPresent,
  replacePrivate,
  touchIfPresent,
} from "../system/files.ts";

/**
 * AWS's files for a command that is served credentials. The SDKs ask an endpoint
 * last: a `default` profile with an identity of its own would win, and the
 * command run as somebody else. So the command gets a copy of a file that has
 * one, without it.
 */
export class Copies {
  readonly #copies = new Map<
    AwsFilePath,
    { readonly path: string; readonly bytes: Uint8Array }
  >();

  /**
   * Makes the copies that are needed.
   *
   * @throws where one cannot be made
   */
  static async prepare(
    files: readonly AwsFilePath[],
    store: Store | undefined,
  ): Promise<Copies> {
    const copies = new Copies();
    for (const file of files) {
      const original = file.path && await readBytesIfPresent(file.path);
      if (!original) continue;
      const bytes = withoutDefaultIdentity(original);
      if (bytes.length === original.length) continue;
      if (store === undefined) throw new Error("there is no home directory");
      await store.prepare();
      const path = store.copyPath(file.name);
      await replacePrivate(path, bytes);
      copies.#copies.set(file, { path, bytes });
    }
    return copies;
  }

  /** The variables that lead to the copies. */
  get variables(): Readonly<Record<string, string>> {
    const entries = [...this.#copies].map(([file, { path }]) =>
      [file.variable, path] as const
    );
    return Object.fromEntries(entries);
  }

  /** Tells that they are in use. */
  async touch(now: number): Promise<void> {
    for (const { path } of this.#copies.values()) {
      await touchIfPresent(path, now);
    }
  }

  /**
   * Removes them, unless the command has written there.
   *
   * @returns what is to be told of that
   */
  async remove(): Promise<readonly string[]> {
    const warnings: string[] = [];
    for (const [file, { path, bytes }] of this.#copies) {
      const now = await readBytesIfPresent(path) ?? bytes;
      if (isSame(now, bytes)) {
        await removeIfPresent(path);
        continue;
      }
      const kept = path.replace(/copy-([^/\\]*)$/, "changed-$1");
      await moveFile(path, kept);
      warnings.push(
        `The command changed its copy of ${file.path}, which is kept as ${kept}`,
      );
    }
    return warnings;
  }
}

/** The file without the keys that give the profile `default` an identity. */
function withoutDefaultIdentity(bytes: Uint8Array): Uint8Array {
  let file = parseAwsFile(bytes);
  for (const name of sectionNames(file)) {
    const isDefault = /^\s*(?:profile\s+)?(["']?)default\1\s*$/.test(name);
    if (isDefault) file = removeKeys(file, name, isIdentityKey);
  }
  return formatAwsFile(file);
}
