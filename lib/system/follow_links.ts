import { dirname } from "./dirname.ts";
import { from, isAbsolute } from "./path.ts";
import { isAbsence } from "./files.ts";

/** The file that a path leads to, through links, whether there is one yet or not. */
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

/** A path as it can be used from anywhere, whether there is something or not. */
export async function absolute(path: string): Promise<string> {
  return isAbsolute(path) ? path : from(await Deno.realPath("."), path);
}
