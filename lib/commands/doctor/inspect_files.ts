import { describeDirectKeys, findDirectKeys } from "../../aws/direct_keys.ts";
import {
  type AwsFilePath,
  awsFiles,
  cacheDirectoryOf,
} from "../../aws/paths.ts";
import { type HomeAccess, inspectHome } from "../../system/home_access.ts";
import {
  findUnreadableReason,
  findUnwritableReason,
  inspectDirectory,
  inspectFile,
} from "../../system/inspect_system.ts";
import { isOn } from "../../settings/variables.ts";
import { reasonOf } from "../../system/os_error.ts";
import { within } from "../../system/path.ts";
import type { OwnCommandContext } from "../dispatch.ts";
import {
  checkCache,
  checkFile,
  checkHome,
  checkUnread,
  type Content,
  reportUnwritableCache,
} from "./check_files.ts";
import { type Finding, ok, problem, problemOf, warning } from "./finding.ts";

/** Checks the configuration files, AWS's files, the home and the cache. */
export async function* checkFiles(
  { configProblem, host, layers }: OwnCommandContext,
): AsyncGenerator<Finding> {
  const { env, home } = host;
  if (configProblem !== undefined) {
    yield problemOf("assume-role.yaml", configProblem);
  }
  for (const { path, reason } of layers.unread) yield checkUnread(path, reason);
  const access = inspectHome(home);
  for (const { path } of layers.configs) {
    yield await inspectAndCheck(path, "settings", access);
  }
  if (home !== undefined) {
    yield* checkHome(home, access);
    if (access.kind !== "closed") {
      yield await inspectAndCheck(within(home, ".aws"), "settings", access);
    }
  }
  let files: readonly AwsFilePath[] = [];
  try {
    files = awsFiles(env, home);
  } catch (error) {
    yield problemOf("AWS's files", error);
  }
  for (const { name, path, isNamed } of files) {
    if (path === undefined) continue;
    const reason = await findUnreadableReason(path);
    const content = name === "credentials" ? "secrets" : "settings";
    yield reason === undefined
      ? await inspectAndCheck(path, content, access)
      : isNamed
      ? problem(`${path}: ${reason}`)
      : checkUnread(path, reason);
  }
  if (access.kind !== "closed") {
    const keys = await findDirectKeys(home);
    if (keys !== undefined) {
      const text = `profile 'default': has ${describeDirectKeys(keys)}`;
      // Many users have such keys, which matter only to runs with '--server'. These runs warn.
      yield isOn("server", layers)
        ? warning(
          text,
          "run such programs without '--server', or give the profile another name",
        )
        : ok(text);
    }
  }
  const directory = cacheDirectoryOf(env, home);
  const isNamed = !!env.ASSUME_ROLE_CACHE_DIR;
  if (directory === undefined || isNamed || access.kind === "own") {
    const reason = directory && await inspectDirectory(directory);
    const unwritable = directory && findUnwritableReason(directory);
    yield directory && reason === undefined && unwritable
      ? reportUnwritableCache(directory, unwritable, isNamed)
      : checkCache(directory, reason, host.isWindows);
  }
}

async function inspectAndCheck(
  path: string,
  content: Content,
  access: HomeAccess,
): Promise<Finding> {
  const owner = access.kind === "foreign" ? access.owner : undefined;
  try {
    return checkFile(await inspectFile(path, owner), content);
  } catch (error) {
    return problem(`${path}: ${reasonOf(error)}`);
  }
}
