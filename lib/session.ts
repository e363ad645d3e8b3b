import type { Credentials } from "./aws/credentials.ts";
import { awsFiles, cacheDirectoryOf } from "./aws/paths.ts";
import { checkNamedCache } from "./cache/check_named_cache.ts";
import { cacheQueries } from "./cache/cache_queries.ts";
import { decisiveVariables, type RunInputs } from "./cache/plan_cache.ts";
import { settleRunInputs } from "./cache/settle_run_inputs.ts";
import { storePlan } from "./cache/store_plan.ts";
import { type Argv, parseArgv } from "./cli/argv.ts";
import {
  type Options,
  parseInvocation,
  parseVariables,
  settleVerbosity,
} from "./cli/invocation.ts";
import {
  type CredentialSource,
  finishing,
  fixedCredentials,
} from "./command/credential_source.ts";
import type { CommandSession, RunContext } from "./command/run_command.ts";
import type { AwsTexts, ConfigText } from "./config/files.ts";
import { processVariables } from "./settings/process_variables.ts";
import { listProcesses, loadConfigs, loadProfiles } from "./config/load.ts";
import { readSettledFile } from "./system/settled_files.ts";
import {
  type CredentialContext,
  getCredentials,
} from "./credentials/get_credentials.ts";
import { LoopGuard } from "./credentials/loop_guard.ts";
import { noticingSdk } from "./credentials/noticing_sdk.ts";
import {
  createPrompterBeforeCommand,
  createPrompterDuringCommand,
} from "./credentials/mfa/prompt.ts";
import { reportPlan } from "./credentials/report_plan.ts";
import {
  blamingUnread,
  refuseNewUnread,
  reportUnread,
} from "./credentials/report_unread.ts";
import type { Host, Input, Reporter } from "./host.ts";
import { loadSdk } from "./load_sdk.ts";
import { toCommandPlan } from "./plan/command_plan.ts";
import type { CommandPlan, RunPlan } from "./plan/plan.ts";
import type { LoadedInput, LoadedSettings } from "./plan/unread_files.ts";
import { observeReads } from "./plan/observe_reads.ts";
import type { PlanInput } from "./plan/resolve_hop.ts";
import { resolveRunPlan } from "./plan/resolve_plan.ts";
import { namesTarget } from "./plan/resolve_target.ts";
import {
  reportSettings,
  reportUnreadable,
  warnOfMisspelled,
} from "./report_run.ts";
import type { EarlyWorker } from "./sandbox/start_worker.ts";
import { readText } from "./system/read_file.ts";
import { inspectHome } from "./system/home_access.ts";
import { LateWork } from "./system/late_work.ts";
import { PipeReader } from "./system/pipe_reader.ts";

/**
 * Loads the settings: the given options, the `ASSUME_ROLE_*` variables and the
 * configuration files.
 *
 * @param texts the texts of the configuration files, if they were read already
 * @throws {UsageError} If a variable has an invalid value
 * @throws {ConfigError} If a configuration file cannot be read or trusted, or is invalid
 */
export async function loadSettings(
  options: Options,
  input: Input,
  texts?: readonly ConfigText[],
): Promise<LoadedSettings> {
  const variables = settleVerbosity(parseVariables(input.env), options);
  const named = { ...variables, ...options };
  const loaded = await loadConfigs(input, named, texts);
  return { options, variables, ...loaded };
}

/**
 * Loads AWS's files (`config` and `credentials`), and returns their profiles, the
 * settings and the variables as the input from which a plan is made.
 *
 * @param texts the texts of AWS's files, if they were read already
 * @param pipes reads pipes, of which some may have been read already
 * @throws {ConfigError} If a file exists but cannot be read
 */
export async function loadPlanInput(
  settings: LoadedSettings,
  input: Input,
  texts?: AwsTexts,
  pipes: PipeReader = new PipeReader(),
): Promise<LoadedInput> {
  const { args, env, home } = input;
  const { profiles, unread } = await loadProfiles(input, texts);
  return {
    ...settings,
    args,
    command: parseArgv(args).command,
    home,
    homeAccess: inspectHome(home),
    unread: [...settings.unread, ...unread],
    env: decisiveVariables(env, processVariables(listProcesses(profiles))),
    profiles,
    readText: (path, acceptsPipe = false) =>
      readSettledFile(
        path,
        acceptsPipe ? (path) => pipes.read(path) : readText,
        input.now,
      ),
    ...cacheQueries(cacheDirectoryOf(env, home)),
  };
}

/** A plan, and the credentials that the planned calls or the cache returned. */
export interface Session {
  readonly plan: RunPlan;
  readonly credentials: Credentials;
  /** The values that are needed to run a command: variables to pass on, region and role. */
  readonly commandPlan: CommandPlan;
}

