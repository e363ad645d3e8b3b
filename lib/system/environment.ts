import { isAbsolute } from "./path.ts";

/**
 * Finds the user's home directory: from the environment, else from the system. A relative
 * path is made absolute, so that the owners of its directories can be checked.
 */
export async function findHome(
  env: Readonly<Record<string, string>>,
  isWindows: boolean,
): Promise<string | undefined> {
  const home = (isWindows ? env.USERPROFILE : env.HOME) || await systemHome();
  if (!home || isAbsolute(home)) return home;
  const { absolute } = await import("./follow_links.ts");
  return absolute(home).catch(() => undefined); // the working directory was deleted
}

async function systemHome(): Promise<string | undefined> {
  const { homedir } = await import("node:os");
  return homedir() || undefined; // empty if the user has no account entry
}

/**
 * Creates a function that picks the variables whose values are not valid UTF-8.
 * `Deno.env.toObject()` omits such a variable, and `Deno.env.get()` throws for its
 * name.
 *
 * @param get `Deno.env.get`
 */
export function createFindUnreadable(
  get: (name: string) => string | undefined,
): (names: readonly string[]) => readonly string[] {
  const isUnreadable = (name: string) => fails(() => get(name));
  return (names) =>
    // Use `forEach`, because every run executes this line, and `for` takes three times as
    // long.
    fails(() => names.forEach(get)) ? names.filter(isUnreadable) : [];
}

function fails(read: () => void): boolean {
  try {
    read();
    return false;
  } catch (error) {
    if (error instanceof Deno.errors.InvalidData) return true;
    throw error;
  }
}
