import { dirname } from "./dirname.ts";
import { from, isAbsolute } from "./path.ts";
import { isAbsence } from "./files.ts";

/** Resolves the symbolic links of a path; the file at the end need not exist. */
export async function followLinks(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (!isAbsence(error)) throw error;
  }
  try {
    return await followLinks(from(dirname(path), await Deno.readLink(path)));
  } catch {
    return path; // not a link
  }
}

/** Makes a path absolute; the path need not exist. */
export async function absolute(path: string): Promise<string> {
  return isAbsolute(path) ? path : from(await Deno.realPath("."), path);
}
