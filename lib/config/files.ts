import { type AwsFilePath, awsFiles } from "../aws/paths.ts";
import { ConfigError } from "../errors.ts";
import type { Input } from "../host.ts";
import type { UnreadFile } from "./unread.ts";
import {
  type FileVersion,
  isSameFile,
  readTextIfPresent,
  versionOf,
} from "../system/files.ts";
import { reasonOf } from "../system/os_error.ts";
import { from, withAncestors, within } from "../system/path.ts";
import { readTrusted, type TrustedFile } from "../system/trusted_file.ts";

/** The name of the configuration file. */
export const CONFIG_NAME = "assume-role.yaml";

/** The text of one `assume-role.yaml`. */
export interface ConfigText extends TrustedFile {
  readonly path: string;
  /**
   * `user` for the file in `~/.aws`; `project` for a file that was found in the working
   * directory or one of its parents, or that `--config` names.
   */
  readonly owner: "user" | "project";
  readonly version: FileVersion;
}

/**
 * Decides about a file that cannot be read: returns to count the file as missing, or throws.
 * The kind of a file whose path a variable sets is `named`.
 */
export type OnUnread = (
  error: ConfigError,
  path: string,
  kind: UnreadFile["kind"] | "named",
) => void;

const refuseUnread: OnUnread = (error) => {
  throw error;
};

/** The texts of `~/.aws/config` and `~/.aws/credentials`; a missing file is empty. */
export interface AwsTexts {
  readonly config: string;
  readonly credentials: string;
  readonly versions: readonly FileVersion[];
}

/** Lists the paths to search for a project's file, from the working directory up. */
export function projectPaths(cwd: string): readonly string[] {
  return withAncestors(cwd).map((directory) => within(directory, CONFIG_NAME));
}

/** Returns the path of the user's own `assume-role.yaml`. */
export function userPath(home: string): string {
  return within(home, ".aws", CONFIG_NAME);
}

/**
 * Reads the configuration files: the project's file before the user's own file. The
 * project's file is the file `named` by `--config`. If `named` is `undefined`, the
 * project's file is the first file in the working directory or, going up, in its parents.
 *
 * @throws {ConfigError} If a file cannot be read or trusted
 */
export async function readConfigs(
  input: Input,
  named: string | undefined,
  onUnread: OnUnread = refuseUnread,
): Promise<readonly ConfigText[]> {
  const readAt = input.now();
  const own = input.home === undefined ? undefined : userPath(input.home);
  const cwd = workingDirectory(input);
  const found = named === undefined
    ? await readFirst(projectPaths(cwd), onUnread)
    : await readNamed(from(cwd, named));
  const configs: ConfigText[] = [];
  if (found !== undefined && !(own && isSameFile(found.path, own))) {
    const version = versionOf(found.path, found.text, readAt);
    configs.push({ ...found, owner: "project", version });
  }
  const file = own && await readDefault(own, "own", onUnread);
  if (file) {
    const version = versionOf(file.path, file.text, readAt);
    configs.push({ ...file, owner: "user", version });
  }
  return configs;
}

/**
 * Reads `~/.aws/config` and `~/.aws/credentials`, or the files that AWS's
 * variables name.
 *
 * @throws {ConfigError} If a file exists but cannot be read
 */
export async function readAwsFiles(
  { env, home, now }: Input,
  onUnread: OnUnread = refuseUnread,
): Promise<AwsTexts> {
  const readAt = now();
  const versions: FileVersion[] = [];
  const texts: string[] = [];
  const read = async ({ path, isNamed }: AwsFilePath) => {
    if (path === undefined) return "";
    try {
      const text = await readTextIfPresent(path);
      versions.push(versionOf(path, text, readAt));
      return text ?? "";
    } catch (cause) {
      const reason = reasonOf(cause);
      const error = new ConfigError(`Cannot read ${path}: ${reason}`, {
        cause,
      });
      onUnread(error, path, isNamed ? "named" : "aws");
      versions.push(versionOf(path, undefined, readAt));
      return "";
    }
  };
  for (const file of awsFiles(env, home)) texts.push(await read(file));
  const [config = "", credentials = ""] = texts;
  return { config, credentials, versions };
}

function workingDirectory({ cwd }: Input): string {
  try {
    return cwd();
  } catch (error) {
    throw new ConfigError(
      `Cannot find the working directory: ${reasonOf(error)}`,
      { cause: error },
    );
  }
}

type FoundFile = Pick<ConfigText, "path" | keyof TrustedFile>;

async function readFirst(
  paths: readonly string[],
  onUnread: OnUnread,
): Promise<FoundFile | undefined> {
  for (const path of paths) {
    const file = await readDefault(path, "project", onUnread);
    if (file !== undefined) return file;
  }
  return undefined;
}

async function readDefault(
  path: string,
  kind: "own" | "project",
  onUnread: OnUnread,
): Promise<FoundFile | undefined> {
  try {
    const file = await readTrusted(path);
    return file && { path, ...file };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    onUnread(error, path, kind);
    return undefined;
  }
}

async function readNamed(path: string): Promise<FoundFile> {
  const file = await readTrusted(path);
  if (file === undefined) {
    throw new ConfigError(`Cannot read ${path}: no such file or directory`, {
      hint: "check the path in '--config' or ASSUME_ROLE_CONFIG",
    });
  }
  return { path, ...file };
}
