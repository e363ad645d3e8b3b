import { withIncludedProfiles } from "../aws/included_profiles.ts";
import { parseProfiles, type Profiles } from "../aws/profiles.ts";
import type { Options } from "../cli/invocation.ts";
import type { Config } from "./config.ts";
import { parseConfig } from "./parse.ts";
import { awsFile } from "../aws/paths.ts";
import {
  type AwsTexts,
  type ConfigText,
  readAwsFiles,
  readConfigs,
} from "./files.ts";
import { readSettled } from "../system/settled_files.ts";
import type { Input } from "../host.ts";
import { checkEncoding } from "../system/encoding.ts";
import { checkTrusted } from "../system/trusted_file.ts";

/**
 * Loads the configuration files: the project's file before the user's own file.
 *
 * @throws {ConfigError} If a file cannot be read or trusted, or is invalid
 */
export async function loadConfigs(
  host: Input,
  options: Options,
  texts?: readonly ConfigText[],
): Promise<readonly Config[]> {
  const read = () => {
    const configs = readConfigs(host, options.config);
    return { configs, versions: configs.map(({ version }) => version) };
  };
  const configs = texts ?? (await readSettled(read)).configs;
  return configs.map(({ path, text, owner }) => parseConfig(text, path, owner));
}

/**
 * Loads the profiles of `~/.aws/config` and `~/.aws/credentials`, or of the files
 * that AWS's variables name.
 *
 * @throws {ConfigError} If a file exists but cannot be read
 */
export async function loadProfiles(
  host: Input,
  texts?: AwsTexts,
): Promise<Profiles> {
  const { env, home } = host;
  const { config, credentials } = texts ??
    await readSettled(() => readAwsFiles(host));
  const pathOf = (name: "config" | "credentials") =>
    awsFile(name, env, home) ?? name;
  return withIncludedProfiles(parseProfiles(config, credentials, {
    config: pathOf("config"),
    credentials: pathOf("credentials"),
    checkEncoding,
    checkTrust: () => checkTrusted(pathOf("config"), config),
  }));
}
