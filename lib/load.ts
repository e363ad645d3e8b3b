// @ts-types="./types/std_path.d.ts"
import { resolve } from "@std/path/resolve";
import { parseProfiles, type Profiles } from "./aws/profiles.ts";
import type { Options } from "./cli/invocation.ts";
import type { Config } from "./config/config.ts";
import { parseConfig } from "./config/parse.ts";
import { projectPaths, userPath } from "./config/search.ts";
import { ConfigError } from "./errors.ts";
import { awsFile } from "./plan/locations.ts";
import { followLinks, readTextIfPresent } from "./system/files.ts";
import type { Host } from "./system/host.ts";
import { reasonOf } from "./system/reason.ts";
import { readTrusted } from "./system/trust.ts";

/**
 * Reads the configuration: the project's file, which is the named one or the
 * first on the way up, before the user's own.
 *
 * @throws {ConfigError} where a file cannot be read, trusted or understood
 */
export async function loadConfigs(
  host: Host,
  { config: named }: Options,
): Promise<readonly Config[]> {
  const own = host.home === undefined ? undefined : userPath(host.home);
  const cwd = workingDirectory(host);
  const found = named === undefined
    ? await firstOf(projectPaths(cwd))
    : await namedFile(resolve(cwd, named));
  const configs: Config[] = [];
  if (found !== undefined && !await isSameFile(found.path, own)) {
    configs.push(parseConfig(found.text, found.path, "project"));
  }
  const ownText = own && await readTrusted(own);
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
export async function loadProfiles({ env, home }: Host): Promise<Profiles> {
  const read = async (
    variable: string | undefined,
    name: "config" | "credentials",
  ) => {
    const path = awsFile(variable, name, home);
    if (path === undefined) return "";
    try {
      return await readTextIfPresent(path) ?? "";
    } catch (error) {
      throw new ConfigError(`Cannot read ${path}: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  };
  const [config, credentials] = await Promise.all([
    read(env.AWS_CONFIG_FILE, "config"),
    read(env.AWS_SHARED_CREDENTIALS_FILE, "credentials"),
  ]);
  return parseProfiles(config, credentials);
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

async function isSameFile(a: string, b: string | undefined): Promise<boolean> {
  return b !== undefined && await followLinks(a) === await followLinks(b);
}

interface Found {
  readonly path: string;
  readonly text: string;
}

async function firstOf(paths: readonly string[]): Promise<Found | undefined> {
  for (const path of paths) {
    const text = await readTrusted(path);
    if (text !== undefined) return { path, text };
  }
  return undefined;
}

async function namedFile(path: string): Promise<Found> {
  const text = await readTrusted(path);
  if (text === undefined) {
    throw new ConfigError(`Cannot read ${path}: no such file or directory`, {
      hint: "'--config' or ASSUME_ROLE_CONFIG names it",
    });
  }
  return { path, text };
}
