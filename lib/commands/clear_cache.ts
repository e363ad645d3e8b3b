import { removeProfiles } from "../credentials/profile.ts";
import { CacheDirectory, type SessionFilter } from "../cache/directory.ts";
import { ConfigError, STATUS } from "../errors.ts";
import { sessionKey } from "../plan/cache_key.ts";
import { awsFile, cacheDirectoryOf } from "../aws/paths.ts";
import { resolveTargetPlan } from "../plan/resolve_plan.ts";
import { resolveTarget } from "../plan/resolve_role.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import { reasonOf } from "../system/os_error.ts";
import type { OwnCommandContext } from "./dispatch.ts";

/**
 * Forgets the sessions of a role, or all, and removes the profiles that we
 * wrote for them, and only those.
 *
 * @throws {ConfigError} where something of it cannot be removed
 */
export async function clearCache(
  context: OwnCommandContext,
): Promise<ExitStatus> {
  const { host, print } = context;
  const { env, home } = host;
  const target = await findTarget(context);
  const directory = cacheDirectoryOf(env, home);
  const file = awsFile("credentials", env, home);
  const sessions = directory === undefined
    ? 0
    : await orFail(directory, () =>
      new CacheDirectory(directory).clear(target?.sessions));
  // Only the sessions of roles are saved as profiles.
  const isSaved = target === undefined || target.roleArn !== undefined;
  const profiles = file === undefined || !isSaved
    ? []
    : await orFail(file, () => removeProfiles(file, target?.roleArn));

  const of = target === undefined ? "" : ` of ${target.name}`;
  print(`Sessions removed${of}: ${sessions}\n`);
  print(`Profiles removed${of}: ${profiles.join(", ") || "none"}\n`);
  return { status: STATUS.ok };
}

/** Whose sessions are to be forgotten; `undefined` stands for all. */
interface Forgotten {
  /** The role or the profile, in words for a person. */
  readonly name: string;
  readonly sessions: SessionFilter;
  /** The role; absent if the session is that of a profile. */
  readonly roleArn?: string;
}

async function findTarget(
  { layers, loadInput }: OwnCommandContext,
): Promise<Forgotten | undefined> {
  const names = { ...layers.variables, ...layers.options };
  // AWS's files are not read, because they need not be usable to clear the cache.
  if (names.role === undefined && names.profile === undefined) return undefined;
  const input = loadInput();
  const target = resolveTarget(input);
  if (target === undefined) return undefined;
  if (target.kind === "role") {
    const { arn } = target.role;
    return { name: arn, sessions: { roleArn: arn }, roleArn: arn };
  }
  const key = await sessionKey(await resolveTargetPlan(target, input));
  return { name: `the profile '${target.name}'`, sessions: { key } };
}

async function orFail<T>(path: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw new ConfigError(`Cannot clear ${path}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
