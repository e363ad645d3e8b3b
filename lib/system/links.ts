import { dirname, resolve } from "../path.ts";
import { isAbsence } from "./files.ts";

/** The file that a path leads to, through links, whether there is one yet or not. */
export async function followLinks(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (!isAbsence(error)) throw error;
  }
  try {
    return await followLinks(resolve(dirname(path), await Deno.readLink(path)));
  } catch {
    return path; // not a link
  }
}
