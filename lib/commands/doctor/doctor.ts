import { within } from "../../system/path.ts";
import { toAwsError } from "../../aws/errors/translate.ts";
import { fetchWhole, noAnswer } from "../../aws/fetch.ts";
import { describeDirectKeys, findDirectKeys } from "../../aws/direct_keys.ts";
import { iamHost, stsHost } from "../../aws/hosts.ts";
import { isIamUser } from "../../aws/arn.ts";
import { checkClock } from "./check_clock.ts";
import { checkCache, checkFile, type Content } from "./check_files.ts";
import {
  type Finding,
  formatFinding,
  ok,
  problem,
  problemOf,
  warning,
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
  checkUnreadable,
  checkVersions,
} from "./check_system.ts";
import { AwsError, STATUS } from "../../errors.ts";
import {
  type AwsFilePath,
  awsFiles,
  cacheDirectoryOf,
} from "../../aws/paths.ts";
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
import { createFetch, readCertificates } from "../../system/http_client.ts";
import {
  inspectDirectory,
  inspectFile,
  inspectTerminalSupport,
  versions,
} from "../../system/inspect_system.ts";
import { reasonOf } from "../../system/os_error.ts";
import { refuseUnreadable } from "../../settings/names.ts";
import type { ExitStatus } from "../../system/exit_status.ts";
import type { OwnCommandContext } from "../dispatch.ts";

/** Time in which an endpoint must respond. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Prints a line for each check: the result and, if necessary, the user's next step. */
export async function doctor(context: OwnCommandContext): Promise<ExitStatus> {
  let isOk = true;
  for await (const finding of runChecks(context)) {
    context.print(formatFinding(finding));
    isOk &&= finding.level !== "problem";
  }
  return { status: isOk ? STATUS.ok : STATUS.failed };
}

/** Runs all checks: first the local checks, then the slower calls to AWS. */
async function* runChecks(context: OwnCommandContext): AsyncGenerator<Finding> {
  const terminal = await inspectTerminalSupport(context.host.env);
  yield checkVersions(versions());
  yield checkShell(terminal);
  yield checkTerminal(terminal);
  try {
    refuseUnreadable(context.host);
  } catch (error) {
    // A variable that selects the identity cannot be read. Skip the other checks, because
    // they could inspect the wrong identity.
    yield problemOf("variables", error);
    return;
  }
  yield* checkFiles(context);
  yield checkUnreadable(await context.findUnreadable());
  try {
    const input = await context.loadInput();
    yield* checkBaseSettings(await withoutOwnSession(input));
    yield* checkAws(
      chainStartOf(await planChainStart(context, input)),
      context,
    );
  } catch (error) {
    yield problemOf("settings", error);
  }
}

async function* checkFiles(
  { configProblem, host, layers }: OwnCommandContext,
): AsyncGenerator<Finding> {
  const { env, home } = host;
  if (configProblem !== undefined) {
    yield problemOf("assume-role.yaml", configProblem);
  }
  for (const { path } of layers.configs) {
    yield await inspectAndCheck(path, "settings");
  }
  if (home !== undefined) {
    yield await inspectAndCheck(within(home, ".aws"), "settings");
  }
  let files: readonly AwsFilePath[] = [];
  try {
    files = awsFiles(env, home);
  } catch (error) {
    yield problemOf("AWS's files", error);
  }
  for (const { name, path } of files) {
    if (path === undefined) continue;
    const content = name === "credentials" ? "secrets" : "settings";
    yield await inspectAndCheck(path, content);
  }
  const keys = await findDirectKeys(home);
  if (keys !== undefined) {
    yield warning(
      `profile 'default': has ${describeDirectKeys(keys)}`,
      "run such programs without '--server', or give the profile another name",
    );
  }
  const directory = cacheDirectoryOf(env, home);
  const reason = directory && await inspectDirectory(directory);
  yield checkCache(directory, reason);
}

async function inspectAndCheck(
  path: string,
  content: Content,
): Promise<Finding> {
  try {
    return checkFile(await inspectFile(path), content);
  } catch (error) {
    return problem(`${path}: ${reasonOf(error)}`);
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
  context: OwnCommandContext,
): AsyncGenerator<Finding> {
  const { base, endpoints, mfa } = start;
  const now = context.host.now;
  const sts = await checkEndpoint("STS", endpoints, now);
  yield sts.finding;
  if (sts.clockOffsetMs !== undefined) yield checkClock(sts.clockOffsetMs);
  yield (await checkEndpoint("IAM", endpoints, now)).finding;
  if (base.kind === "web-identity") {
    yield ok(
      "base identity: a web identity token; only AWS knows the token's identity",
    );
    return;
  }
  const { identifyBase, listDevices } = await import(
    "../../credentials/identify_base.ts"
  );
  try {
    const found = await identifyBase(start, context);
    const { identity } = found;
    yield checkIdentity(identity);
    const devices = isIamUser(identity)
      ? await listDevices(start, found, context).catch(ignoreAwsError)
      : [];
    yield checkDevices(identity, devices, mfa.serial);
  } catch (error) {
    yield problemOf("base identity", error);
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
    const { headers } = await fetchWhole(
      fetch,
      new Request(url),
      REQUEST_TIMEOUT_MS,
    );
    const date = Date.parse(headers.get("date") ?? "");
    return {
      finding: ok(`${subject}: ${host} responds`),
      ...(!Number.isNaN(date) && { clockOffsetMs: date - now() }),
    };
  } catch (error) {
    const context = { task: `reach ${service}`, host, secrets: [] };
    const found = problemOf(subject, toAwsError(noAnswer(error), context));
    // Only warn about IAM, because a run needs IAM only to look up MFA devices or the
    // user's name.
    return {
      finding: service === "IAM" ? { ...found, level: "warning" } : found,
    };
  }
}
