import { toAwsError } from "../../aws/errors/translate.ts";
import { sendRequest } from "../../aws/send_request.ts";
import { iamHost, stsHost } from "../../aws/hosts.ts";
import { isIamUser } from "../../aws/arn.ts";
import { checkClock } from "./check_clock.ts";
import { checkFiles } from "./inspect_files.ts";
import {
  type Finding,
  named,
  type NamedFinding,
  ok,
  problemOf,
} from "./finding.ts";
import { checkDevices, checkIdentity } from "./check_identity.ts";
import {
  checkHalfKeys,
  checkHeaders,
  checkLoops,
  checkShadowing,
} from "./check_shadowing.ts";
import {
  checkShell,
  checkTerminal,
  checkUnknownVariables,
  checkUnreadable,
  checkVersions,
} from "./check_system.ts";
import { AwsError, ConfigError, STATUS } from "../../errors.ts";
import {
  firstBaseOf,
  hideSession,
  undefinedIfRefused,
} from "../../plan/own_session.ts";
import { resolveNamedProfile } from "../../plan/chosen_profile.ts";
import type { ChainStart, Endpoints } from "../../plan/plan.ts";
import { findRoleName } from "../../plan/look_up_role.ts";
import { resolveTarget } from "../../plan/resolve_target.ts";
import type { PlanInput } from "../../plan/resolve_hop.ts";
import { SettingResolver } from "../../plan/setting_resolver.ts";
import {
  chainStartOf,
  resolveChainStart,
} from "../../plan/plan_without_role.ts";
import { blameUnread } from "../../credentials/report_unread.ts";
import { readCertificates } from "../../system/ca_bundle.ts";
import { createFetch } from "../../system/http_client.ts";
import {
  inspectTerminalSupport,
  versions,
} from "../../system/inspect_system.ts";
import { secretsOfEnv } from "../../settings/hide_secrets.ts";
import { refuseUnreadable } from "../../settings/names.ts";
import type { ExitStatus } from "../../system/exit_status.ts";
import type { LoadedSettings } from "../../plan/unread_files.ts";
import type { OwnCommandContext } from "../dispatch.ts";
import { formatDocument } from "../../output/json_documents.ts";
import { viewStdout } from "../view.ts";
import { formatReport, toDoctorDocument } from "./report.ts";

/** Time in which an endpoint must respond. */
const TIMEOUTS = { attemptMs: 5_000, callMs: 10_000 };

/** Checks the user's setup, and prints the findings: the problems first. */
export async function doctor(context: OwnCommandContext): Promise<ExitStatus> {
  const findings: NamedFinding[] = [];
  for await (const finding of runChecks(context)) findings.push(finding);
  context.print(
    context.layers.options.json
      ? formatDocument(toDoctorDocument(findings))
      : formatReport(findings, viewStdout(context)),
  );
  const isOk = findings.every(({ level }) => level !== "problem");
  return { status: isOk ? STATUS.ok : STATUS.failed };
}

/** Runs all checks: first the local checks, then the slower calls to AWS. */
async function* runChecks(
  context: OwnCommandContext,
): AsyncGenerator<NamedFinding> {
  const terminal = await inspectTerminalSupport(context.host.env);
  yield* named("system", checkVersions(versions()));
  if (terminal.needsShell) yield* named("system", checkShell(terminal));
  yield* named("terminal", checkTerminal(terminal));
  try {
    refuseUnreadable(context.host);
  } catch (error) {
    // A variable that selects the identity cannot be read. Skip the other checks, because
    // they could inspect the wrong identity.
    yield* named("variables", problemOf("variables", error));
    return;
  }
  for await (const finding of checkFiles(context)) {
    yield* named("files", finding);
  }
  yield* named(
    "variables",
    checkUnreadable(await context.findUnreadable()),
    ...checkUnknownVariables(context.host.env),
  );
  let { unread } = context.layers;
  try {
    const input = await context.loadInput();
    ({ unread } = input);
    const withoutSession = await withoutOwnSession(input);
    yield* named("credentials", ...checkBaseSettings(withoutSession));
    yield* checkAws(
      chainStartOf(await planChainStart(context, input)),
      { ...context, unread },
    );
  } catch (error) {
    const { home } = context.host;
    const blamed = blameUnread(error, { unread, home });
    yield* named("settings", problemOf("settings", blamed));
  }
}

