import { ConfigError } from "../errors.ts";
import { readWhole } from "./files.ts";
import { reasonOf } from "./os_error.ts";

/**
 * Reads a file that determines which program runs under which identity. The file, and a
 * symbolic link to the file, must belong to the user or to root, and no other user may be
 * able to write to the file. Returns `undefined` if there is no file.
 *
 * @throws {ConfigError} If the file cannot be read or trusted.
 */
export function readTrusted(path: string): string | undefined {
  try {
    const link = Deno.lstatSync(path);
    const { isFile, isDirectory } = Deno.statSync(path);
    if (isDirectory) throw new Deno.errors.IsADirectory();
    if (!isFile) throw new Error("not a regular file");
    // Check and read the same open file, because the path may soon lead to another file.
    using file = Deno.openSync(path);
    if (Deno.build.os !== "windows") checkOwner(path, link, file.statSync());
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

function checkOwner(
  path: string,
  link: Deno.FileInfo,
  file: Deno.FileInfo,
): void {
  const own = Deno.uid();
  for (const { uid } of [link, file]) {
    if (uid !== own && uid !== 0) {
      throw untrusted(
        path,
        "the file or a link to it belongs to another user",
        `chown ${own} '${path}'`,
      );
    }
  }
  if (mayOthersWrite(file)) {
    throw untrusted(
      path,
      "other users can write to the file",
      `chmod go-w '${path}'`,
    );
  }
}

/**
 * Whether users other than the owner and root can write to a file. Write permission
 * for the group does not count if the group is the user's private group. Systems with
 * the default umask 002 give each user a private group with the user's ID.
 */
export function mayOthersWrite({ mode, uid, gid }: Deno.FileInfo): boolean {
  if (mode === null) return false;
  const ownGroup = gid === uid && gid === Deno.gid();
  return (mode & (ownGroup ? 0o002 : 0o022)) !== 0;
}

function untrusted(path: string, reason: string, remedy: string): ConfigError {
  return new ConfigError(`Cannot use ${path}: ${reason}`, {
    hint: `check the contents of the file, then run: ${remedy}`,
  });
}
