/** The user's home directory: what the variables say, else what the system knows. */
export async function findHome(
  env: Readonly<Record<string, string>>,
  isWindows: boolean,
): Promise<string | undefined> {
  return (isWindows ? env.USERPROFILE : env.HOME) || await systemHome();
}

async function systemHome(): Promise<string | undefined> {
  const { homedir } = await import("node:os");
  return homedir() || undefined; // a user without an entry has none
}

/**
 * Makes the search for variables that are set to bytes that are not UTF-8.
 * `Deno.env.toObject()` leaves such a variable out; asking for its name fails.
 *
 * @param get `Deno.env.get`
 */
export function unreadableBy(
  get: (name: string) => string | undefined,
): (names: readonly string[]) => readonly string[] {
  const isUnreadable = (name: string) => fails(() => get(name));
  return (names) =>
    // Each run does this: a loop of our own would take three times as long.
    fails(() => names.forEach(get)) ? names.filter(isUnreadable) : [];
}

function fails(ask: () => void): boolean {
  try {
    ask();
    return false;
  } catch (error) {
    if (error instanceof Deno.errors.InvalidData) return true;
    throw error;
  }
}
