import type { Credentials } from "../aws/credentials.ts";
import { cacheDirectoryOf, COPY_NAME, pathVariables } from "../aws/paths.ts";
import { separateSavedProfiles } from "../aws/separate_saved_profiles.ts";
import { type Argv, isOwnCommand, type OptionTexts } from "../cli/argv.ts";
import { COMMIT, VERSION } from "../cli/version.ts";
import {
  type AwsTexts,
  type ConfigText,
  readAwsFiles,
  readConfigs,
} from "../config/files.ts";
import { ConfigError } from "../errors.ts";
import type { Input } from "../host.ts";
import type { ObservedReads } from "../plan/observe_reads.ts";
import type { CommandPlan, RunPlan } from "../plan/plan.ts";
import { STARTED_BY } from "../settings/names.ts";
import { exists, type FileVersion, versionOf } from "../system/files.ts";
import { sha256 } from "../settings/sha256.ts";
import type { StoredPlan } from "./entry_types.ts";
import { loadFresh, loadPlan } from "./read.ts";

/** The texts of the files that affect a plan, and the cache key of the plan. */
export interface RunInputs {
  /** The cache directory. */
  readonly directory: string;
  /** A SHA-256 of everything that affects the plan, except `savedProfiles`. */
  readonly key: string;
  readonly configs: readonly ConfigText[];
  readonly aws: AwsTexts;
  /** The versions of the configuration files and of AWS's files. */
  readonly versions: readonly FileVersion[];
  /** The names of the profiles that assume-role saved in `~/.aws/credentials`. */
  readonly savedProfiles: readonly string[];
}

/** A stored plan and its cached session. */
export interface CachedRun {
  readonly plan: Pick<StoredPlan, "session"> & CommandPlan;
  readonly credentials: Credentials;
}

/**
 * Selects the variables that can affect a plan. Plans are made from these variables only,
 * so that no variable outside the cache key of a plan can change the plan.
 */
export function decisiveVariables(
  env: Input["env"],
): Readonly<Record<string, string>> {
  const isInPath = pathVariables(env);
  return Object.fromEntries(
    Object.entries(env).filter(([name]) =>
      /^(?:AWS_|ASSUME_ROLE_|ACTIONS_ID_TOKEN_|(?:GITHUB_ACTIONS|BOTO_CONFIG|REQUESTS_CA_BUNDLE|SSL_CERT_FILE)$)/
          .test(name) && name !== STARTED_BY ||
      isInPath(name)
    ).sort(([a], [b]) => a < b ? -1 : 1),
  );
}

/**
 * Reads the files that affect a plan, and computes the cache key of the plan from the
 * options, variables and files. This function does not check the options. A plan is stored
 * only if its options are valid, so a run with invalid options finds no stored plan.
 *
 * @returns `undefined` if the plan cache must not be used: there is no cache
 * directory, a file cannot be read or trusted, `--verbose` is given, an option such as
 * `--list` replaces the command, a word of the command is not valid UTF-8, or AWS's files
 * are copies that another assume-role made for `--server`
 */
export async function readRunInputs(
  { options, command }: Argv,
  input: Input,
): Promise<RunInputs | undefined> {
  const { env, home } = input;
  const directory = cacheDirectoryOf(env, home);
  if (directory === undefined) return undefined;
  if (options.verbose || isOwnCommand(options)) return undefined;
  // If a word of the command is not valid UTF-8, `parseInvocation()` reports the error.
  if (command.some((word) => word.includes("\uFFFD"))) return undefined;
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = env;
  const named = [AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE];
  if (named.some((path) => COPY_NAME.test(path ?? ""))) return undefined;
  let texts: Pick<RunInputs, "configs" | "aws">;
  try {
    texts = {
      configs: readConfigs(
        input,
        options.config?.at(-1) ?? (env.ASSUME_ROLE_CONFIG || undefined),
      ),
      aws: readAwsFiles(input),
    };
  } catch (error) {
    if (error instanceof ConfigError) return undefined; // planning reports the error
    throw error;
  }
  const { configs, aws } = texts;
  const { rest, savedProfiles } = separateSavedProfiles(aws.credentials);
  const key = await sha256([
    VERSION,
    COMMIT,
    comparable(options),
    Object.entries(decisiveVariables(env)).filter(([name, value]) =>
      name !== "ASSUME_ROLE_MFA_TOKEN" || !isCode(value)
    ),
    home,
    // Leave out the paths of the files: only the owners and the texts affect the plan.
    configs.map(({ text, owner }) => [text, owner]),
    aws.config,
    rest,
  ]);
  const versions = [...configs.map(({ version }) => version), ...aws.versions];
  return { directory, key, ...texts, versions, savedProfiles };
}

/**
 * Finds the stored plan of a run and its session, if the session needs no refresh.
 *
 * A file that has just changed may be half written. Its text may then equal an older text
 * of the file, for which a plan is stored. Therefore, if a file has just changed, its stamp
 * must equal the stamp that was stored with the plan.
 */
export function findCachedRun(
  { directory, key, savedProfiles, versions }: RunInputs,
  now: number,
): CachedRun | undefined {
  const plan = loadPlan(directory, key);
  if (plan === undefined || plan.missing.some(exists)) return undefined;
  if (
    versions.some(({ stamp, unsettledMs }, at) =>
      unsettledMs > 0 && stamp !== plan.stamps[at]
    )
  ) return undefined;
  if (readsSavedProfile(plan.profiles, savedProfiles)) return undefined;
  const { session, role, refreshBeforeExpiry } = plan;
  const policy = { roleArn: role?.arn, refreshBeforeExpiry };
  const credentials = loadFresh(directory, session, policy, now);
  return credentials && { plan, credentials };
}

/**
 * Stores a plan for later runs with the same inputs. A plan that was made from a
 * profile that assume-role saved is not stored, because the key does not depend on the
 * contents of such profiles.
 *
 * @param reads the profiles that the plan was made from, and the files that were missing
 * @throws If the plan cannot be written
 */
export async function storePlan(
  { directory, key, savedProfiles, versions }: RunInputs,
  plan: RunPlan,
  { role, region, preserveEnv }: CommandPlan,
  reads: Pick<ObservedReads, "profiles" | "missing">,
): Promise<void> {
  const profiles = [...reads.profiles];
  if (readsSavedProfile(profiles, savedProfiles)) return;
  const [{ CacheDirectory }, { sessionKey }] = await Promise.all([
    import("./cache_directory.ts"),
    import("../plan/cache_key.ts"),
  ]);
  await new CacheDirectory(directory).savePlan(key, {
    session: await sessionKey(plan),
    ...(role !== undefined && { role: { arn: role.arn } }),
    ...(region !== undefined && { region }),
    preserveEnv,
    refreshBeforeExpiry: plan.refreshBeforeExpiry,
    profiles,
    missing: [...reads.missing],
    stamps: versions.map(({ path }) => versionOf(path, "", 0).stamp),
  });
}

function readsSavedProfile(
  profiles: readonly string[],
  savedProfiles: readonly string[],
): boolean {
  return savedProfiles.some((name) => profiles.includes(name));
}

/**
 * Lists the options in the order of their names. Valid MFA codes are left out, because
 * a code does not affect a cached session.
 */
function comparable(options: OptionTexts): readonly (readonly unknown[])[] {
  return Object.entries(options)
    .filter(([name, texts]) => name !== "mfaToken" || !texts.every(isCode))
    .sort(([a], [b]) => a < b ? -1 : 1);
}

function isCode(text: string): boolean {
  return /^\d{6}$/.test(text);
}
