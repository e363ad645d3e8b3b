import {
  hasDefaultIdentity,
  stripDefaultProfile,
} from "../aws/strip_default_profile.ts";
import { formatAwsFile, parseAwsFile } from "../aws/ini_editor.ts";
import { formatCopyHashes } from "../cache/abandoned_copies.ts";
import { type CacheDirectory, createId } from "../cache/cache_directory.ts";
import type { AwsFilePath } from "../aws/paths.ts";
import { isSame } from "../system/bytes.ts";
import { readBytesIfPresent } from "../system/read_file.ts";
import { isUnreadable } from "../system/unreadable.ts";
import {
  moveFile,
  removeIfPresent,
  replacePrivate,
} from "../system/atomic_write.ts";
import { createLocked } from "../system/held_file.ts";
import { readCopyState, touch } from "./copy_state.ts";
import { absolute } from "../system/follow_links.ts";
import { reasonOf } from "../system/os_error.ts";

interface Copy {
  readonly name: AwsFilePath["name"];
  readonly original: string;
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The file that the command uses as `config` or `credentials`: the original or a copy. */
interface Place {
  readonly file: AwsFilePath;
  /** The absolute path; absent if there is no home directory. */
  readonly path: string | undefined;
  readonly exists: boolean;
}

/** The variable from which the AWS SDK for Java v1 takes the path of `credentials`. */
const JAVA_VARIABLE = "AWS_CREDENTIAL_PROFILES_FILE";

/** Reads the bytes of a file; `undefined` if there is no file. */
type ReadBytes = (path: string) => Promise<Uint8Array | undefined>;

/**
 * Copies of AWS's `config` and `credentials` for a command under `--server`. The copies
 * have no credentials in the profile `default`: an SDK queries the credentials endpoint
 * last, so credentials in `default` would take precedence over the served credentials. The
 * command gets a copy of each file that has credentials in `default`. The command's
 * variables name the files by paths that all SDKs interpret alike.
 */
export class AwsFileCopies {
  readonly #id = createId();
  readonly #copies: Copy[] = [];
  /** The file whose lock shows other processes that this process has not ended. */
  #lock: { readonly path: string; readonly file: Deno.FsFile } | undefined;
  readonly #variables: Record<string, string> = {};

