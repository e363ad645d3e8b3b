import { MfaError } from "../errors.ts";
import type { Waiting } from "../system/lock.ts";
import { workersEnded } from "../system/worker.ts";
import type { Sdk } from "../aws/sdk_interface.ts";
import { isOutdated } from "../aws/separate_saved_profiles.ts";
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
import { CacheDirectory } from "../cache/cache_directory.ts";
import type { LoopGuard } from "./loop_guard.ts";
import { showWait } from "./wait_notice.ts";

/**
 * The time that a nested run waits for another process. A run is nested if a
 * `credential_process` or an `mfa_command` of another run started it.
 */
const NESTED_TIMEOUT_MS = 60_000;

/** Dependencies of {@linkcode getCredentials}. */
export interface CredentialContext {
  /** Loads the AWS SDK, which is slow and not needed for a cache hit. */
  readonly loadSdk: () => Promise<Sdk>;
  /** The user's environment, in which the SDK looks for credentials. */
  readonly env: Readonly<Record<string, string>>;
  readonly prompter: Prompter;
  /** Detects a `credential_process` or an `mfa_command` that would start itself again. */
  readonly loops: LoopGuard;
  readonly now: () => number;
  readonly reporter: Reporter;
  /**
   * Registers work that may go on after the credentials are returned, but must
   * finish before the process ends.
   */
  readonly later: (work: Promise<void>) => void;
}

/**
 * Gets the credentials for a plan from the cache, or obtains and saves fresh
 * ones. Failing to save only produces a warning.
 *
 * @param isIntermediate whether these credentials only assume another role; then there is no
 * warning, because the last role of the chain has the same warning
 * @throws {AssumeRoleError} If no credentials can be obtained
 */
export async function getCredentials(
  plan: RolePlan | ProfilePlan,
  context: CredentialContext,
  isIntermediate = false,
): Promise<Credentials> {
  const { now, reporter } = context;
  const roleArn = "role" in plan ? plan.role.arn : undefined;
  const owner = roleArn ?? `the profile '${plan.base.profile}'`;
  const { cache, waiting } = openCache(plan, owner, context);
  const key = await sessionKey(plan);
  const result = await loadOrObtain(
    cache,
    key,
    { ...plan, roleArn, now },
    waiting,
    async (lock) => {
      const fresh = await obtain(plan, {
        ...underLock(context, lock),
        cache,
        waiting,
      });
      if (cache) await trySaveOrigin(cache, key, plan, fresh);
      return fresh;
    },
  );
  // A failed call does not wait for the end of its worker, and a run can succeed after such an
  // error.
  await workersEnded();
  const { credentials, fromCache } = result;
  const left = formatDuration(timeLeft(credentials, now()) / 1000);
  reporter.explain(
    `${
      fromCache ? "cached" : "fresh"
    } credentials of ${credentials.assumedRoleArn}, good for ${left}`,
  );
  if (
    !isIntermediate && (!fromCache || mustSaveAgain(plan, credentials, now()))
  ) {
    const { saveSession } = await import("./save_session.ts");
    await saveSession(plan, result, context);
  }
  // Tidying the cache must neither delay this run nor make the run fail.
  if (cache && !fromCache) context.later(cache.tidy(now()).catch(() => {}));
  return credentials;
}

/**
 * Whether a cached session must be saved as a profile again, for example because another
 * program removed the profile.
 */
function mustSaveAgain(
  plan: RolePlan | ProfilePlan,
  credentials: Credentials,
  now: number,
): boolean {
  const target = "role" in plan ? plan.savedProfile : undefined;
  return target !== undefined && !target.isTaken &&
    target.refusal === undefined &&
    isOutdated(target.found, credentials, now);
}

async function trySaveOrigin(
  ...args: Parameters<typeof import("./save_origin.ts")["saveOrigin"]>
): Promise<void> {
  const { saveOrigin } = await import("./save_origin.ts");
  // Ignore a failure: only later runs need the origin. Saving the session then fails for
  // the same reason, and assume-role reports that.
  await saveOrigin(...args).catch(() => {});
}

