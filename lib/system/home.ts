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
