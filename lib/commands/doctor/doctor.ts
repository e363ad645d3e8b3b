import { within } from "../../system/path.ts";
import { toAwsError } from "../../aws/errors/translate.ts";
import { fetchWhole, noAnswer } from "../../aws/fetch.ts";
import { iamHost, stsHost } from "../../aws/hosts.ts";
import { isIamUser } from "../../aws/arn.ts";
import { checkClock } from "./clock.ts";
import { checkCache, checkFile, type Content } from "./files.ts";
import {
  type Finding,
  formatFinding,
  ok,
  problem,
  problemOf,
} from "./finding.ts";
import { checkDevices, checkIdentity } from "./identity.ts";
import { checkHalfKeys, checkLoops, checkShadowing } from "./shadowing.ts";
import {
  checkShell,
  checkTerminal,
  checkUnreadable,
  checkVersions,
} from "./environment.ts";
import { AwsError, STATUS } from "../../errors.ts";
import {
  type AwsFilePath,
  awsFiles,
  cacheDirectoryOf,
} from "../../aws/paths.ts";
import { settleProfile } from "../../plan/named_profile.ts";
import type { ChainStart, Endpoints } from "../../plan/plan.ts";
import { resolveTarget } from "../../plan/resolve_role.ts";
import type { PlanInput } from "../../plan/resolve_hop.ts";
import { SettingResolver } from "../../plan/setting_resolver.ts";
import { chainStartOf, resolveChainStart } from "../../plan/chain_start.ts";
import { createFetch, readCertificates } from "../../system/http_client.ts";
import {
  inspectDirectory,
  inspectFile,
  inspectSurroundings,
  versions,
} from "../../system/inspect.ts";
import { reasonOf } from "../../system/os_error.ts";
import { refuseUnreadable } from "../../settings/names.ts";
import type { ExitStatus } from "../../system/exit_status.ts";
import type { OwnCommandContext } from "../dispatch.ts";

/** How long an endpoint may take to answer, in milliseconds. */
const PATIENCE = 10_000;

/** Looks for what is wrong, and says what to do about it, a line each. */
export async function doctor(context: OwnCommandContext): Promise<ExitStatus> {
  let isWell = true;
  for await (const finding of findings(context)) {
    context.print(formatFinding(finding));
    isWell &&= finding.level !== "problem";
  }
  return { status: isWell ? STATUS.ok : STATUS.failed };
}

/** What is at hand comes first: what AWS has to say may take a while. */
async function* findings(context: OwnCommandContext): AsyncGenerator<Finding> {
  const surroundings = await inspectSurroundings(context.host.env);
  yield checkVersions(versions());
  yield checkShell(surroundings);
  yield checkTerminal(surroundings);
  try {
    refuseUnreadable(context.host);
  } catch (error) {
    // Without these variables, all that follows would be about something else.
    yield problemOf("variables", error);
    return;
  }
  yield* checkFiles(context);
  yield checkUnreadable(await context.findUnreadable());
  try {
    const input = await context.loadInput();
    yield* checkScene(input);
    yield* checkAws(
      chainStartOf(await makeChainStart(context, input)),
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
    yield await lookAt(path, "settings");
  }
  if (home !== undefined) {
    yield await lookAt(within(home, ".aws"), "settings");
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
    yield await lookAt(path, content);
  }
  const directory = cacheDirectoryOf(env, home);
  const reason = directory && await inspectDirectory(directory);
  yield checkCache(directory, reason);
}

async function lookAt(path: string, content: Content): Promise<Finding> {
  try {
    return checkFile(await inspectFile(path), content);
  } catch (error) {
    return problem(`${path}: ${reasonOf(error)}`);
  }
}

function checkScene(input: PlanInput): readonly Finding[] {
  const { env, profiles } = input;
  const role = input.options.role ?? input.variables.role;
  const named = settleProfile(new SettingResolver(input, role), env);
  const scene = { env, profiles, ...named };
  const found = [checkHalfKeys, checkShadowing, checkLoops]
    .flatMap((check) => check(scene));
  return found.length > 0
    ? found
    : [ok("profiles and variables: they do not contradict each other")];
}

async function makeChainStart(
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
  const sts = await ask("STS", endpoints, now);
  yield sts.finding;
  if (sts.offset !== undefined) yield checkClock(sts.offset);
  yield (await ask("IAM", endpoints, now)).finding;
  if (base.kind === "web-identity") {
    yield ok("base identity: a web identity token, which only a role can tell");
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
      ? await listDevices(start, found, context).catch(whereDenied)
      : [];
    yield checkDevices(identity, devices, mfa.serial);
  } catch (error) {
    yield problemOf("base identity", error);
  }
}

function whereDenied(error: unknown): undefined {
  if (!(error instanceof AwsError)) throw error;
}

/** Whether a service answers, whatever it says, and by which clock. */
async function ask(
  service: "STS" | "IAM",
  endpoints: Endpoints,
  now: () => number,
): Promise<{ readonly finding: Finding; readonly offset?: number }> {
  const host = (service === "STS" ? stsHost : iamHost)(endpoints);
  const given = service === "STS" ? endpoints.sts : endpoints.iam;
  const url = new URL("/", given ?? `https://${host}`);
  // A request takes no password in its address; none is needed for an answer.
  Object.assign(url, { username: "", password: "" });
  const subject = `endpoint of ${service}`;
  const certificates = await readCertificates(endpoints.caBundle);
  try {
    const fetch = createFetch(certificates);
    const { headers } = await fetchWhole(fetch, new Request(url), PATIENCE);
    const date = Date.parse(headers.get("date") ?? "");
    return {
      finding: ok(`${subject}: ${host} answers`),
      ...(!Number.isNaN(date) && { offset: date - now() }),
    };
  } catch (error) {
    const context = { task: "reach it", host, secrets: [] };
    const found = problemOf(subject, toAwsError(noAnswer(error), context));
    // IAM is asked for MFA devices only.
    return {
      finding: service === "IAM" ? { ...found, level: "warning" } : found,
    };
  }
}
