import { MfaError } from "../errors.ts";
import type { Waiting } from "../system/lock.ts";
import type { Sdk } from "../aws/sdk.ts";
import type { ProfilePlan, RolePlan, Start } from "../plan/plan.ts";
import { formatDuration } from "../settings/duration.ts";
import type { Reporter } from "../host.ts";
import { mfaSessionKey, sessionKey } from "../plan/cache_key.ts";
import {
  cached,
  type CachedResult,
  type CachePolicy,
} from "../cache/single_flight.ts";
import { type Credentials, MFA_SESSION, timeLeft } from "../aws/credentials.ts";
import type { Asker } from "./mfa/code.ts";
import type { ObtainContext } from "./assume_role.ts";
import { Store } from "../cache/directory.ts";

/** What getting credentials needs beside the plan. */
export interface GetContext {
  /** The AWS SDK; it takes a while to load, and a hit does not need it. */
  readonly loadSdk: () => Promise<Sdk>;
  /** The user's environment, for what the SDK looks for there. */
  readonly env: Readonly<Record<string, string>>;
  readonly asker: Asker;
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
  context: GetContext,
): Promise<Credentials> {
  const { now, reporter } = context;
  const roleArn = "role" in plan ? plan.role.arn : undefined;
  const what = roleArn ?? `the profile '${plan.base.profile}'`;
  const { store, waiting } = createStore(plan, what, context);
  const result = await throughCache(
    store,
    await sessionKey(plan),
    { ...plan, roleArn, now },
    waiting,
    () => obtain(plan, { ...context, store, waiting }),
  );
  const { credentials, fromCache } = result;
  const left = formatDuration(timeLeft(credentials, now()) / 1000);
  reporter.explain(
    `${
      fromCache ? "cached" : "fresh"
    } credentials of ${credentials.assumedRoleArn}, good for ${left}`,
  );
  if (!fromCache) {
    const { keep } = await import("./save_session.ts");
    await keep(plan, result, context);
    // Of no use to this run, and no reason for it to wait or to fail.
    if (store) context.later(store.tidy(now()).catch(() => {}));
  }
  return credentials;
}

async function obtain(
  plan: RolePlan | ProfilePlan,
  context: GetContext & Pick<ObtainContext, "store" | "waiting">,
): Promise<Credentials> {
  if (!("role" in plan)) {
    const [{ obtainProfileSession }, sdk] = await Promise.all([
      import("./get_profile_session.ts"),
      context.loadSdk(),
    ]);
    return await obtainProfileSession(plan, { ...context, sdk });
  }
  const previous = await getPrevious(plan, context);
  const [{ obtainCredentials }, sdk] = await Promise.all([
    import("./assume_role.ts"),
    context.loadSdk(),
  ]);
  return await obtainCredentials(plan, previous, { ...context, sdk });
}

/** The session that the role is assumed from, where it is from one of ours. */
async function getPrevious(
  plan: RolePlan,
  context: GetContext,
): Promise<Credentials | undefined> {
  const { base } = plan;
  if (base.kind === "role") return await getCredentials(base.plan, context);
  if (base.kind !== "mfa-session") return undefined;
  const what = "your session with MFA";
  const { store, waiting } = createStore(plan, what, context);
  const { credentials } = await throughCache(
    store,
    await mfaSessionKey(plan),
    { ...plan, roleArn: MFA_SESSION, forceRefresh: false, now: context.now },
    waiting,
    async () => {
      const { obtainMfaSession } = await import("./get_session_token.ts");
      const sdk = await context.loadSdk();
      const obtainContext = { ...context, sdk, store, waiting };
      return await obtainMfaSession(plan, base, obtainContext);
    },
  );
  return credentials;
}

/** Where credentials are kept, and how to wait for another process that gets them. */
export function createStore(
  { cacheDirectory, mfa }: Start,
  what: string,
  { reporter }: GetContext,
): { readonly store: Store | undefined; readonly waiting: Waiting } {
  const other =
    `another assume-role, which is getting the credentials of ${what}`;
  return {
    store: cacheDirectory === undefined ? undefined : new Store(cacheDirectory),
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
  store: Store | undefined,
  key: string,
  policy: CachePolicy,
  waiting: Waiting,
  obtain: () => Promise<Credentials>,
): Promise<CachedResult> {
  if (store !== undefined) {
    return await cached(store, key, policy, waiting, obtain);
  }
  const problem = "there is no home directory";
  return { credentials: await obtain(), fromCache: false, problem };
}