/**
 * Removes a session of assume-role from the variables of the input, if a run would
 * replace the session with the base credentials that the session was obtained from.
 */
async function withoutOwnSession(input: PlanInput): Promise<PlanInput> {
  const start = await undefinedIfRefused(() => resolveChainStart(input));
  return start && firstBaseOf(start).ownSession === "replaced"
    ? { ...input, ...hideSession(input.env) }
    : input;
}

function checkBaseSettings(input: PlanInput): readonly Finding[] {
  const { env, profiles } = input;
  const role = findRoleName(input);
  const named = resolveNamedProfile(new SettingResolver(input, role), env);
  const settings = { env, profiles, ...named };
  const found = [checkHalfKeys, checkHeaders, checkShadowing, checkLoops]
    .flatMap((check) => check(settings));
  return found.length > 0
    ? found
    : [ok("profiles and variables: no contradictions")];
}

async function planChainStart(
  { makePlan }: OwnCommandContext,
  input: PlanInput,
): Promise<ChainStart> {
  return resolveTarget(input) === undefined
    ? await resolveChainStart(input)
    : await makePlan();
}

async function* checkAws(
  start: ChainStart,
  context: OwnCommandContext & Pick<LoadedSettings, "unread">,
): AsyncGenerator<NamedFinding> {
  const { base, endpoints, mfa } = start;
  const now = context.host.now;
  const { env } = context.host;
  const sts = await checkEndpoint("STS", endpoints, now, env);
  yield* named("endpoints", sts.finding);
  if (sts.clockOffsetMs !== undefined) {
    yield* named("clock", checkClock(sts.clockOffsetMs));
  }
  const iam = await checkEndpoint("IAM", endpoints, now, env);
  yield* named("endpoints", iam.finding);
  if (base.kind === "web-identity") {
    const text =
      "base identity: a web identity token; only AWS knows the token's identity";
    yield* named("identity", ok(text));
    return;
  }
  const { identifyBase, listDevices } = await import(
    "../../credentials/identify_base.ts"
  );
  try {
    const { signIn: _, ...prompter } = context.prompter;
    const found = await identifyBase(start, { ...context, prompter });
    const { identity } = found;
    yield* named("identity", checkIdentity(identity));
    const devices = isIamUser(identity)
      ? await listDevices(start, found, context).catch(ignoreAwsError)
      : [];
    yield* named("mfa", checkDevices(identity, devices, mfa.serial));
  } catch (error) {
    const { unread, host: { home } } = context;
    const blamed = blameUnread(error, { unread, home });
    yield* named("identity", problemOf("base identity", blamed));
  }
}

/**
 * Returns `undefined` (unknown devices) if AWS returned the error; throws any other error
 * again.
 */
function ignoreAwsError(error: unknown): undefined {
  if (!(error instanceof AwsError)) throw error;
}

/** Checks that an endpoint responds, and computes AWS's time minus this machine's time. */
async function checkEndpoint(
  service: "STS" | "IAM",
  endpoints: Endpoints,
  now: () => number,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly finding: Finding; readonly clockOffsetMs?: number }> {
  const host = (service === "STS" ? stsHost : iamHost)(endpoints);
  const given = service === "STS" ? endpoints.sts : endpoints.iam;
  const url = new URL("/", given ?? `https://${host}`);
  // Remove the user name and the password, because `Request` rejects a URL that has them.
  // The check needs no password: every response passes.
  Object.assign(url, { username: "", password: "" });
  const subject = `endpoint of ${service}`;
  const certificates = await readCertificates(endpoints.caBundle);
  try {
    const fetch = createFetch(certificates);
    // Any status shows that the endpoint responds.
    const headers = await sendRequest(
      () => new Request(url),
      ({ headers }) => headers,
      { fetch, now, timeouts: TIMEOUTS },
    );
    const date = Date.parse(headers.get("date") ?? "");
    return {
      finding: ok(`${subject}: ${host} responds`),
      ...(!Number.isNaN(date) && { clockOffsetMs: date - now() }),
    };
  } catch (error) {
    const secrets = secretsOfEnv(env);
    const context = { task: `reach ${service}`, host, secrets };
    const cause = error instanceof ConfigError
      ? error
      : toAwsError(error, context);
    const found = problemOf(subject, cause);
    // Only warn about IAM, because a run needs IAM only to look up MFA devices or the
    // user's name.
    return {
      finding: service === "IAM" ? { ...found, level: "warning" } : found,
    };
  }
}
