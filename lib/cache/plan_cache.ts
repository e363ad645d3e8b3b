import type { Credentials } from "../aws/credentials.ts";
import { cacheDirectoryOf, COPY_NAME, pathVariables } from "../aws/paths.ts";
import {
  isOutdated,
  parseSavedProfile,
  type SavedEntries,
  type SavedProfile,
  separateSavedProfiles,
} from "../aws/separate_saved_profiles.ts";
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
import type { CommandPlan } from "../plan/plan.ts";
import { STARTED_BY } from "../settings/names.ts";
import { exists, type FileVersion } from "../system/files.ts";
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
  /** The profiles that assume-role saved in `~/.aws/credentials`. */
  readonly savedProfiles: readonly SavedProfile[];
}

/** A stored plan and its cached session. */
export interface CachedRun {
  readonly plan: Pick<StoredPlan, "session"> & CommandPlan;
  readonly credentials: Credentials;
}

/** Variables that can affect a plan, in addition to those with the usual prefixes. */
const OTHER_VARIABLES =
  "GITHUB_ACTIONS BOTO_CONFIG REQUESTS_CA_BUNDLE SSL_CERT_FILE".split(" ");

/**
 * Selects the variables that can affect a plan. Plans are made from these variables only,
 * so that no variable outside the cache key of a plan can change the plan.
 *
 * @param isOfProcess see `processVariables()`
 */
export function decisiveVariables(
  env: Input["env"],
  isOfProcess: ((name: string) => boolean) | null,
): Readonly<Record<string, string>> {
  const isInPath = pathVariables(env);
  const isDecisive = (name: string) =>
    name.startsWith("A") &&
      (name.startsWith("AWS_") || name.startsWith("ACTIONS_ID_TOKEN_") ||
        name.startsWith("ASSUME_ROLE_") && name !== STARTED_BY) ||
    OTHER_VARIABLES.includes(name) || isInPath(name) || isOfProcess?.(name);
  const names = Object.keys(env).filter(isDecisive).sort();
  return Object.fromEntries(names.map((name) => [name, env[name]!]));
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
  if (options.verbose || env.ASSUME_ROLE_VERBOSE || isOwnCommand(options)) {
    return undefined;
  }
  // `parseInvocation()` reports the error of these command lines.
  const isRefused = options.format && command.length > 0 ||
    command.some((word) => word.includes("\uFFFD"));
  if (isRefused) return undefined;
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = env;
  const named = [AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE];
  if (named.some((path) => COPY_NAME.test(path ?? ""))) return undefined;
  let texts: Pick<RunInputs, "configs" | "aws">;
  try {
    texts = {
      configs: await readConfigs(
        input,
        options.config?.at(-1) ?? (env.ASSUME_ROLE_CONFIG || undefined),
      ),
      aws: await readAwsFiles(input),
    };
  } catch (error) {
    if (error instanceof ConfigError) return undefined; // planning reports the error
    throw error;
  }
  const { configs, aws } = texts;
  const { rest, savedProfiles } = separateSavedProfiles(aws.credentials);
  const processes = [aws.config, rest]
    .flatMap((text) => text.match(/_process\s*=.*/gi) ?? []).join();
  const isOfProcess = processes
    ? (await import("../settings/process_variables.ts"))
      .processVariables(processes)
    : null;
  const key = await sha256([
    VERSION,
    COMMIT,
    comparable(options),
    Object.entries(decisiveVariables(env, isOfProcess)).filter((
      [name, value],
    ) => name !== "ASSUME_ROLE_MFA_TOKEN" || !isCode(value)),
    home,
    // Leave out the paths of the files: only the owners and the texts affect the plan. A plan
    // is stored only after the ACLs were checked.
    configs.map(({ text, owner, aclStamp }) => [text, owner, aclStamp]),
  ], [aws.config, rest]);
  const versions = [...configs.map(({ version }) => version), ...aws.versions];
  return { directory, key, ...texts, versions, savedProfiles };
}

/**
 * Finds the stored plan of a run and its session, if the session needs no refresh and
 * need not be saved as a profile again.
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
  if (credentials === undefined) return undefined;
  const { savedProfile } = plan;
  if (
    savedProfile !== undefined &&
    isOutdated(findSaved(savedProfiles, savedProfile), credentials, now)
  ) return undefined;
  return { plan, credentials };
}

/** Returns the keys and values of the saved profile with a name, if there is one. */
export function findSaved(
  savedProfiles: readonly SavedProfile[],
  name: string,
): SavedEntries | undefined {
  const found = savedProfiles.findLast((profile) => profile.name === name);
  return found && parseSavedProfile(found);
}

/**
 * Whether a plan was made from a profile that assume-role saved. Such a plan is not
 * stored, because its key does not depend on the contents of these profiles.
 */
export function readsSavedProfile(
  profiles: readonly string[],
  savedProfiles: readonly SavedProfile[],
): boolean {
  return savedProfiles.some(({ name, hasOtherLines }) =>
    !hasOtherLines && profiles.includes(name)
  );
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
