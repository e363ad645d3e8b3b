import { readBytesIfPresent } from "../system/read_file.ts";
import { within } from "../system/path.ts";
import { parseSections } from "./ini_sections.ts";

/**
 * Finds access keys that programs may use instead of the session that `--server` serves.
 * Some programs, such as boto 2, read the profile `default` of `~/.aws/credentials`
 * directly, and ignore AWS's variables.
 *
 * @returns The path of the file; `undefined` if the file has no such keys or is unreadable
 */
export async function findDirectKeys(
  home: string | undefined,
): Promise<string | undefined> {
  if (home === undefined) return undefined;
  const path = within(home, ".aws", "credentials");
  const bytes = await readBytesIfPresent(path).catch(() => undefined);
  const sections = parseSections(new TextDecoder().decode(bytes));
  return sections.get("default")?.aws_access_key_id ? path : undefined;
}

/** Describes the keys of a file that {@linkcode findDirectKeys} found. */
export function describeDirectKeys(path: string): string {
  return `access keys in ${path}, which boto 2, awscurl, polars and other programs that read this file directly use instead of the session of '--server'`;
}
