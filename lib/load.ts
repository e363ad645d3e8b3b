import { resolve } from "./path.ts";
import { parseProfiles, type Profiles } from "./aws/profiles.ts";
import type { Options } from "./cli/invocation.ts";
import type { Config } from "./config/config.ts";
import { parseConfig } from "./config/parse.ts";
import { projectPaths, userPath } from "./config/search.ts";
import { ConfigError } from "./errors.ts";
import { awsFile } from "./plan/locations.ts";
import { isSameFile, readTextIfPresent } from "./system/files.ts";
import type { Host } from "./system/host.ts";
import { reasonOf } from "./system/reason.ts";
import { readTrusted } from "./system/trust.ts";

/**
 * Reads the configuration: the project's file, which is the named one or the
 * first on the way up, before the user's own.
 *
 * @throws {ConfigError} where a file cannot be read, trusted or understood
 */
export function loadConfigs(
  host: Host,
  { config: named }: Options,
): readonly Config[] {
  const own = host.home === undefined ? undefined : userPath(host.home);
  const cwd = workingDirectory(host);
  const found = named === undefined
    ? firstOf(projectPaths(cwd))
    : namedFile(resolve(cwd, named));
  const configs: Config[] = [];
  if (
    found !== undefined && !(own !== undefined && isSameFile(found.path, own))
  ) {
    configs.push(parseConfig(found.text, found.path, "project"));
  }
  const ownText = own && readTrusted(own);
  if (own && ownText !== undefined) {
    configs.push(parseConfig(ownText, own, "user"));
  }
  return configs;
}

/**
 * Reads `~/.aws/config` and `~/.aws/credentials`, or the files that AWS's
 * variables name.
 *
 * @throws {ConfigError} where one is there but cannot be read
 */
export function loadProfiles({ env, home }: Host): Profiles {
  const read = (
    variable: string | undefined,
    name: "config" | "credentials",
  ) => {
    const path = awsFile(variable, name, home);
    if (path === undefined) return "";
    try {
      return readTextIfPresent(path) ?? "";
    } catch (error) {
      throw new ConfigError(`Cannot read ${path}: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  };
  return parseProfiles(
    read(env.AWS_CONFIG_FILE, "config"),
    read(env.AWS_SHARED_CREDENTIALS_FILE, "credentials"),
  );
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
