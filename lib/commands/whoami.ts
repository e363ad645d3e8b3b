import { identityOf } from "../aws/arn.ts";
import { timeLeft } from "../aws/credentials.ts";
import { getCredentials } from "../credentials/get_credentials.ts";
import { reportOwnSession } from "../credentials/report_own_session.ts";
import { STATUS } from "../errors.ts";
import {
  formatBase,
  formatSession,
  formatTokenBase,
} from "../output/identity.ts";
import { formatSources } from "../output/setting_source.ts";
import type { ChainStart, RolePlan } from "../plan/plan.ts";
import { resolveTarget } from "../plan/resolve_target.ts";
import {
  chainStartOf,
  resolveChainStart,
  withBaseCredentials,
} from "../plan/plan_without_role.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import type { OwnCommandContext } from "./dispatch.ts";

/**
 * Prints the identity of the base credentials and, if there is a role, the identity of
 * the role's session. The base identity is printed first, because it helps the user to
 * find out why a role cannot be assumed.
 *
 * @throws {AwsError} If an identity cannot be determined.
 */
export async function whoami(context: OwnCommandContext): Promise<ExitStatus> {
  const { layers, makePlan, loadInput } = context;
  const input = await loadInput();
  if (resolveTarget(input) === undefined) {
    const start = await resolveChainStart(input);
    reportOwnSession(start, context.reporter);
    await printIdentities(start, context);
  } else {
    const plan = await makePlan();
    const sources = formatSources(plan, layers.configs);
    context.reporter.explain(`settings: ${sources}`);
    await printIdentities(plan, context);
  }
  return { status: STATUS.ok };
}

async function printIdentities(
  plan: ChainStart | RolePlan,
  context: OwnCommandContext,
): Promise<void> {
  const { print } = context;
  const start = chainStartOf(plan);
  const { base } = start;
  if (base.kind === "web-identity") {
    print(formatTokenBase(base.token));
    if ("role" in plan) await printSession(plan, context);
    return;
  }
  // The AWS SDK takes long to load. Load it only now, so that earlier errors appear
  // immediately.
  const { identifyBase } = await import("../credentials/identify_base.ts");
  const { identity, credentials } = await identifyBase(start, context);
  print(formatBase(identity));
  if ("role" in plan) {
    await printSession(withBaseCredentials(plan, credentials), context);
  }
}

async function printSession(
  plan: RolePlan,
  context: OwnCommandContext,
): Promise<void> {
  const { now, print } = context;
  const startedAt = now();
  const credentials = await getCredentials(plan, context);
  print(formatSession(
    identityOf(credentials.assumedRoleArn),
    timeLeft(credentials, now()),
    credentials.obtainedAt < startedAt ? "cache" : "fresh",
  ));
}
