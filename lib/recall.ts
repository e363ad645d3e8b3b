import type { Options } from "./cli/invocation.ts";
import { COMMIT, VERSION } from "./cli/version.ts";
import { cacheKey } from "./plan/cache_key.ts";
import type { Credentials } from "./credentials/credentials.ts";
import type { PlanMemory } from "./credentials/entries.ts";
import { Store } from "./credentials/store.ts";
import { ConfigError } from "./errors.ts";
import { cacheDirectoryOf, COPY_NAME } from "./plan/locations.ts";
import type { CommandPlan, Plan } from "./plan/plan.ts";
import {
  type AwsTexts,
  type ConfigText,
  readAwsFiles,
  readConfigs,
} from "./read.ts";
import { digest } from "./settings/digest.ts";
import type { Host } from "./system/host.ts";

/** Runs with the same inputs, and where it is kept what they came to. */
export interface Past {
  readonly store: Store;
  /** A SHA-256 of all that decides about the plan. */
  readonly key: string;
  /** What of that was read. */
  readonly texts: {
    readonly configs: readonly ConfigText[];
    readonly aws: AwsTexts;
  };
}

/** All that a command needs of what was found out before. */
export interface Recalled {
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
  return Object.fromEntries(
    Object.entries(env).filter(([name]) =>
      /^(?:AWS_|ASSUME_ROLE_|ACTIONS_ID_TOKEN_|GITHUB_ACTIONS$)/.test(name)
    ).sort(([a], [b]) => a < b ? -1 : 1),
  );
}

/**
 * Reads what decides about the plan of a command, and where runs have left what
 * that came to; nothing where there is no place for it, where a file cannot be
 * read or trusted, or where all is to be told.
 */
export async function lookBack(
  options: Options,
  variables: Options,
  host: Host,
): Promise<Past | undefined> {
  const { env, home } = host;
  const directory = cacheDirectoryOf(env, home);
  if (directory === undefined || options.verbose) return undefined;
  // Under another assume-role that serves us, there is no run like this one.
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = env;
  const named = [AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE];
  if (named.some((path) => COPY_NAME.test(path ?? ""))) return undefined;
  let texts: Past["texts"];
  try {
    texts = {
      configs: readConfigs(host, { ...variables, ...options }),
      aws: readAwsFiles(host),
    };
  } catch (error) {
    if (error instanceof ConfigError) return undefined; // it comes again, in its turn
    throw error;
  }
  // A code is of no use to a session that is there.
  const { mfaToken: _, ...lasting } = options;
  const { ASSUME_ROLE_MFA_TOKEN: _code, ...decisive } = decisiveVariables(env);
  const key = await digest([
    VERSION,
    COMMIT,
    lasting,
    decisive,
    home,
    // Where a file is makes no difference, but for what it may say.
    texts.configs.map(({ text, owner }) => [text, owner]),
    texts.aws,
  ]);
  return { store: new Store(directory), key, texts };
}

/** What a run like this one came to, as long as its session will do. */
export function recall(
  { store, key }: Past,
  now: number,
): Recalled | undefined {
  const plan = store.loadPlan(key);
  if (plan === undefined) return undefined;
  const { session, role, refreshBeforeExpiry } = plan;
  const policy = { roleArn: role.arn, refreshBeforeExpiry };
  const credentials = store.loadFresh(session, policy, now);
  return credentials && { plan, credentials };
}

/**
 * Keeps what this run came to for those like it.
 *
 * @throws where it cannot be kept
 */
export async function remember(
  { store, key }: Past,
  plan: Plan,
): Promise<void> {
  const { role, region, preserveEnv, refreshBeforeExpiry } = plan;
  const memory: PlanMemory = {
    session: await cacheKey(plan),
    role: { arn: role.arn },
    ...(region !== undefined && { region }),
    preserveEnv,
    refreshBeforeExpiry,
  };
  await store.savePlan(key, memory);
}
