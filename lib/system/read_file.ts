import { decode, isAbsence, readRegular } from "./files.ts";
import { reasonOf } from "./os_error.ts";

/**
 * The greatest size of a file with one value, such as a token or a session policy. AWS
 * accepts far less.
 */
export const MAX_VALUE_BYTES = 2 ** 20;

/**
 * Reads the text of a regular file with one value.
 *
 * @throws {Error} If the file cannot be read; the message is only the reason.
 */
export async function readText(path: string): Promise<string> {
  try {
    return decode(await readRegular(path, MAX_VALUE_BYTES));
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
}

/** Reads the bytes of a regular file; `undefined` if there is no file. */
export async function readBytesIfPresent(
  path: string,
): Promise<Uint8Array | undefined> {
  try {
    return await readRegular(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Finds the kind of the file at a path, which decides whether assume-role writes to the path. */
export async function kindOf(
  path: string,
): Promise<"nothing" | "file" | "directory" | "device" | "other"> {
  const info = await statIfPresent(path);
  if (info === undefined) return "nothing";
  const { isFile, isDirectory, isCharDevice } = info;
  if (isFile) return "file";
  return isDirectory ? "directory" : isCharDevice ? "device" : "other";
}

/** Returns the attributes of the file at a path; `undefined` if there is no file. */
export async function statIfPresent(
  path: string,
): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}
