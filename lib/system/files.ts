import { reasonOf } from "./os_error.ts";

/**
 * The text of a file.
 *
 * @throws an error whose message is the reason, in a few words
 */
export async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
}

/** The text of a file, or `undefined` where there is none. */
export function readTextIfPresent(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/**
 * All of an open file from where it is read. Small files are read at once and in
 * place: to wait for each of a handful would take longer than to read them all.
 */
export function readWhole(file: Deno.FsFile): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = new Uint8Array(4096);
    const count = file.readSync(chunk);
    if (count === null) return concat(chunks);
    chunks.push(chunk.subarray(0, count));
  }
}

/** One content of several, one after the other. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((n, { length }) => n + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The bytes of a file, or `undefined` where there is none. */
export async function readBytesIfPresent(
  path: string,
): Promise<Uint8Array | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** What a path leads to, as far as it matters for writing there. */
export async function kindOf(
  path: string,
): Promise<"nothing" | "file" | "directory" | "device" | "other"> {
  const info = await statIfPresent(path);
  if (info === undefined) return "nothing";
  const { isFile, isDirectory, isCharDevice } = info;
  if (isFile) return "file";
  return isDirectory ? "directory" : isCharDevice ? "device" : "other";
}

/** What a path leads to, or `undefined` where there is nothing. */
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

/** Whether there is anything at a path. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Whether there is a file at a path. */
export function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Whether an error says that a file, or a directory on the way to it, is not there. */
export function isAbsence(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound;
}

/** Whether two paths lead to one file that is there. */
export function isSameFile(a: string, b: string): boolean {
  try {
    return a === b || Deno.realPathSync(a) === Deno.realPathSync(b);
  } catch {
    return false; // one of them is not there
  }
}
