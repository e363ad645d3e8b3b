import { OPTIONS } from "../settings/options.ts";
import { type CacheState, loadState } from "../cache/session_state.ts";
import { callerKey } from "../credentials/caller.ts";
import { MFA_SESSION } from "../aws/credentials.ts";
import { CacheDirectory } from "../cache/cache_directory.ts";
import { findSignIn } from "../credentials/sign_in_state.ts";
import { STATUS } from "../errors.ts";
import {
  formatBaseCredentials,
  formatCache,
  formatCalls,
  formatSettings,
} from "../output/explanation.ts";
import {
  type ExplainedCall,
  type IdentityCall,
  listPlannedCalls,
  type PlannedCall,
} from "../output/planned_calls.ts";
import { formatDocument, toExplainDocument } from "../output/json_documents.ts";
import { formatSignIn } from "../output/sign_in.ts";
import { formatVerdict } from "../output/verdict.ts";
import {
  type SessionCall,
  sessionCalls,
  stsEndpoint,
} from "../plan/sts_calls.ts";
import { explainPlan } from "../plan/explain_plan.ts";
import type { ChainStart, ProfilePlan, RolePlan } from "../plan/plan.ts";
import { SETTING_NAMES } from "../settings/settings.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import type { OwnCommandContext } from "./dispatch.ts";
import { viewStdout } from "./view.ts";

/**
 * Names of the settings that affect a run. Leaves out options that replace a run, such as
 * `--list`.
 */
const NAMES = SETTING_NAMES.filter((name) => {
  const group = OPTIONS[name]?.group;
  return group !== "commands" && name !== "help" && name !== "version";
});

/**
 * Prints what a run would do, then the planned calls, the state of the cache and the
 * settings, without making a call. The settings are printed even if planning fails, because they help to find
 * the mistake.
 *
 * @throws {AssumeRoleError} If the run cannot be planned.
 */
export async function explain(context: OwnCommandContext): Promise<ExitStatus> {
  const { layers, loadInput, now, print } = context;
  const view = viewStdout(context);
  const { settings, plan, problem } = await explainPlan(
    await loadInput(),
    NAMES,
  );
  const { json } = layers.options;
  if (plan === undefined) {
    if (!json) print(formatSettings(settings, layers.configs, view));
    throw problem;
  }
  const states = isOfSession(plan) ? await explainCalls(plan, now()) : [];
  const calls = await planCalls(plan, states);
  const session = states.at(-1)?.state ?? { kind: "none" };
  const signIn = await findSignIn(plan.base, now());
  const outcome = { plan, calls, session, signIn };
  if (json) {
    print(formatDocument(
      toExplainDocument(outcome, states, settings, layers.configs),
    ));
    return { status: STATUS.ok };
  }
  print(formatVerdict(outcome, view));
  print(formatBaseCredentials(
    plan.base,
    view,
    signIn && formatSignIn(signIn, now()),
  ));
  if (states.length > 0) print(formatCalls(calls, view));
  print(formatCache(states, view));
  print(formatSettings(settings, layers.configs, view));
  return { status: STATUS.ok };
}

async function planCalls(
  plan: ChainStart | RolePlan | ProfilePlan,
  states: readonly ExplainedCall[],
): Promise<readonly PlannedCall[]> {
  // The caller's identity is needed only if a run requests the first role's session.
  const first = states.find(({ call }) => call.action !== "GetSessionToken");
  const identity = first?.isMade ? await identityCall(plan) : "none";
  return listPlannedCalls(states, identity, stsEndpoint(plan.endpoints));
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
