/** Runs assume-role, and returns all text that it writes. */
import { run } from "../../../lib/run.ts";
import type { TestHome } from "../test_home.ts";

/** The executable under test; `undefined` if the sources are tested. */
const BINARY = Deno.env.get("ASSUME_ROLE_BIN");

/**
 * Whether to make a run of a table, by the number of the run. An executable is slow to
 * start: it makes each seventh run, unless `HOSTILE_STEP` is another number.
 */
export function isChosen(index: number): boolean {
  const step = Deno.env.get("HOSTILE_STEP") ?? (BINARY ? 7 : 1);
  return index % Number(step) === 0;
}

/** The text that a run has written. */
export interface Shown {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs assume-role without questions: the executable or, because a table has hundreds of
 * runs, the sources in this process.
 */
export async function observe(
  home: TestHome,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Shown> {
  const all = ["--no-input", ...args];
  if (BINARY) return await home.run(all, { env });
  let stdout = "";
  let stderr = "";
  const { now } = Date;
  // In a process of its own, a relative path is relative to the project.
  const directories: Record<string, string> = Object.fromEntries(
    ["HOME", "ASSUME_ROLE_CACHE_DIR"].flatMap((name) =>
      env[name] === undefined ? [] : [[name, `${home.project}/${env[name]}`]]
    ),
  );
  await run({
    args: all,
    env: { ...home.env, ...env, ...directories },
    findUnreadable: () => [],
    cwd: () => home.project,
    home: directories.HOME ?? home.path,
    isWindows: false,
    canSandbox: false,
    runtime: { deno: Deno.version.deno, target: Deno.build.target },
    now,
    writeStdout: (text) => void (stdout += text),
    writeStderr: (text) => void (stderr += text),
  });
  return { stdout, stderr };
}
