import type { Argv } from "../cli/argv.ts";
import { COMMIT, VERSION } from "../cli/version.ts";
import type { Credentials } from "../aws/credentials.ts";
import { loadFresh, loadPlan } from "./read.ts";
import { ConfigError } from "../errors.ts";
import { cacheDirectoryOf, COPY_NAME, pathVariables } from "../aws/paths.ts";
import type { CommandPlan } from "../plan/plan.ts";
import {
  type AwsTexts,
  type ConfigText,
  readAwsFiles,
  readConfigs,
} from "../config/files.ts";
import { sha256 } from "../settings/sha256.ts";
import type { Host } from "../host.ts";

/** Runs with the same inputs, and the cache that keeps what they came to. */
export interface RunInputs {
  readonly directory: string;
  /** A SHA-256 of all that decides about the plan. */
  readonly key: string;
  /** What of that was read. */
  readonly texts: {
    readonly configs: readonly ConfigText[];
    readonly aws: AwsTexts;
  };
}

/** The options with which no run is like another. */
export const UNCACHEABLE_OPTIONS =
  /^--(?:help|version|verbose|format|console|whoami|init|completions|list|explain|doctor|clear-cache)(?:=|$)/;

/** All that a command needs of what was found out before. */
export interface CachedRun {
  readonly plan: CommandPlan;
  readonly credentials: Credentials;
}

/**
 * The variables that may decide about a plan. The plan is made of these and no
 * others: so it is the same again where they are.
 */
export function decisiveVariables(
  env: Host["env"],
): Readonly<Record<string, string>> {
  const isInPath = pathVariables(env);
  return Object.fromEntries(
    Object.entries(env).filter(([name]) =>
      /^(?:AWS_|ASSUME_ROLE_|ACTIONS_ID_TOKEN_|(?:GITHUB_ACTIONS|BOTO_CONFIG)$)/
        .test(name) ||
      isInPath(name)
    ).sort(([a], [b]) => a < b ? -1 : 1),
  );
}

/**
 * Reads what decides about the plan of a command, and where runs have left what
 * that came to; nothing where there is no place for it, where a file cannot be
 * read or trusted, or where all is to be told.
 *
 * The options are not understood here, only compared: those of a run that was
 * kept were good.
 */
export async function readRunInputs(
  { options, command }: Argv,
  host: Host,
): Promise<RunInputs | undefined> {
  const { env, home } = host;
  const directory = cacheDirectoryOf(env, home);
  if (directory === undefined) return undefined;
  // They do not run the command, or tell all: then no file holds them up before.
  if (options.some((word) => UNCACHEABLE_OPTIONS.test(word))) return undefined;
  // One that cannot be passed on is refused.
  if (command.some((word) => word.includes("\uFFFD"))) return undefined;
  // Under another assume-role that serves us, there is no run like this one.
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = env;
  const named = [AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE];
  if (named.some((path) => COPY_NAME.test(path ?? ""))) return undefined;
  let texts: RunInputs["texts"];
  try {
    texts = {
      configs: readConfigs(host, namedConfig(options, env)),
      aws: readAwsFiles(host),
    };
  } catch (error) {
    if (error instanceof ConfigError) return undefined; // it comes again, in its turn
    throw error;
  }
  const decisive = decisiveVariables(env);
  const key = await sha256([
    VERSION,
    COMMIT,
    options.filter((word) => !isCode(word, "--mfa-token=")),
    Object.entries(decisive)
      .filter(([name, value]) =>
        !isCode(name + value, "ASSUME_ROLE_MFA_TOKEN")
      ),
    home,
    // Where a file is makes no difference, but for what it may say.
    texts.configs.map(({ text, owner }) => [text, owner]),
    texts.aws,
  ]);
  return { directory, key, texts };
}

/** A code is of no use to a session that is there; what is none is an error. */
function isCode(text: string, start: string): boolean {
  return text.startsWith(start) && /^\d{6}$/.test(text.slice(start.length));
}

/** The file that an option names, or else a variable. */
function namedConfig(
  options: readonly string[],
  env: Host["env"],
): string | undefined {
  const start = "--config=";
  return options.findLast((word) => word.startsWith(start))
    ?.slice(start.length) ?? (env.ASSUME_ROLE_CONFIG || undefined);
}

/** What a run like this one came to, as long as its session will do. */
export function findCachedRun(
  { directory, key }: RunInputs,
  now: number,
): CachedRun | undefined {
  const plan = loadPlan(directory, key);
  if (plan === undefined) return undefined;
  const { session, role, refreshBeforeExpiry } = plan;
  const policy = { roleArn: role?.arn, refreshBeforeExpiry };
  const credentials = loadFresh(directory, session, policy, now);
  return credentials && { plan, credentials };
}
