import { parseProfiles, type Profiles } from "../aws/profiles.ts";
import type { Options } from "../cli/invocation.ts";
import type { Config } from "./config.ts";
import { parseConfig } from "./parse.ts";
import { awsFile } from "../aws/paths.ts";
import { type AwsTexts, readAwsFiles, readConfigs } from "./files.ts";
import type { Input } from "../host.ts";
import { checkEncoding } from "../system/encoding.ts";

/**
 * Loads the configuration files: the project's file before the user's own file.
 *
 * @throws {ConfigError} If a file cannot be read or trusted, or is invalid
 */
export function loadConfigs(
  host: Input,
  options: Options,
  texts = readConfigs(host, options.config),
): readonly Config[] {
  return texts.map(({ path, text, owner }) => parseConfig(text, path, owner));
}

/**
 * Loads the profiles of `~/.aws/config` and `~/.aws/credentials`, or of the files
 * that AWS's variables name.
 *
 * @throws {ConfigError} If a file exists but cannot be read
 */
export function loadProfiles(
  host: Input,
  texts = readAwsFiles(host),
): Profiles {
  const { env, home } = host;
  const pathOf = (name: keyof AwsTexts) => awsFile(name, env, home) ?? name;
  return parseProfiles(texts.config, texts.credentials, {
    config: pathOf("config"),
    credentials: pathOf("credentials"),
    checkEncoding,
  });
}
