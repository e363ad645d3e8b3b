import { listEntries } from "./files.ts";

/** The version of a Deno, and the directories in which it keeps what it has downloaded. */
export interface DenoCache {
  readonly denoVersion: string;
  readonly denoDir: string;
  readonly npmCache: string;
}

/** Asks Deno for its directories; `env` can name another `DENO_DIR`. */
export async function findDenoCache(
  env: Readonly<Record<string, string>> = {},
  deno: string = Deno.execPath(),
): Promise<DenoCache> {
  const { stdout } = await new Deno.Command(deno, {
    args: ["info", "--json", "--no-config"],
    env,
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Finds a file or a directory of the npm cache; each registry has a directory of its own. */
export function findInNpmCache(npmCache: string, path: string): string[] {
  return listEntries(npmCache)
    .map(({ name }) => `${npmCache}/${name}/${path}`)
    .filter(exists);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
