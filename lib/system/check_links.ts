import { ConfigError } from "../errors.ts";
import { dirname } from "./dirname.ts";
import { isAbsence } from "./files.ts";
import { explainDistrust } from "./distrust.ts";
import { from, IS_WINDOWS } from "./path.ts";
import { readTrusted, UntrustedError } from "./trusted_file.ts";

/** Limit of the symbolic links in a chain; the system has a similar limit. */
const MAX_LINKS = 40;

/**
 * Checks the symbolic links that lead from a path to a file that was read. Links in the place
 * of directories are not checked.
 *
 * @param text the text of the file, as it was read
 * @throws {ConfigError} If a link belongs neither to the user nor to root, or if the links
 * lead to another text.
 */
export async function checkLinks(path: string, text: string): Promise<void> {
  if (IS_WINDOWS) return;
  const end = followTrusted(path);
  if (end === path) return;
  if (end !== undefined && (await readTrusted(end))?.text === text) return;
  throw new ConfigError(
    `Cannot use ${path}: the file has changed since assume-role read it`,
    { hint: "run assume-role again" },
  );
}

/** Follows symbolic links of the user and of root; `undefined` if a link leads nowhere. */
function followTrusted(path: string): string | undefined {
  let next = path;
  for (let count = 0; count < MAX_LINKS; count++) {
    const link = lstatIfPresent(next);
    if (!link?.isSymlink) return link && next;
    if (link.uid !== Deno.uid() && link.uid !== 0) {
      throw explainDistrust(new UntrustedError(next, link, link));
    }
    next = from(dirname(next), Deno.readLinkSync(next));
  }
  return undefined;
}

function lstatIfPresent(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}