async function obtain(
  planned: RolePlan | ProfilePlan,
  context: CredentialContext & Pick<AssumeRoleContext, "cache" | "waiting">,
): Promise<Credentials> {
  if (!("role" in planned)) {
    const [{ getProfileSession }, sdk] = await Promise.all([
      import("./get_profile_session.ts"),
      context.loadSdk(),
    ]);
    return await getProfileSession(planned, { ...context, sdk });
  }
  const plan = await withMfaSource(planned, context);
  const previous = await getPrevious(plan, context);
  const [{ assumePlannedRole }, sdk] = await Promise.all([
    import("./assume_role.ts"),
    context.loadSdk(),
  ]);
  return await assumePlannedRole(plan, previous, { ...context, sdk });
}

/**
 * Finds the credentials for an MFA session if a program prints them, and removes the MFA
 * session from the plan if these credentials are temporary.
 */
async function withMfaSource(
  planned: RolePlan,
  context: CredentialContext & Pick<AssumeRoleContext, "cache">,
): Promise<RolePlan> {
  if (planned.base.kind !== "mfa-session") return planned;
  const { findMfaSource } = await import("./mfa_session_source.ts");
  return await findMfaSource(planned, planned.base, context);
}

/**
 * Gets the session that assumes the role: the session of the previous role in the role
 * chain, or an MFA session. Returns `undefined` if base credentials assume the role.
 */
async function getPrevious(
  plan: RolePlan,
  context: CredentialContext,
): Promise<Credentials | undefined> {
  const { base } = plan;
  if (base.kind === "role") {
    return await getCredentials(base.plan, context, true);
  }
  if (base.kind !== "mfa-session") return undefined;
  const owner = "your MFA session";
  const { cache, waiting } = openCache(plan, owner, context);
  const { credentials } = await loadOrObtain(
    cache,
    await mfaSessionKey(plan),
    { ...plan, roleArn: MFA_SESSION, forceRefresh: false, now: context.now },
    waiting,
    async (lock) => {
      const { getSessionToken } = await import("./get_session_token.ts");
      const sdk = await context.loadSdk();
      const obtainContext = {
        ...underLock(context, lock),
        sdk,
        cache,
        waiting,
      };
      return await getSessionToken(plan, base.durationSeconds, obtainContext);
    },
  );
  return credentials;
}

/**
 * Opens the cache of a plan.
 *
 * @param owner The owner of the requested credentials, such as a role, for messages
 * @returns The cache, and settings for waiting on another process that obtains
 * the same credentials
 */
export function openCache(
  { cacheDirectory, mfa }: ChainStart,
  owner: string,
  { reporter, loops }: CredentialContext,
): { readonly cache: CacheDirectory | undefined; readonly waiting: Waiting } {
  return {
    cache: CacheDirectory.at(cacheDirectory),
    waiting: {
      ...loops.checks(owner),
      onWait: () =>
        showWait(
          `waiting for another assume-role, which may ask for a code: ${
            owner.replace(/^arn:.*:role\//, "")
          }`,
          reporter,
          "terminal and log",
        ),
      // Limit the wait, because the other process may never finish. It may wait for an MFA
      // code that nobody enters. It may also wait, indirectly, for this nested run.
      ...((!mfa.mayAsk || loops.isNested) && {
        ...(mfa.mayAsk && { timeoutMs: NESTED_TIMEOUT_MS }),
        onTimeout: () =>
          new MfaError(
            `Cannot get the credentials of ${owner}: another assume-role is still getting them`,
            {
              hint: mfa.mayAsk
                ? "if the other process asks for an MFA code, enter the code there"
                : "if the other process asks for an MFA code, enter the code there: '--no-input' forbids asking here",
            },
          ),
      }),
    },
  };
}

function underLock(
  context: CredentialContext,
  lock: string | undefined,
): CredentialContext {
  if (lock === undefined) return context;
  return { ...context, loops: context.loops.holding(lock) };
}

async function loadOrObtain(
  cache: CacheDirectory | undefined,
  key: string,
  policy: CachePolicy,
  waiting: Waiting,
  obtain: (lock?: string) => Promise<Credentials>,
): Promise<CachedResult> {
  if (cache !== undefined) {
    return await singleFlight(cache, key, policy, waiting, obtain);
  }
  const { reason, isReported } = policy.uncached ?? {};
  return {
    credentials: await obtain(),
    fromCache: false,
    ...(!isReported && reason !== undefined && { problem: reason }),
  };
}
