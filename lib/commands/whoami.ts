import { identityOf } from "../aws/arn.ts";
import { timeLeft } from "../aws/credentials.ts";
import { getCredentials } from "../credentials/get_credentials.ts";
import { STATUS } from "../errors.ts";
import {
  formatBase,
  formatSession,
  formatTokenBase,
} from "../output/identity.ts";
import { formatSources } from "../output/setting_source.ts";
import type { ChainStart, RolePlan } from "../plan/plan.ts";
import { resolveTarget } from "../plan/resolve_role.ts";
import {
  chainStartOf,
  resolveChainStart,
  withBaseCredentials,
} from "../plan/chain_start.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import type { OwnCommandContext } from "./dispatch.ts";

/**
 * Tells who the base credentials are and, where there is a role, who its session
 * is. What is known is printed at once: where the role's session cannot be had,
 * it helps to see who did not get it.
 *
 * @throws {AwsError} where either cannot be had
 */
export async function whoami(context: OwnCommandContext): Promise<ExitStatus> {
  const { layers, makePlan, loadInput } = context;
  const input = loadInput();
  if (resolveTarget(input) === undefined) {
    const start = await resolveChainStart(input);
    await tell(start, context);
  } else {
    const plan = await makePlan();
    const sources = formatSources(plan, layers.configs);
    context.reporter.explain(`settings: ${sources}`);
    await tell(plan, context);
  }
  return { status: STATUS.ok };
}

async function tell(
  plan: ChainStart | RolePlan,
  context: OwnCommandContext,
): Promise<void> {
  const { print } = context;
  const start = chainStartOf(plan);
  const { base } = start;
  if (base.kind === "web-identity") {
    print(formatTokenBase(base.token));
    if ("role" in plan) await tellSession(plan, context);
    return;
  }
  // The AWS SDK takes a while to load, and what is wrong before is told at once.
  const { identifyBase } = await import("../credentials/identify_base.ts");
  const { identity, credentials } = await identifyBase(start, context);
  print(formatBase(identity));
  if ("role" in plan) {
    await tellSession(withBaseCredentials(plan, credentials), context);
  }
}

async function tellSession(
  plan: RolePlan,
  context: OwnCommandContext,
): Promise<void> {
  const { now, print } = context;
  const asked = now();
  const credentials = await getCredentials(plan, context);
  print(formatSession(
    identityOf(credentials.assumedRoleArn),
    timeLeft(credentials, now()),
    credentials.obtainedAt < asked ? "cache" : "fresh",
  ));
}
