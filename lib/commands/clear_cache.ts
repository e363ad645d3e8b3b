import { removeProfiles } from "../credentials/saved_profile.ts";
import { CacheDirectory } from "../cache/cache_directory.ts";
import type { SessionFilter } from "../cache/session_filter.ts";
import { ConfigError, STATUS } from "../errors.ts";
import { sessionKey } from "../plan/cache_key.ts";
import { awsFile } from "../aws/paths.ts";
import { refuseSavedProfile, resolveCache } from "../plan/home_policy.ts";
import { resolveTargetPlan } from "../plan/resolve_plan.ts";
import { formatLines } from "../settings/terminal_text.ts";
import { resolveTarget } from "../plan/resolve_target.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import { findUnreadableReason } from "../system/inspect_system.ts";
import { inspectHome } from "../system/home_access.ts";
import { reasonOf } from "../system/os_error.ts";
import type { OwnCommandContext } from "./dispatch.ts";

/**
 * Removes the cached sessions of a role, or all cached sessions, and the profiles
 * that assume-role saved for these sessions.
 *
 * @throws {ConfigError} If a session or a profile cannot be removed.
 */
export async function clearCache(
  context: OwnCommandContext,
): Promise<ExitStatus> {
  const { host, print } = context;
  const target = await findTarget(context);
  const { directory, file } = await findPaths(context);
  const cache = CacheDirectory.at(directory);
  const sessions = cache === undefined
    ? 0
    : await reportFailure(directory!, () => cache.clear(target?.sessions));
  // Ignore a failure: the next run tries again.
  await cache?.tidy(host.now()).catch(() => {});
  // Only the sessions of roles are saved as profiles.
  const isSaved = target === undefined || target.roleArn !== undefined;
  const profiles = file === undefined || !isSaved
    ? []
    : await reportFailure(file, () => removeProfiles(file, target?.roleArn));

  const of = target === undefined ? "" : ` of ${target.name}`;
  print(formatLines(
    `Sessions removed${of}: ${sessions}`,
    `Profiles removed${of}: ${profiles.join(", ") || "none"}`,
  ));
  return { status: STATUS.ok };
}

/** Paths of the cache and of the saved profiles; `undefined` for a path to leave alone. */
interface ClearPaths {
  readonly directory: string | undefined;
  /** The file with the saved profiles. */
  readonly file: string | undefined;
}

/**
 * Finds the paths of the cache and of the file with the saved profiles. Leaves out default
 * paths that cannot be read, and reports them.
 *
 * @throws {ConfigError} If the cache is in the home of another user.
 */
async function findPaths(
  { host: { env, home }, layers, reportUnread }: OwnCommandContext,
): Promise<ClearPaths> {
  const homeAccess = inspectHome(home);
  const { cacheDirectory: directory } = resolveCache({ env, home, homeAccess });
  if (directory === undefined && homeAccess.kind === "foreign") {
    const { owner } = homeAccess;
    throw new ConfigError(
      `Cannot clear the cache: ${home} belongs to user ${owner}, and assume-role runs as root`,
      {
        hint:
          `run assume-role as that user, for example with 'sudo -u "#${owner}"'`,
      },
    );
  }
  const refusal = refuseSavedProfile({ env, home, homeAccess });
  const file = awsFile("credentials", env, home);
  const isNamed = env.AWS_SHARED_CREDENTIALS_FILE !== undefined;
  const reason = file === undefined || isNamed
    ? undefined
    : await findUnreadableReason(file);
  const unread = file === undefined || reason === undefined
    ? []
    : [{ path: file, reason, kind: "aws", mayDecide: false } as const];
  reportUnread([...layers.unread, ...unread]);
  return {
    directory,
    file: refusal === undefined && reason === undefined ? file : undefined,
  };
}

/** Sessions to remove. */
interface ClearTarget {
  /** The name of the role or the profile, for messages. */
  readonly name: string;
  readonly sessions: SessionFilter;
  /** The role's ARN; absent if the session belongs to a profile. */
  readonly roleArn?: string;
}

/** Finds the sessions that the options and variables select; `undefined` means all sessions. */
async function findTarget(
  { layers, loadInput }: OwnCommandContext,
): Promise<ClearTarget | undefined> {
  const names = { ...layers.variables, ...layers.options };
  // Ignore the key `role` of a configuration file, so that `--clear-cache` alone always
  // clears the whole cache. `--clear-cache` alone must work even if AWS's files are
  // damaged, so do not load them.
  if (names.role === undefined && names.profile === undefined) return undefined;
  const input = await loadInput();
  const target = resolveTarget(input);
  if (target === undefined) return undefined;
  if (target.kind === "role") {
    const { arn } = target.role;
    return { name: arn, sessions: { roleArn: arn }, roleArn: arn };
  }
  const key = await sessionKey(await resolveTargetPlan(target, input));
  return { name: `the profile '${target.name}'`, sessions: { key } };
}

async function reportFailure<T>(
  path: string,
  task: () => Promise<T>,
): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw new ConfigError(`Cannot clear ${path}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
