/**
 * Finds and ages the files that killed runs leave behind.
 *
 * @module
 */
import { join } from "@std/path/join";
import type { TestHome } from "./test_home.ts";

/** Returns the path of the cache directory. */
export const cacheOf = (home: TestHome): string =>
  join(home.path, ".aws/assume-role/cache");

/** Lists the names in a directory that are not those of cache entries. */
export function leftovers(directory: string): string[] {
  return Array.from(Deno.readDirSync(directory), ({ name }) => name)
    .filter((name) => !/^(?:\w+-)?[0-9a-f]{64}(?:\.json)?$/.test(name))
    .sort();
}

/** Replaces the random part of a name. */
export const kindOf = (name: string): string =>
  name.replace(/[0-9a-f]{8,}/, "ID");

/** Dates files back, as if they had been written a minute ago. */
export function age(directory: string): void {
  const before = Date.now() / 1000 - 60;
  for (const { name, isFile } of Deno.readDirSync(directory)) {
    if (isFile) Deno.utimeSync(join(directory, name), before, before);
  }
}
