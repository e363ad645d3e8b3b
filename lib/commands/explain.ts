import { OPTIONS } from "../settings/options.ts";
import { type CacheState, loadState } from "../cache/session_state.ts";
import { callerKey } from "../credentials/caller.ts";
import { MFA_SESSION } from "../aws/credentials.ts";
import { CacheDirectory } from "../cache/cache_directory.ts";
import { STATUS } from "../errors.ts";
import {
  type ExplainedCall,
  formatBaseCredentials,
  formatCache,
  formatCalls,
  formatSettings,
  type IdentityCall,
} from "../output/explanation.ts";
import {
  type SessionCall,
  sessionCalls,
  stsEndpoint,
} from "../plan/sts_calls.ts";
import { explainPlan } from "../plan/explain_plan.ts";
import type { ChainStart, ProfilePlan, RolePlan } from "../plan/plan.ts";
import { SETTING_NAMES, SETTINGS } from "../settings/settings.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import type { OwnCommandContext } from "./dispatch.ts";

/**
 * Names of the settings that affect a run. Leaves out options that replace a run, such as
 * `--list`.
 */
const NAMES = SETTING_NAMES.filter((name) => {
  const option = OPTIONS[name];
  const { key } = SETTINGS[name];
  return key !== undefined || option?.group !== "other" ||
    option.placeholder !== undefined || name === "verbose" || name === "quiet";
});

/**
 * Prints the settings, the planned calls and the cache state of a run, without making
 * a call. The settings are printed even if planning fails, because they help to find
 * the mistake.
 *
 * @throws {AssumeRoleError} If the run cannot be planned.
 */
export async function explain(context: OwnCommandContext): Promise<ExitStatus> {
  const { layers, loadInput, now, print } = context;
  const { settings, plan, problem } = await explainPlan(
    await loadInput(),
    NAMES,
  );
  print(formatSettings(settings, layers.configs));
  if (plan === undefined) throw problem;
  print(formatBaseCredentials(plan.base));
  const calls = isOfSession(plan) ? await explainCalls(plan, now()) : [];
  // The caller's identity is needed only if a run requests the first role's session.
  const first = calls.find(({ call }) => call.action !== "GetSessionToken");
  const identity = first?.isMade ? await identityCall(plan) : "none";
  print(formatCalls(calls, identity, stsEndpoint(plan.endpoints)));
  print(formatCache(calls));
  return { status: STATUS.ok };
}

/** Finds the state of each session in the cache, from which the calls of a run follow. */
async function explainCalls(
  plan: RolePlan | ProfilePlan,
  now: number,
): Promise<readonly ExplainedCall[]> {
  const explained: ExplainedCall[] = [];
  let isNeeded = true;
  for (const call of (await sessionCalls(plan)).toReversed()) {
    const state = stateOfCall(plan, call, now);
    const { cacheDirectory, uncached } = plan;
    isNeeded &&= state.kind !== "fresh" || call.forceRefresh;
    explained.unshift({
      call,
      state,
      isMade: isNeeded,
      ...(cacheDirectory !== undefined && {
        path: new CacheDirectory(cacheDirectory).sessionPath(call.key),
      }),
      ...(uncached !== undefined && { uncached: uncached.reason }),
    });
  }
  return explained;
}

function stateOfCall(
  plan: RolePlan | ProfilePlan,
  call: SessionCall,
  now: number,
): CacheState {
  const roleArn = call.action === "profile"
    ? undefined
    : call.roleArn ?? MFA_SESSION;
  return loadState(plan, call.key, roleArn, now);
}

/** Whether a run requests the caller's identity, to name the session or to find an MFA device. */
async function identityCall(
  plan: ChainStart | RolePlan | ProfilePlan,
): Promise<IdentityCall> {
  const { cacheDirectory } = plan;
  if ("provider" in plan) return "made"; // the identity of a profile is not cached
  const isForMfa = plan.base.kind === "mfa-session";
  const base = plan.base.kind === "mfa-session" ? plan.base.source : plan.base;
  switch (base.kind) {
    case "role":
      return await identityCall(base.plan);
    case "web-identity":
      return "none";
    case "machine":
    case "profile":
    case "process":
      return isNamed(plan) && !isForMfa ? "none" : "made unless cached";
    case "static": {
      if (isNamed(plan) && !isForMfa) return "none";
      const key = await callerKey(base.credentials.accessKeyId, plan);
      const known = cacheDirectory !== undefined &&
        await new CacheDirectory(cacheDirectory).loadCaller(key) !== undefined;
      return known ? "none" : "made";
    }
  }
}

function isOfSession(
  plan: ChainStart | RolePlan | ProfilePlan,
): plan is RolePlan | ProfilePlan {
  return "role" in plan || "provider" in plan;
}

function isNamed(plan: ChainStart | RolePlan): boolean {
  return "request" in plan && plan.request.roleSessionName !== undefined;
}
