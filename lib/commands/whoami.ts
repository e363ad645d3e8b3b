import { identityOf } from "../aws/arn.ts";
import { timeLeft } from "../aws/credentials.ts";
import { getCredentials } from "../credentials/get_credentials.ts";
import { reportOwnSession } from "../credentials/report_own_session.ts";
import { findShellSession } from "./shell_session.ts";
import { STATUS } from "../errors.ts";
import {
  formatBaseIdentity,
  formatSession,
  formatShell,
  type Identities,
} from "../output/identity.ts";
import { formatDocument, toWhoamiDocument } from "../output/json_documents.ts";
import { formatSources } from "../output/setting_source.ts";
import type { ChainStart, RolePlan, RunPlan } from "../plan/plan.ts";
import { resolveTarget } from "../plan/resolve_target.ts";
import {
  chainStartOf,
  resolveChainStart,
  withBaseCredentials,
} from "../plan/plan_without_role.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import type { OwnCommandContext } from "./dispatch.ts";

/**
 * Prints the role of this shell, if a role is in use. Then prints the identity of the base
 * credentials and, if the options name a role, the identity of the role's session. The base
 * identity is printed before the session, because the base identity helps the user to find
 * out why a role cannot be assumed. With `--json`, prints one document at the end.
 *
 * @throws {AwsError} If an identity cannot be determined.
 */
export async function whoami(context: OwnCommandContext): Promise<ExitStatus> {
  const { host, layers, now, print, reporter } = context;
  const { json } = layers.options;
  // No call is needed for this, so that the user sees the role also without a network.
  const shell = await findShellSession(host);
  if (shell !== undefined && !json) print(formatShell(shell, now()));
  const plan = await resolvePlan(context);
  if ("sources" in plan) {
    reporter.explain(`settings: ${formatSources(plan, layers.configs)}`);
  }
  const { base, getSession } = await identify(plan, context);
  if (!json) print(formatBaseIdentity(base));
  const session = await getSession?.();
  if (json) {
    print(
      formatDocument(
        toWhoamiDocument({ shell, base, ...(session && { session }) }),
      ),
    );
  } else if (session !== undefined) {
    const { identity, left, source } = session;
    print(formatSession(identity, left, source));
  }
  return { status: STATUS.ok };
}

async function resolvePlan(
  { loadInput, makePlan, reporter }: OwnCommandContext,
): Promise<ChainStart | RunPlan> {
  const input = await loadInput();
  if (resolveTarget(input) !== undefined) return await makePlan();
  const start = await resolveChainStart(input);
  reportOwnSession(start, reporter);
  return start;
}

/** Identity of the base credentials, and a function that gets the role's session. */
interface Identified extends Pick<Identities, "base"> {
  /** Absent if there is no role. */
  readonly getSession?: () => Promise<NonNullable<Identities["session"]>>;
}

async function identify(
  plan: ChainStart | RunPlan,
  context: OwnCommandContext,
): Promise<Identified> {
  const start = chainStartOf(plan);
  if (start.base.kind === "web-identity") {
    return {
      base: start.base.token,
      ...("role" in plan && { getSession: () => getSession(plan, context) }),
    };
  }
  // The AWS SDK takes long to load. Load it only now, so that earlier errors appear
  // immediately.
  const { identifyBase } = await import("../credentials/identify_base.ts");
  const { identity, credentials } = await identifyBase(start, context);
  return {
    base: identity,
    ...("role" in plan && {
      getSession: () =>
        getSession(withBaseCredentials(plan, credentials), context),
    }),
  };
}

async function getSession(
  plan: RolePlan,
  context: OwnCommandContext,
): Promise<NonNullable<Identities["session"]>> {
  const { now } = context;
  const startedAt = now();
  const credentials = await getCredentials(plan, context);
  return {
    identity: identityOf(credentials.assumedRoleArn),
    expiration: credentials.expiration,
    left: timeLeft(credentials, now()),
    source: credentials.obtainedAt < startedAt ? "cache" : "fresh",
  };
}
