import { MfaError } from "../errors.ts";
import type { Waiting } from "../system/lock.ts";
import type { Sdk } from "../aws/sdk.ts";
import type { ChainStart, ProfilePlan, RolePlan } from "../plan/plan.ts";
import { formatDuration } from "../settings/duration.ts";
import type { Reporter } from "../host.ts";
import { mfaSessionKey, sessionKey } from "../plan/cache_key.ts";
import {
  type CachedResult,
  type CachePolicy,
  singleFlight,
} from "../cache/single_flight.ts";
import { type Credentials, MFA_SESSION, timeLeft } from "../aws/credentials.ts";
import type { Prompter } from "./mfa/code.ts";
import type { AssumeRoleContext } from "./assume_role.ts";
import { CacheDirectory } from "../cache/directory.ts";

/** What getting credentials needs beside the plan. */
export interface CredentialContext {
  /** The AWS SDK; it takes a while to load, and a hit does not need it. */
  readonly loadSdk: () => Promise<Sdk>;
  /** The user's environment, for what the SDK looks for there. */
  readonly env: Readonly<Record<string, string>>;
  readonly prompter: Prompter;
  readonly now: () => number;
  readonly reporter: Reporter;
  /** Takes what need not be done before the credentials are used, but before the end. */
  readonly later: (work: Promise<void>) => void;
}

/**
 * The credentials for a plan: from the cache, or fresh ones, which are then
 * kept for later in the cache and as a profile. What cannot be kept is told and
 * does no harm.
 */
export async function getCredentials(
  plan: RolePlan | ProfilePlan,
  context: CredentialContext,
): Promise<Credentials> {
  const { now, reporter } = context;
  const roleArn = "role" in plan ? plan.role.arn : undefined;
  const what = roleArn ?? `the profile '${plan.base.profile}'`;
  const { cache, waiting } = openCache(plan, what, context);
  const result = await throughCache(
    cache,
    await sessionKey(plan),
    { ...plan, roleArn, now },
    waiting,
    () => obtain(plan, { ...context, cache, waiting }),
  );
  const { credentials, fromCache } = result;
  const left = formatDuration(timeLeft(credentials, now()) / 1000);
  reporter.explain(
    `${
      fromCache ? "cached" : "fresh"
    } credentials of ${credentials.assumedRoleArn}, good for ${left}`,
  );
  if (!fromCache) {
    const { saveSession } = await import("./save_session.ts");
    await saveSession(plan, result, context);
    // Of no use to this run, and no reason for it to wait or to fail.
    if (cache) context.later(cache.tidy(now()).catch(() => {}));
  }
  return credentials;
}

async function obtain(
  plan: RolePlan | ProfilePlan,
  context: CredentialContext & Pick<AssumeRoleContext, "cache" | "waiting">,
): Promise<Credentials> {
  if (!("role" in plan)) {
    const [{ obtainProfileSession }, sdk] = await Promise.all([
      import("./get_profile_session.ts"),
      context.loadSdk(),
    ]);
    return await obtainProfileSession(plan, { ...context, sdk });
  }
  const previous = await getPrevious(plan, context);
  const [{ assumePlannedRole }, sdk] = await Promise.all([
    import("./assume_role.ts"),
    context.loadSdk(),
  ]);
  return await assumePlannedRole(plan, previous, { ...context, sdk });
}

/** The session that the role is assumed from, where it is from one of ours. */
async function getPrevious(
  plan: RolePlan,
  context: CredentialContext,
): Promise<Credentials | undefined> {
  const { base } = plan;
  if (base.kind === "role") return await getCredentials(base.plan, context);
  if (base.kind !== "mfa-session") return undefined;
  const what = "your session with MFA";
  const { cache, waiting } = openCache(plan, what, context);
  const { credentials } = await throughCache(
    cache,
    await mfaSessionKey(plan),
    { ...plan, roleArn: MFA_SESSION, forceRefresh: false, now: context.now },
    waiting,
    async () => {
      const { getSessionToken } = await import("./get_session_token.ts");
      const sdk = await context.loadSdk();
      const obtainContext = { ...context, sdk, cache, waiting };
      return await getSessionToken(plan, base, obtainContext);
    },
  );
  return credentials;
}

/** Where credentials are kept, and how to wait for another process that gets them. */
export function openCache(
  { cacheDirectory, mfa }: ChainStart,
  what: string,
  { reporter }: CredentialContext,
): { readonly cache: CacheDirectory | undefined; readonly waiting: Waiting } {
  const other =
    `another assume-role, which is getting the credentials of ${what}`;
  return {
    cache: cacheDirectory === undefined
      ? undefined
      : new CacheDirectory(cacheDirectory),
    waiting: {
      onWait: () => reporter.warn(`Waiting for ${other}`),
      // The other one may be asking for a code that nobody will give.
      ...(!mfa.mayAsk && {
        onPatienceLost: () =>
          new MfaError(`Cannot wait any longer for ${other}`, {
            hint:
              "it may be waiting for an MFA code, and '--no-input' forbids asking for one here",
          }),
      }),
    },
  };
}

async function throughCache(
  cache: CacheDirectory | undefined,
  key: string,
  policy: CachePolicy,
  waiting: Waiting,
  obtain: () => Promise<Credentials>,
): Promise<CachedResult> {
  if (cache !== undefined) {
    return await singleFlight(cache, key, policy, waiting, obtain);
  }
  const problem = "there is no home directory";
  return { credentials: await obtain(), fromCache: false, problem };
}
