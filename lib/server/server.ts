import { type Credentials, timeLeft } from "../aws/credentials.ts";
import { formatExpiry } from "../command/expiry_notice.ts";
import {
  type CredentialContext,
  getCredentials,
} from "../credentials/get_credentials.ts";
import { CacheDirectory } from "../cache/cache_directory.ts";
import type { CredentialSource } from "../command/credential_source.ts";
import { AssumeRoleError } from "../errors.ts";
import type { ProfilePlan, RolePlan, RunPlan } from "../plan/plan.ts";
import type { AwsFilePath } from "../aws/paths.ts";
import type { Reporter } from "../host.ts";
import { readBytesIfPresent } from "../system/read_file.ts";
import { readSettledFile } from "../system/settled_files.ts";
import { reasonOf } from "../system/os_error.ts";
import { describeDirectKeys, findDirectKeys } from "../aws/direct_keys.ts";
import { botoVariables } from "./hide_boto_keys.ts";
import { AuthorizationTokenFile } from "./authorization_token_file.ts";
import { AwsFileCopies } from "./aws_file_copies.ts";
import { createToken, startEndpoint } from "./endpoint.ts";
import { Refresher } from "./refresher.ts";

/** Dependencies of {@linkcode serveCredentials}. */
export interface ServeContext extends CredentialContext {
  readonly plan: RunPlan;
  /** The paths of AWS's `config` and `credentials`, as the user's variables set them. */
  readonly awsFiles: readonly AwsFilePath[];
  readonly env: Readonly<Record<string, string>>;
  readonly home: string | undefined;
  /** Resolves the plan again, with the current content of AWS's files. */
  readonly makePlan: () => Promise<RunPlan>;
}

/**
 * Serves fresh credentials to the command, at a loopback address.
 *
 * @throws {AssumeRoleError} If AWS's files cannot be copied: the command might then use the
 * credentials of the profile `default` instead of the served credentials
 */
export async function serveCredentials(
  first: Credentials,
  { plan, awsFiles, home, makePlan, ...context }: ServeContext,
): Promise<CredentialSource> {
  const { now } = context;
  const cache = CacheDirectory.at(plan.cacheDirectory);
  await warnOfDirectKeys(home, cache, context.reporter);
  const boto = await botoVariables(context.env, home);
  const copies = await prepareCopies(plan, awsFiles, now);
  // Remove the token of a killed process, also if this run found a session in the cache.
  if (cache) context.later(cache.tidy(now()).catch(() => {}));
  const token = createToken();
  const tokenFile = await createTokenFile(token, cache, context);
  // Collect the warnings until the command ends, because they would mix with its output.
  const warnings = new Set<string>();
  const reporter: Reporter = {
    warn: (message) => warnings.add(message),
    explain: () => {},
  };
  const refresher = new Refresher(first, {
    refresh: async () => {
      await copies.touch(now());
      await tokenFile?.touch(now());
      const plan = toRefreshPlan(await makePlan());
      const fresh = await getCredentials(plan, { ...context, reporter });
      refuseOtherIdentity(first, fresh);
      return fresh;
    },
    refreshBeforeExpiry: plan.refreshBeforeExpiry,
    now,
  });
  const endpoint = startEndpoint(token, () => refresher.get());
  return {
    variables: {
      ...boto,
      ...copies.variables,
      ...endpoint.variables,
      ...tokenFile?.variables,
    },
    close: async (status, now) => {
      refresher.stop();
      endpoint.stop();
      for (const removable of [copies, tokenFile]) {
        for (const warning of await removable?.remove() ?? []) {
          warnings.add(warning);
        }
      }
      const { failure } = refresher;
      if (failure !== undefined) {
        warnings.add(
          `The credentials could not be refreshed: ${messageOf(failure)}`,
        );
        if (timeLeft(refresher.last, now) <= 0) {
          warnings.add(formatExpiry(refresher.last, status ?? 0, now));
        }
      }
      return [...warnings];
    },
  };
}

/**
 * Refuses credentials of another role or caller: AWS's files or the settings have changed,
 * and a running command must keep its identity.
 */
function refuseOtherIdentity(first: Credentials, fresh: Credentials): void {
  if (fresh.assumedRoleArn === first.assumedRoleArn) return;
  throw new AssumeRoleError(
    `the settings now lead to ${fresh.assumedRoleArn}, but the command runs as ${first.assumedRoleArn}`,
  );
}

/**
 * Removes the MFA code and `forceRefresh` from a plan, because both must affect only the
 * first credentials. A refresh does not need the cache, so that the command can go on if the
 * directory becomes unusable.
 */
function toRefreshPlan<T extends RolePlan | ProfilePlan>(plan: T): T {
  const { token: _, ...mfa } = plan.mfa;
  const base = plan.base.kind === "role"
    ? { ...plan.base, plan: toRefreshPlan(plan.base.plan) }
    : plan.base;
  return { ...plan, base, mfa, forceRefresh: false, isCacheNamed: false };
}

async function prepareCopies(
  { cacheDirectory }: RunPlan,
  awsFiles: readonly AwsFilePath[],
  now: () => number,
): Promise<AwsFileCopies> {
  try {
    return await AwsFileCopies.prepare(
      awsFiles,
      CacheDirectory.at(cacheDirectory),
      (path) => readSettledFile(path, readBytesIfPresent, now),
    );
  } catch (error) {
    throw new AssumeRoleError(
      `Cannot serve credentials: cannot copy AWS's files${
        cacheDirectory === undefined ? "" : ` to ${cacheDirectory}`
      }: ${reasonOf(error)}`,
      {
        hint:
          "set ASSUME_ROLE_CACHE_DIR to a directory that you can write to, or remove the credentials of the profile 'default', which would take precedence over the served credentials",
        cause: error,
      },
    );
  }
}

/**
 * Warns about access keys that some programs use instead of the served session. To avoid
 * the same warning at every run, warns only once for each file.
 */
async function warnOfDirectKeys(
  home: string | undefined,
  cache: CacheDirectory | undefined,
  reporter: Reporter,
): Promise<void> {
  const path = await findDirectKeys(home);
  if (path === undefined) return;
  const isNew = await cache?.rememberNotice(["direct keys", path]);
  if (isNew ?? true) {
    reporter.warn(`The profile 'default' has ${describeDirectKeys(path)}`);
  }
}

/**
 * Creates the file with the endpoint's token. Returns `undefined` if there is no cache
 * directory for the file, because most clients take the token from a variable.
 */
async function createTokenFile(
  token: string,
  cache: CacheDirectory | undefined,
  { reporter }: Pick<ServeContext, "reporter">,
): Promise<AuthorizationTokenFile | undefined> {
  try {
    return cache && await AuthorizationTokenFile.create(token, cache);
  } catch (error) {
    reporter.explain(
      `the command gets no file with the token of the endpoint: ${
        reasonOf(error)
      }`,
    );
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof AssumeRoleError ? error.message : reasonOf(error);
}
