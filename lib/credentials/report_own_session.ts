import type { Reporter } from "../host.ts";
import { firstBaseOf } from "../plan/own_session.ts";
import type { Base } from "../plan/plan.ts";

/**
 * Reports which base credentials are used, if the environment variables contain a session
 * that assume-role obtained.
 */
export function reportOwnSession(
  plan: { readonly base: Base },
  reporter: Reporter,
): void {
  const { ownSession } = firstBaseOf(plan);
  if (ownSession === "replaced") {
    reporter.explain(
      "using the base credentials that the session in the environment was obtained from",
    );
  } else if (ownSession === "kept") {
    reporter.warn(
      "Using the session in the environment as base credentials, because the base credentials that it was obtained from cannot be found again; to use other base credentials, name a profile with '--profile'",
    );
  }
}