  /**
   * Creates the copies that the command needs.
   *
   * @throws {Error} If a copy cannot be created
   */
  static async prepare(
    files: readonly AwsFilePath[],
    cache: CacheDirectory | undefined,
    read: ReadBytes = readBytesIfPresent,
  ): Promise<AwsFileCopies> {
    const copies = new AwsFileCopies();
    try {
      const places: Place[] = [];
      for (const file of files) {
        places.push(await copies.#add(file, cache, read));
      }
      await copies.#setVariablesOfOldClients(places, cache);
      await copies.#write(cache);
    } catch (error) {
      await copies.remove();
      throw error;
    }
    return copies;
  }

  /** The variables from which the command takes the paths of the files. */
  get variables(): Readonly<Record<string, string>> {
    return this.#variables;
  }

  /** Sets the modification times of the copies to `now`, so that no run removes them as old. */
  async touch(now: number): Promise<void> {
    for (const { path } of this.#copies) await touch(path, now);
    if (this.#lock) await touch(this.#lock.path, now);
  }

  /**
   * Removes the copies, but keeps a copy that the command changed.
   *
   * @returns Warnings about copies that were kept, or could not be removed
   */
  async remove(): Promise<readonly string[]> {
    const warnings: string[] = [];
    for (const copy of this.#copies) {
      const { original, path } = copy;
      try {
        const kept = await removeUnlessChanged(copy);
        if (kept === undefined) continue;
        warnings.push(
          `The command changed its copy of ${original}, which is kept as ${kept}`,
        );
      } catch (error) {
        warnings.push(
          `Cannot remove the command's copy of ${original} from ${path}: ${
            reasonOf(error)
          }`,
        );
      }
    }
    if (this.#lock) {
      this.#lock.file.close();
      await removeIfPresent(this.#lock.path).catch(() => {});
      this.#lock = undefined;
    }
    return warnings;
  }

  async #add(
    file: AwsFilePath,
    cache: CacheDirectory | undefined,
    read: ReadBytes,
  ): Promise<Place> {
    const { name, variable, isNamed = false } = file;
    if (file.path === undefined && !isNamed) {
      return { file, path: undefined, exists: false };
    }
    // SDKs disagree about a variable with an empty value. If the variable of the file is
    // empty, the command gets the path of an empty copy.
    const original = file.path && await absolute(file.path);
    const found = original && await readUnlessClosed(original, isNamed, read);
    const exists = found instanceof Uint8Array;
    const before = exists ? found : new Uint8Array();
    const bytes = formatAwsFile(stripDefaultProfile(parseAwsFile(before)));
    if (
      original !== undefined && isSame(before, bytes) &&
      !(isNamed && isAmbiguous(original))
    ) {
      // Set an absolute path, because the command may change its working directory.
      if (isNamed) this.#variables[variable] = original;
      return { file, path: original, exists };
    }
    const label = original ?? `an empty ${name} file`;
    if (hasDefaultIdentity(bytes)) {
      throw new Error(
        `the profile 'default' in ${label} cannot be parsed`,
      );
    }
    const path = await this.#copy(file, label, bytes, cache);
    return { file, path, exists: true };
  }

  /**
   * Sets the variables for clients that ignore `AWS_SHARED_CREDENTIALS_FILE`.
   *
   * The AWS SDK for JavaScript v2 reads that variable only if `AWS_SDK_LOAD_CONFIG` is
   * set, and then fails if `config` is missing: an empty copy replaces a missing `config`.
   * The AWS SDK for Java v1 reads the path from {@linkcode JAVA_VARIABLE}. This method sets
   * {@linkcode JAVA_VARIABLE} even if there are no copies, because this SDK ignores `HOME`.
   * If only `config` exists, {@linkcode JAVA_VARIABLE} gets the path of `config`, because
   * this SDK reads `config` if `credentials` is missing.
   */
  async #setVariablesOfOldClients(
    places: readonly Place[],
    cache: CacheDirectory | undefined,
  ): Promise<void> {
    const config = places.find(({ file }) => file.name === "config");
    const credentials = places.find(({ file }) => file.name === "credentials");
    const java = [credentials, config].find((place) => place?.exists) ??
      credentials;
    if (java?.path !== undefined) this.#variables[JAVA_VARIABLE] = java.path;
    const hasVariable = this.#copies.length > 0 || credentials?.file.isNamed;
    if (!hasVariable || config?.path === undefined) return;
    if (!config.exists) {
      await this.#copy(config.file, config.path, new Uint8Array(), cache);
    }
    this.#variables.AWS_SDK_LOAD_CONFIG = "1";
  }

  /**
   * Prepares a copy of one of AWS's files, and sets the variable with the path of the file,
   * such as `AWS_CONFIG_FILE`, to the path of the copy.
   *
   * @returns The path of the copy
   * @throws {Error} If there is no usable directory for the copy
   */
  async #copy(
    { name, variable }: AwsFilePath,
    label: string,
    bytes: Uint8Array,
    cache: CacheDirectory | undefined,
  ): Promise<string> {
    if (cache === undefined) throw new Error("there is no cache directory");
    cache.prepare();
    const path = await absolute(cache.copyPath(this.#id, name));
    if (isAmbiguous(path)) {
      throw new Error(`SDKs do not agree on the meaning of the path ${path}`);
    }
    this.#copies.push({ name, original: label, path, bytes });
    this.#variables[variable] = path;
    return path;
  }

  /** Writes the copies, under a lock with the hash of each copy. */
  async #write(cache: CacheDirectory | undefined): Promise<void> {
    if (cache === undefined || this.#copies.length === 0) return;
    const path = cache.copyPath(this.#id, "lock");
    const hashes = await formatCopyHashes(this.#copies);
    this.#lock = { path, file: createLocked(path, hashes) };
    for (const { path, bytes } of this.#copies) {
      await replacePrivate(path, bytes);
    }
  }
}

/**
 * Reads a file. A file at its default path counts as missing if it cannot be read, because
 * the command cannot read the file either.
 */
async function readUnlessClosed(
  path: string,
  isNamed: boolean,
  read: ReadBytes,
): Promise<Uint8Array | undefined> {
  try {
    return await read(path);
  } catch (error) {
    if (isNamed || !isUnreadable(error)) throw error;
    return undefined;
  }
}

/**
 * Removes a copy. If the command changed the copy, renames the copy instead.
 *
 * @returns The new path of a changed copy; `undefined` if the copy was removed
 */
async function removeUnlessChanged(
  { path, bytes }: Copy,
): Promise<string | undefined> {
  if (await readCopyState(path, bytes) !== "changed") {
    await removeIfPresent(path);
    return undefined;
  }
  const kept = path.replace(/copy-([^/\\]*)$/, "changed-$1");
  await moveFile(path, kept);
  return kept;
}

/** Whether some SDKs, such as botocore, could expand a variable in a path. */
function isAmbiguous(path: string): boolean {
  return /\$[\w{]|%\w+%/.test(path);
}
