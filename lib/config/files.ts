import { projectPaths, userPath } from "./search.ts";
import { ConfigError } from "../errors.ts";
import { from } from "../system/path.ts";
import { awsFile } from "../aws/paths.ts";
import { isSameFile, readTextIfPresent } from "../system/files.ts";
import type { Host } from "../host.ts";
import { reasonOf } from "../system/os_error.ts";
import { readTrusted } from "../system/trusted_file.ts";

/** An `assume-role.yaml` as it was found. */
export interface ConfigText {
  readonly path: string;
  readonly text: string;
  /** Whose file it is: the user's own in `~/.aws`, or one found on the way up. */
  readonly owner: "user" | "project";
}

/** What `~/.aws/config` and `~/.aws/credentials` hold; nothing where they are not there. */
export interface AwsTexts {
  readonly config: string;
  readonly credentials: string;
}

/**
 * Reads the configuration: the project's file, which is the named one or the
 * first on the way up, before the user's own.
 *
 * @throws {ConfigError} where a file cannot be read or trusted
 */
export function readConfigs(
  host: Host,
  named: string | undefined,
): readonly ConfigText[] {
  const own = host.home === undefined ? undefined : userPath(host.home);
  const cwd = workingDirectory(host);
  const found = named === undefined
    ? firstOf(projectPaths(cwd))
    : namedFile(from(cwd, named));
  const configs: ConfigText[] = [];
  if (
    found !== undefined && !(own !== undefined && isSameFile(found.path, own))
  ) {
    configs.push({ ...found, owner: "project" });
  }
  const text = own && readTrusted(own);
  if (own && text !== undefined) {
    configs.push({ path: own, text, owner: "user" });
  }
  return configs;
}

/**
 * Reads `~/.aws/config` and `~/.aws/credentials`, or the files that AWS's
 * variables name.
 *
 * @throws {ConfigError} where one is there but cannot be read
 */
export function readAwsFiles({ env, home }: Host): AwsTexts {
  const read = (name: "config" | "credentials") => {
    const path = awsFile(name, env, home);
    if (path === undefined) return "";
    try {
      return readTextIfPresent(path) ?? "";
    } catch (error) {
      throw new ConfigError(`Cannot read ${path}: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  };
  return { config: read("config"), credentials: read("credentials") };
}

function workingDirectory(host: Host): string {
  try {
    return host.cwd();
  } catch (error) {
    throw new ConfigError(
      `Cannot tell the working directory: ${reasonOf(error)}`,
      { cause: error },
    );
  }
}

interface Found {
  readonly path: string;
  readonly text: string;
}

function firstOf(paths: readonly string[]): Found | undefined {
  for (const path of paths) {
    const text = readTrusted(path);
    if (text !== undefined) return { path, text };
  }
  return undefined;
}

function namedFile(path: string): Found {
  const text = readTrusted(path);
  if (text === undefined) {
    throw new ConfigError(`Cannot read ${path}: no such file or directory`, {
      hint: "'--config' or ASSUME_ROLE_CONFIG names it",
    });
  }
  return { path, text };
}
