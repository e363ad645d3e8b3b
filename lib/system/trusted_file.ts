import { ConfigError } from "../errors.ts";
import { readWhole } from "./files.ts";
import { reasonOf } from "./os_error.ts";
import { IS_WINDOWS } from "./path.ts";

/**
 * Reads a file that determines which program runs under which identity. The file, and a
 * symbolic link to the file, must belong to the user or to root, and no other user may be
 * able to write to the file. Returns `undefined` if there is no file.
 *
 * @throws {ConfigError} If the file cannot be read.
 * @throws {UntrustedError} If the file cannot be trusted.
 */
export function readTrusted(path: string): string | undefined {
  try {
    const link = Deno.lstatSync(path);
    const { isFile, isDirectory } = Deno.statSync(path);
    if (isDirectory) throw new Deno.errors.IsADirectory();
    if (!isFile) throw new Error("not a regular file");
    // Check and read the same open file, because the path may soon lead to another file.
    using file = Deno.openSync(path);
    if (!IS_WINDOWS) checkOwner(path, link, file.statSync());
    return decode(path, readWhole(file));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`Cannot read ${path}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * Checks a file that was read already.
 *
 * @throws {ConfigError} If the file cannot be trusted, or no longer has the given text.
 */
export function checkTrusted(path: string, text: string): void {
  if (readTrusted(path) === text) return;
  throw new ConfigError(
    `Cannot use ${path}: the file has changed since assume-role read it`,
    { hint: "run assume-role again" },
  );
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    if (bytes.includes(0)) throw new TypeError("not text");
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ConfigError(`Cannot read ${path}: the file is not UTF-8 text`, {
      hint: "save the file as UTF-8",
      cause: error,
    });
  }
}

/**
 * An error about a file that cannot be trusted. `explainDistrust()` adds the reason and the
 * hint, which few runs need.
 */
export class UntrustedError extends ConfigError {
  /** The path of the file. */
  readonly path: string;
  /** The attributes of the path itself, without following a symbolic link. */
  readonly link: Deno.FileInfo;
  /** The attributes of the file. */
  readonly file: Deno.FileInfo;

  constructor(path: string, link: Deno.FileInfo, file: Deno.FileInfo) {
    super(`Cannot use ${path}`);
    this.path = path;
    this.link = link;
    this.file = file;
  }
}

function checkOwner(
  path: string,
  link: Deno.FileInfo,
  file: Deno.FileInfo,
): void {
  const own = Deno.uid();
  const isTrusted = [link, file].every(({ uid }) => uid === own || uid === 0);
  if (isTrusted && !mayOthersWrite(file, Deno.gid())) return;
  throw new UntrustedError(path, link, file);
}

/**
 * Whether users other than the owner and root can write to a file. Write permission
 * for the group does not count if the group is the user's private group. Systems with
 * the default umask 002 give each user a private group with the user's ID.
 *
 * @param ownGroup the group of this process
 */
export function mayOthersWrite(
  { mode, uid, gid }: Pick<Deno.FileInfo, "mode" | "uid" | "gid">,
  ownGroup: number | null,
): boolean {
  if (mode === null) return false;
  const isPrivate = gid === uid && gid === ownGroup;
  return (mode & (isPrivate ? 0o002 : 0o022)) !== 0;
}