/**
 * Resolves the plan of a session, and gets the credentials from the cache or from AWS.
 * Stores the plan for later runs with the same inputs.
 *
 * @param inputs the files that the plan is made from, and the cache key of the plan;
 * `undefined` if the plan must not be stored
 */
export async function getSession(
  planInput: PlanInput,
  context: CredentialContext,
  inputs?: RunInputs,
): Promise<Session> {
  const { unread } = planInput;
  // A stored plan would hide the warning.
  const mayStore = !warnOfMisspelled(planInput, context.reporter);
  reportUnread(unread, context.reporter);
  checkNamedCache(planInput.env);
  const reads = observeReads(planInput);
  const { plan, credentials } = await blamingUnread(planInput, async () => {
    const plan = await resolveRunPlan(reads.planInput);
    await reportSettings(plan, planInput, context.reporter);
    await reportPlan(plan, planInput, context);
    return { plan, credentials: await getCredentials(plan, context) };
  });
  const session = {
    plan,
    credentials,
    commandPlan: toCommandPlan(plan, credentials),
  };
  const { hasReadFiles } = reads;
  if (
    inputs && mayStore && !hasReadFiles() && !plan.forceRefresh && !plan.server
  ) {
    // Ignore a failure to store the plan, which only makes later runs slower.
    await storePlan(inputs, session, reads, context.now()).catch(() => {});
  }
  return session;
}

/**
 * Resolves the session for the command if the plan cache had no usable plan. Lets the user
 * choose a role if no role is given. With `--server`, also starts the credentials server.
 *
 * @throws {AssumeRoleError} If the session cannot be obtained
 */
export async function resolveCommandSession(
  argv: Argv,
  found: RunInputs | undefined,
  run: RunContext & { readonly worker?: EarlyWorker | undefined },
): Promise<CommandSession> {
  const { host, reporter, launcher, worker } = run;
  const { options } = parseInvocation(argv);
  const late = new LateWork();
  const context = createContext(host, reporter, late, worker);
  await launcher.ignored; // from here on, writes survive the limit of 'ulimit -f'
  try {
    const { inputs, cached } = await settleRunInputs(found, argv, host);
    if (cached !== undefined) {
      const { plan, credentials } = cached;
      return { plan, source: fixedCredentials(credentials) };
    }
    const settings = await loadSettings(options, host, inputs?.configs);
    const pipes = new PipeReader();
    const input = await loadPlanInput(settings, host, inputs?.aws, pipes);
    if (!namesTarget(input)) {
      const { nameRole } = await import("./commands/choose_role.ts");
      const ignored = await launcher.ignored;
      const named = await nameRole(argv, input, host, {
        mayAsk: true,
        ignored,
      });
      return await resolveCommandSession(named.argv, named.inputs, run);
    }
    const { unread } = input;
    const prompter = createPrompterBeforeCommand(host, launcher, reporter);
    const session = await getSession(input, { ...context, prompter }, inputs);
    const { plan, credentials, commandPlan } = session;
    await reportUnreadable(host, plan, settings, reporter);
    const source = plan.server
      ? await serve(session, { ...settings, unread }, host, pipes, {
        ...context,
        loadSdk: () => loadSdk(host), // no notices while the command uses the terminal
        loops: context.loops.marked(false),
        prompter: createPrompterDuringCommand(host, launcher),
      })
      : fixedCredentials(credentials);
    return { plan: commandPlan, source: finishing(late, source) };
  } catch (error) {
    await late.finish();
    throw error;
  }
}

/**
 * Creates the context in which credentials are obtained, without the prompter.
 *
 * @param worker a worker for the AWS SDK, if one was started
 */
export function createContext(
  host: Host,
  reporter: Reporter,
  late: LateWork,
  worker?: EarlyWorker,
): Omit<CredentialContext, "prompter"> {
  const { env, now } = host;
  return {
    reporter,
    env,
    now,
    loops: LoopGuard.fromEnv(env).marked(true),
    loadSdk: async () => noticingSdk(await loadSdk(host, worker), reporter),
    later: (work) => late.add(work),
  };
}

async function serve(
  { plan, credentials }: Session,
  settings: LoadedSettings,
  host: Host,
  pipes: PipeReader,
  context: CredentialContext,
): Promise<CredentialSource> {
  const { serveCredentials } = await import("./server/server.ts");
  const { env, home } = host;
  return await serveCredentials(credentials, {
    ...context,
    plan,
    makePlan: async () => {
      const input = await loadPlanInput(settings, host, undefined, pipes);
      refuseNewUnread(settings.unread, input.unread);
      return await resolveRunPlan(input);
    },
    awsFiles: awsFiles(env, home),
    home,
  });
}
