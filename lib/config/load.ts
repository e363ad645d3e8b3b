import { withIncludedProfiles } from "../aws/included_profiles.ts";
import { parseProfiles, type Profiles } from "../aws/profiles.ts";
import type { Options } from "../cli/invocation.ts";
import type { Config } from "./config.ts";
import { parseConfig } from "./parse.ts";
import { awsFile } from "../aws/paths.ts";
import {
  type AwsTexts,
  type ConfigText,
  projectPaths,
  readAwsFiles,
  readConfigs,
  userPath,
} from "./files.ts";
import { skipUnread, type UnreadFile } from "./unread.ts";
import { readSettled } from "../system/settled_files.ts";
import type { Input } from "../host.ts";
import { exists } from "../system/files.ts";
import { checkEncoding } from "../system/encoding.ts";
import { checkReadFile, checkTrusted } from "../system/acl.ts";
import { explainDistrust } from "../system/distrust.ts";

/** The configuration files, and the files that cannot be read. */
export interface LoadedConfigs {
  readonly configs: readonly Config[];
  readonly unread: readonly UnreadFile[];
  /** Path of a file `assume-role.yml`, whose name must be `assume-role.yaml`, if any. */
  readonly misnamed?: string;
}

/**
 * Loads the configuration files: the project's file before the user's own file.
 *
 * @throws {ConfigError} If a file cannot be read or trusted, or is invalid
 */
export async function loadConfigs(
  host: Input,
  options: Options,
  texts?: readonly ConfigText[],
): Promise<LoadedConfigs> {
  const read = async () => {
    const { files, unread } = await skipUnread((onUnread) =>
      readConfigs(host, options.config, onUnread)
    );
    const versions = files.map(({ version }) => version);
    return { configs: files, unread, versions };
  };
  const { configs, unread } = texts === undefined
    ? await readSettled(read)
    : { configs: texts, unread: [] };
  for (const config of configs) await checkReadFile(config.path, config);
  const misnamed = options.config === undefined
    ? findMisnamed(host, configs)
    : undefined;
  return {
    ...(misnamed !== undefined && { misnamed }),
    configs: configs.map(({ path, text, owner }) =>
      parseConfig(text, path, owner)
    ),
    unread,
  };
}

/** Finds a file `assume-role.yml` in the places where `assume-role.yaml` is searched for. */
function findMisnamed(
  { cwd, home }: Input,
  configs: readonly ConfigText[],
): string | undefined {
  const found = configs.map(({ path }) => path);
  const project = projectPaths(cwd());
  const at = project.findIndex((path) => found.includes(path));
  return [
    ...project.slice(0, at < 0 ? undefined : at),
    ...home === undefined ? [] : [userPath(home)],
  ].map((path) => path.replace(/yaml$/, "yml")).find(exists);
}

/** The profiles of AWS's two files, and the files that cannot be read. */
export interface LoadedProfiles {
  readonly profiles: Profiles;
  readonly unread: readonly UnreadFile[];
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
): Promise<LoadedProfiles> {
  const { env, home } = host;
  const read = async () => {
    const { files, unread } = await skipUnread((onUnread) =>
      readAwsFiles(host, onUnread)
    );
    return { ...files, unread };
  };
  const { config, credentials, unread } = texts === undefined
    ? await readSettled(read)
    : { ...texts, unread: [] };
  const pathOf = (name: "config" | "credentials") =>
    awsFile(name, env, home) ?? name;
  const profiles = withIncludedProfiles(parseProfiles(config, credentials, {
    config: pathOf("config"),
    credentials: pathOf("credentials"),
    checkEncoding,
    checkTrust: () => checkTrust(pathOf("config"), config),
  }));
  return { profiles, unread };
}

async function checkTrust(path: string, text: string): Promise<void> {
  try {
    await checkTrusted(path, text);
  } catch (error) {
    throw explainDistrust(error);
  }
}

/** Lists the command lines of programs that print base credentials. */
export function listProcesses(profiles: Profiles): string {
  return profiles.names().flatMap((name) => {
    const { credential_process, web_identity_token_process } =
      profiles.get(name) ?? {};
    return [credential_process ?? [], web_identity_token_process ?? []].flat();
  }).join("\n");
}
