import type { UnreadFile } from "../config/unread.ts";
import { AssumeRoleError, ConfigError } from "../errors.ts";
import type { Reporter } from "../host.ts";
import { IS_WINDOWS } from "../system/path.ts";

/** Reports all files that cannot be read, in one warning. */
export function reportUnread(
  unread: readonly UnreadFile[] | undefined,
  reporter: Reporter,
): void {
  if (unread?.length) reporter.warn(formatUnread(unread));
}

/**
 * Refuses files that can no longer be read, because a running command must keep its
 * identity.
 *
 * @throws {ConfigError} If a file cannot be read now, and could be read or was missing before
 */
export function refuseNewUnread(
  before: readonly UnreadFile[],
  now: readonly UnreadFile[],
): void {
  const file = now.find(({ path }) => !before.some((old) => old.path === path));
  if (file === undefined) return;
  throw new ConfigError(`Cannot read ${file.path}: ${file.reason}`);
}

/** Formats a sentence about files that cannot be read; files with one reason are joined. */
export function formatUnread(unread: readonly UnreadFile[]): string {
  const reasons = new Set(unread.map(({ reason }) => reason));
  const parts = Array.from(reasons, (reason) => {
    const paths = unread.filter((file) => file.reason === reason)
      .map(({ path }) => path);
    return `Cannot read ${joinPaths(paths)}: ${reason}`;
  });
  return `${parts.join("; ")}; going on without ${
    unread.length > 1 ? "these files" : "this file"
  }`;
}

/** The files that cannot be read, and the home directory. */
interface Readable {
  readonly unread?: readonly UnreadFile[];
  readonly home?: string | undefined;
}

/**
 * Names the files that cannot be read in the hint of an error about missing credentials or
 * an unknown profile, because these files may have the credentials or the profile. Without a
 * home directory, there are no such files.
 */
export function blameUnread(
  error: unknown,
  { unread = [], home }: Readable,
): unknown {
  const paths = unread.filter(({ kind }) => kind === "aws")
    .map(({ path }) => path);
  if (!(error instanceof AssumeRoleError) || !error.isBaseMissing) return error;
  if (home === undefined) {
    return Object.assign(error, {
      hint: `set ${
        IS_WINDOWS ? "USERPROFILE" : "HOME"
      } to your home directory, because ~/.aws cannot be found without it`,
    });
  }
  if (paths.length === 0) return error;
  const hint = `make ${
    joinPaths(paths)
  } readable if the credentials are there, or set HOME to your home directory`;
  return Object.assign(error, { hint });
}

/** Runs a task; names the files that cannot be read in its error, as `blameUnread` does. */
export async function blamingUnread<T>(
  readable: Readable,
  task: () => Promise<T>,
): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw blameUnread(error, readable);
  }
}

function joinPaths(paths: readonly string[]): string {
  const last = paths.at(-1)!;
  return paths.length === 1
    ? last
    : `${paths.slice(0, -1).join(", ")} and ${last}`;
}
