const root = new URL("..", import.meta.url);

/** Reads the current commit, with `-dirty` appended if files have changed since the commit. */
export async function readCommit(): Promise<string> {
  try {
    const commit = await runGit(["rev-parse", "HEAD"]);
    const changes = await runGit(["status", "--porcelain", "-uno"]);
    return changes === "" ? commit : `${commit}-dirty`;
  } catch {
    return "unknown";
  }
}

/** Reads the time of the current commit, in RFC 3339's form with UTC. */
export async function readCommitTime(): Promise<string> {
  const seconds = await runGit(["log", "-1", "--format=%ct"]);
  return new Date(Number(seconds) * 1000).toISOString();
}

async function runGit(args: string[]): Promise<string> {
  const { success, stdout } = await new Deno.Command("git", {
    args,
    cwd: root,
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`git ${args[0]} failed`);
  return new TextDecoder().decode(stdout).trim();
}
