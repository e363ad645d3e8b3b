import { toHex } from "../system/bytes.ts";
import { moveFile, removeIfPresent } from "../system/atomic_write.ts";
import { isAbsence, readRegular } from "../system/files.ts";
import { removeAbandoned } from "../system/held_file.ts";
import { within } from "../system/path.ts";
import { COPY_LOCK_NAME } from "./file_names.ts";

/**
 * Formats the text of the lock of copies of AWS's files: a line with the name and the
 * SHA-256 of each copy.
 */
export async function formatCopyHashes(
  copies: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<string> {
  const lines = copies.map(async ({ name, bytes }) =>
    `${name} ${await hash(bytes)}\n`
  );
  return (await Promise.all(lines)).join("");
}

/**
 * Removes the copies of AWS's files of a killed process. A copy that the command changed is
 * renamed, as at the end of a run.
 *
 * @param lock the name of the lock of the copies
 */
export async function removeAbandonedCopies(
  directory: string,
  lock: string,
): Promise<void> {
  const [, id] = COPY_LOCK_NAME.exec(lock) ?? [];
  await removeAbandoned(within(directory, lock), async (text) => {
    for (const line of text.split("\n")) {
      const [name, expected] = line.split(" ");
      if (name !== "config" && name !== "credentials") continue;
      const path = within(directory, `copy-${id}.${name}`);
      const found = await findHash(path);
      if (found === expected) await removeIfPresent(path);
      else if (found !== undefined) {
        await moveFile(path, within(directory, `changed-${id}.${name}`));
      }
    }
  });
}

/** Returns the hash of a file; `undefined` if there is no file. */
async function findHash(path: string): Promise<string | undefined> {
  try {
    return await hash(await readRegular(path));
  } catch (error) {
    return isAbsence(error) ? undefined : "";
  }
}

async function hash(bytes: Uint8Array): Promise<string> {
  const content = new Uint8Array(bytes);
  const hash = await crypto.subtle.digest("SHA-256", content);
  return toHex(new Uint8Array(hash));
}
