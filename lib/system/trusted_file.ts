import { ConfigError } from "../errors.ts";
import { mayOthersWrite, openRegular, readWhole } from "./files.ts";
import { reasonOf } from "./os_error.ts";
import { IS_WINDOWS } from "./path.ts";

/** A file that determines which program runs under which identity. */
export interface TrustedFile {
  readonly text: string;
  /**
   * A text that is different for each file, and for each change of its ACL or its group.
   * Absent unless an ACL or the group could let other users write to the file, which
   * `checkAcl()` finds out.
   */
  readonly aclStamp?: string;
}

/**
 * Reads a file that determines which program runs under which identity. The file, and a
 * symbolic link to the file, must belong to the user or to root, and the mode must let no
 * other user write to the file. Returns `undefined` if there is no file.
 *
 * @throws {ConfigError} If the file cannot be read.
 * @throws {UntrustedError} If the file cannot be trusted.
 */
export async function readTrusted(
  path: string,
): Promise<TrustedFile | undefined> {
  try {
    const link = Deno.lstatSync(path);
    // Check and read the same open file, because the path may soon lead to another file.
    using file = await openRegular(path);
    const info = file.statSync();
    if (!IS_WINDOWS) checkOwner(path, link, info);
    const aclStamp = aclStampOf(info);
    return {
      text: decode(path, readWhole(file)),
      ...(aclStamp !== undefined && { aclStamp }),
    };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`Cannot read ${path}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * Returns the text that identifies a file, its ACL and its group; `undefined` if the mode
 * shows that neither lets other users write to the file. The write
 * permission of the group is the limit of all permissions in an ACL.
 */
export function aclStampOf(
  { mode, dev, ino, ctime, gid }: Deno.FileInfo,
): string | undefined {
  return !IS_WINDOWS && (mode ?? 0) & 0o020
    ? `${dev} ${ino} ${ctime?.getTime()} ${gid}`
    : undefined;
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
