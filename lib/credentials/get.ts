import { MfaError } from "../errors.ts";
import type { Waiting } from "../system/lock.ts";
import type { Plan } from "../plan/plan.ts";
import { formatDuration } from "../settings/duration.ts";
import type { Reporter } from "../system/host.ts";
import { cacheKey } from "./cache_key.ts";
import { cached, type CachedResult } from "./cached.ts";
import { type Credentials, timeLeft } from "./credentials.ts";
import type { Asker } from "./mfa.ts";
import { saveProfile } from "./save_profile.ts";
import { Store } from "./store.ts";

/** What getting credentials needs beside the plan. */
export interface GetContext {
  readonly asker: Asker;
  readonly now: () => number;
  readonly reporter: Reporter;
}

/**
 * The credentials for a plan: from the cache, or fresh ones, which are then
 * kept for later in the cache and as a profile. What cannot be kept is told and
 * does no harm.
 */
export async function getCredentials(
  plan: Plan,
  context: GetContext,
): Promise<Credentials> {
  const { now, reporter } = context;
  const store = plan.cacheDirectory === undefined
    ? undefined
    : new Store(plan.cacheDirectory);
  const other =
    `another assume-role, which is getting the credentials of ${plan.role.arn}`;
  const waiting: Waiting = {
    onWait: () => reporter.warn(`Waiting for ${other}`),
    // The other one may be asking for a code that nobody will give.
    ...(!plan.mfa.mayAsk && {
      onPatienceLost: () =>
        new MfaError(`Cannot wait any longer for ${other}`, {
          hint:
            "it may be waiting for an MFA code, and '--no-input' forbids asking for one here",
        }),
    }),
  };
  const obtain = async () => {
    // The AWS SDK takes a while to load, and a hit does not need it.
    const { obtainCredentials } = await import("./obtain.ts");
    return await obtainCredentials(plan, { ...context, store });
  };
  const result: CachedResult = store === undefined
    ? {
      credentials: await obtain(),
      fromCache: false,
      problem: "there is no home directory",
    }
    : await cached(
      store,
      await cacheKey(plan),
      { ...plan, roleArn: plan.role.arn, now },
      waiting,
      obtain,
    );

  const { credentials, fromCache } = result;
  const left = formatDuration(timeLeft(credentials, now()) / 1000);
  reporter.explain(
    `${
      fromCache ? "cached" : "fresh"
    } credentials of ${credentials.assumedRoleArn}, good for ${left}`,
  );
  if (!fromCache) {
    await keep(plan, result, context);
    // Of no use to this run, and no reason for it to fail.
    await store?.tidy(now()).catch(() => {});
  }
  return credentials;
}

async function keep(
  plan: Plan,
  { credentials, problem }: CachedResult,
  { now, reporter }: GetContext,
): Promise<void> {
  const problems: string[] = [];
  if (problem !== undefined) {
    problems.push(
      `Cannot cache the credentials${inDirectory(plan)}: ${problem}`,
    );
  }
  if (plan.savedProfile !== undefined) {
    const { name, file } = plan.savedProfile;
    const onWait = () =>
      reporter.warn(
        `Waiting for another assume-role, which is writing ${file}`,
      );
    const reason = await saveProfile(
      plan.savedProfile,
      credentials,
      now(),
      onWait,
    );
    if (reason !== undefined) {
      problems.push(`Cannot save the profile '${name}' in ${file}: ${reason}`);
    }
  }
  if (problems.length > 0) reporter.warn(problems.join("; "));
}

function inDirectory({ cacheDirectory }: Plan): string {
  return cacheDirectory === undefined ? "" : ` in ${cacheDirectory}`;
}
