// Pure: no I/O.
import type { CacheState } from "../cache/session_state.ts";
import type { SignInState } from "../credentials/sign_in_state.ts";
import type { ChainStart, ProfilePlan, RolePlan } from "../plan/plan.ts";
import { formatSpans, type Span } from "../settings/styled_text.ts";
import type { SafeText } from "../settings/terminal_text.ts";
import { describeBase } from "./explanation.ts";
import { layOut } from "./layout.ts";
import type { PlannedCall } from "./planned_calls.ts";
import { formatTimeLeft } from "./session_time.ts";
import { formatNeed } from "./sign_in.ts";
import { shortenHome, type View } from "./view.ts";

/** Plan of a run, its calls, and its cached session. */
export interface Outcome {
  readonly plan: ChainStart | RolePlan | ProfilePlan;
  /** The calls that the run would make. */
  readonly calls: readonly PlannedCall[];
  /** State of the session that the run gets, in the cache. */
  readonly session: CacheState;
  /** The sign-in that the base credentials need; absent if they need none. */
  readonly signIn?: SignInState | undefined;
}

/** Formats what a run would do, as one sentence. */
export function formatVerdict(outcome: Outcome, view: View): SafeText {
  const text = shortenHome(describeOutcome(outcome), view);
  const row: readonly Span[] = [["bold", text]];
  return formatSpans(layOut([row], view), view.isColoured);
}

function describeOutcome(
  { plan, calls, session, signIn }: Outcome,
): string {
  const base = describeBase(plan.base);
  if (!("role" in plan) && !("provider" in plan)) {
    return `No role given: a run would start from ${base}${
      formatNeed(signIn)
    }.`;
  }
  const target = "role" in plan
    ? plan.role.arn
    : `the session of the profile '${plan.base.profile}'`;
  if (calls.length === 0) {
    const end = session.kind === "none"
      ? ""
      : `, valid until ${formatTime(session.expiration)} (${
        formatTimeLeft(session.left)
      })`;
    return `A run would use the cached session of ${
      "role" in plan ? target : `the profile '${plan.base.profile}'`
    }${end}, and make no call.`;
  }
  const way = "role" in plan
    ? `assume ${target} from ${base}`
    : `get ${target} from ${plan.provider}`;
  return `A run would ${way}, by ${countCalls(calls)}, ${formatMfa(calls)}${
    formatNeed(signIn)
  }.`;
}

function countCalls(calls: readonly PlannedCall[]): string {
  const isExact = calls.every(({ condition }) => condition === undefined);
  const count = calls.length === 1 ? "1 call" : `${calls.length} calls`;
  return isExact ? count : `at most ${count}`;
}

function formatMfa(calls: readonly PlannedCall[]): string {
  const kinds = calls.map(({ mfa }) => mfa);
  if (kinds.includes("required")) return "with an MFA code";
  return kinds.includes("possible")
    ? "with an MFA code if the role needs one"
    : "without an MFA code";
}

/** Formats a time in UTC, such as `2026-01-31 12:30 UTC`. */
function formatTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
