import {
  hasDefaultIdentity,
  stripDefaultProfile,
} from "../aws/strip_default_profile.ts";
import { formatAwsFile, parseAwsFile } from "../aws/ini_editor.ts";
import type { CacheDirectory } from "../cache/directory.ts";
import type { AwsFilePath } from "../aws/paths.ts";
import { isSame } from "../system/bytes.ts";
import { readBytesIfPresent } from "../system/files.ts";
import { removeIfPresent, replacePrivate } from "../system/atomic_write.ts";
import { copyStateOf, moveFile, touch } from "./copied_file.ts";
import { absolute } from "../system/follow_links.ts";
import { reasonOf } from "../system/os_error.ts";

interface Copy {
  readonly original: string;
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The file that the command gets for one of AWS's two files. */
interface Place {
  readonly file: AwsFilePath;
  /** The absolute path; absent without a home. */
  readonly path: string | undefined;
  readonly exists: boolean;
}

/** The variable by which the AWS SDK for Java v1 finds `credentials`. */
const JAVA_VARIABLE = "AWS_CREDENTIAL_PROFILES_FILE";

/**
 * AWS's files for a command that is served credentials. The SDKs ask an endpoint
 * last: a `default` profile with an identity of its own would win, and the
 * command run as somebody else. So the command gets a copy of a file that has
 * one, without it; and a path that all SDKs take for the same.
 */
export class AwsFileCopies {
  readonly #copies: Copy[] = [];
  readonly #variables: Record<string, string> = {};

  /**
   * Makes the copies that are needed.
   *
   * @throws where one cannot be made
   */
  static async prepare(
    files: readonly AwsFilePath[],
    cache: CacheDirectory | undefined,
  ): Promise<AwsFileCopies> {
    const copies = new AwsFileCopies();
    try {
      const places: Place[] = [];
      for (const file of files) places.push(await copies.#add(file, cache));
      await copies.#leadOldClients(places, cache);
    } catch (error) {
      await copies.remove();
      throw error;
    }
    return copies;
  }

  /** The variables that lead to the files. */
  get variables(): Readonly<Record<string, string>> {
    return this.#variables;
  }

  /** Tells that they are in use. */
  async touch(now: number): Promise<void> {
    for (const { path } of this.#copies) await touch(path, now);
  }

  /**
   * Removes them, unless the command has written there.
   *
   * @returns what is to be told of that
   */
  async remove(): Promise<readonly string[]> {
    const warnings: string[] = [];
    for (const copy of this.#copies) {
      const { original, path } = copy;
      try {
        const kept = await takeBack(copy);
        if (kept === undefined) continue;
        warnings.push(
          `The command changed its copy of ${original}, which is kept as ${kept}`,
        );
      } catch (error) {
        warnings.push(
          `The command's copy of ${original} cannot be removed from ${path}: ${
            reasonOf(error)
          }`,
        );
      }
    }
    return warnings;
  }

  async #add(
    file: AwsFilePath,
    cache: CacheDirectory | undefined,
  ): Promise<Place> {
    const { name, variable, isNamed = false } = file;
    if (file.path === undefined && !isNamed) {
      return { file, path: undefined, exists: false };
    }
    // SDKs do not agree either on what an empty variable stands for.
    const original = file.path && await absolute(file.path);
    const found = original ? await readBytesIfPresent(original) : undefined;
    const exists = found !== undefined;
    const before = found ?? new Uint8Array();
    const bytes = formatAwsFile(stripDefaultProfile(parseAwsFile(before)));
    if (
      original !== undefined && isSame(before, bytes) &&
      !(isNamed && isAmbiguous(original))
    ) {
      // The command may look for a relative path from elsewhere.
      if (isNamed) this.#variables[variable] = original;
      return { file, path: original, exists };
    }
    const label = original ?? `an empty ${name} file`;
    if (hasDefaultIdentity(bytes)) {
      throw new Error(
        `what ${label} says of the profile 'default' cannot be understood`,
      );
    }
    const path = await this.#copy(file, label, bytes, cache);
    return { file, path, exists: true };
  }

  /**
   * Sets the variables for clients that ignore `AWS_SHARED_CREDENTIALS_FILE`.
   *
   * The AWS SDK for JavaScript v2 reads that variable only with
   * `AWS_SDK_LOAD_CONFIG`. With it, a missing `config` is an error, so that an
   * empty copy stands in. The AWS SDK for Java v1 has a variable of its own. It
   * ignores `HOME`, and reads `config` if `credentials` is missing.
   */
  async #leadOldClients(
    places: readonly Place[],
    cache: CacheDirectory | undefined,
  ): Promise<void> {
    const config = places.find(({ file }) => file.name === "config");
    const credentials = places.find(({ file }) => file.name === "credentials");
    const java = [credentials, config].find((place) => place?.exists) ??
      credentials;
    if (java?.path !== undefined) this.#variables[JAVA_VARIABLE] = java.path;
    const isElsewhere = this.#copies.length > 0 || credentials?.file.isNamed;
    if (!isElsewhere || config?.path === undefined) return;
    if (!config.exists) {
      await this.#copy(config.file, config.path, new Uint8Array(), cache);
    }
    this.#variables.AWS_SDK_LOAD_CONFIG = "1";
  }

  /**
   * Makes a copy and sets the variable that leads to the copy.
   *
   * @returns the path of the copy
   * @throws {Error} If the copy cannot be made.
   */
  async #copy(
    { name, variable }: AwsFilePath,
    label: string,
    bytes: Uint8Array,
    cache: CacheDirectory | undefined,
  ): Promise<string> {
    if (cache === undefined) throw new Error("there is no home directory");
    await cache.prepare();
    const path = await absolute(cache.copyPath(name));
    if (isAmbiguous(path)) {
      throw new Error(`SDKs do not agree on what the path ${path} stands for`);
    }
    await replacePrivate(path, bytes);
    this.#copies.push({ original: label, path, bytes });
    this.#variables[variable] = path;
    return path;
  }
}

/** Where what the command has made of its copy is now; `undefined` if nothing. */
async function takeBack({ path, bytes }: Copy): Promise<string | undefined> {
  const fate = await copyStateOf(path, bytes);
  if (fate !== "changed") {
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
