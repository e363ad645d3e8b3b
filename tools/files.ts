/** Computes the SHA-256 of a file, in hexadecimal digits. */
export async function sha256(path: string): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    await Deno.readFile(path),
  );
  return new Uint8Array(digest).toHex();
}

/** Lists the files in a directory and all directories below; none if it is missing. */
export function listFiles(directory: string): string[] {
  return listEntries(directory).flatMap(({ name, isDirectory }) => {
    const path = `${directory}/${name}`;
    return isDirectory ? listFiles(path) : [path];
  });
}

/** Lists a directory; a missing directory has no entries. */
export function listEntries(directory: string): Deno.DirEntry[] {
  try {
    return Array.from(Deno.readDirSync(directory));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
