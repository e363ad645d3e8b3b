import { ConfigError } from "../errors.ts";
import { readWhole } from "./files.ts";
import { reasonOf } from "./os_error.ts";

/**
 * Reads a file that decides what is run and as whom, and so must not have been
 * planted: it, and the link that leads to it, belongs to the user or to root,
 * and nobody else may write to it. `undefined` where there is no such file.
 *
 * @throws {ConfigError} where it cannot be read or trusted
 */
export function readTrusted(path: string): string | undefined {
  try {
    const link = Deno.lstatSync(path);
    const { isFile, isDirectory } = Deno.statSync(path);
    if (isDirectory) throw new Deno.errors.IsADirectory();
    if (!isFile) throw new Error("it is not a regular file");
    // What is checked is what is read, whatever the path leads to meanwhile.
    using file = Deno.openSync(path);
    if (Deno.build.os !== "windows") checkOwner(path, link, file.statSync());
    return new TextDecoder().decode(readWhole(file));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`Cannot read ${path}: ${reasonOf(error)}`, {
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
      throw refused(
        path,
        "it belongs to another user",
        `chown ${own} '${path}'`,
      );
    }
  }
  if (mayOthersWrite(file)) {
    throw refused(path, "others may write to it", `chmod go-w '${path}'`);
  }
}

/**
 * Group write is no danger where the group is the user's own, as it is on the
 * systems whose default umask is 002: its number is then the user's.
 */
export function mayOthersWrite({ mode, uid, gid }: Deno.FileInfo): boolean {
  if (mode === null) return false;
  const ownGroup = gid === uid && gid === Deno.gid();
  return (mode & (ownGroup ? 0o002 : 0o022)) !== 0;
}

function refused(path: string, reason: string, remedy: string): ConfigError {
  return new ConfigError(`Refused to use ${path}: ${reason}`, {
    hint: `if you trust what is in it: ${remedy}`,
  });
}
