import { type Credentials, roleOf } from "./aws/credentials.ts";
import { awsFiles } from "./aws/paths.ts";
import type { Sdk } from "./aws/sdk_interface.ts";
import {
  decisiveVariables,
  type RunInputs,
  storePlan,
} from "./cache/plan_cache.ts";
import { settleRunInputs } from "./cache/settle_run_inputs.ts";
import type { Argv } from "./cli/argv.ts";
import {
  type Options,
  parseInvocation,
  parseVariables,
} from "./cli/invocation.ts";
import {
  type CredentialSource,
  fixedCredentials,
} from "./command/credential_source.ts";
import type { CommandSession, RunContext } from "./command/run_command.ts";
import type { AwsTexts, ConfigText } from "./config/files.ts";
import { loadConfigs, loadProfiles } from "./config/load.ts";
import { readSettledFile } from "./system/settled_files.ts";
import {
  type CredentialContext,
  getCredentials,
} from "./credentials/get_credentials.ts";
import { LoopGuard } from "./credentials/loop_guard.ts";
import {
  createPrompterBeforeCommand,
  createPrompterDuringCommand,
} from "./credentials/mfa/prompt.ts";
import type { Host, Input, Reporter } from "./host.ts";
import type { CommandPlan, RunPlan } from "./plan/plan.ts";
import { observeReads } from "./plan/observe_reads.ts";
import type { PlanInput } from "./plan/resolve_hop.ts";
import { resolveRunPlan } from "./plan/resolve_plan.ts";
import type { SettingLayers } from "./plan/setting_resolver.ts";
import { unreadableText } from "./settings/names.ts";
import { readText } from "./system/files.ts";
import { LateWork } from "./system/late_work.ts";

/**
 * Loads the settings: the given options, the `ASSUME_ROLE_*` variables and the
 * configuration files.
 *
 * @param texts the configuration files, if they were read already
 * @throws {UsageError} If a variable has an invalid value
 * @throws {ConfigError} If a configuration file cannot be read or trusted, or is invalid
 */
export async function loadSettings(
  options: Options,
  input: Input,
  texts?: readonly ConfigText[],
): Promise<SettingLayers> {
  const variables = parseVariables(input.env);
  const named = { ...variables, ...options };
  const configs = await loadConfigs(input, named, texts);
  return { options, variables, configs };
}

/**
 * Loads AWS's files: with them and the settings, everything is known that decides
 * a plan.
 *
 * @param texts AWS's files, if they were read already
 * @throws {ConfigError} If a file exists but cannot be read
 */
export async function loadPlanInput(
  settings: SettingLayers,
  input: Input,
  texts?: AwsTexts,
): Promise<PlanInput> {
  const { args, env, home } = input;
  const profiles = await loadProfiles(input, texts);
  return {
    ...settings,
    args,
    home,
    env: decisiveVariables(env),
    profiles,
    readText: (path) => readSettledFile(path, readText, input.now),
  };
}

/** A plan and the credentials that it led to. */
export interface Session {
  readonly plan: RunPlan;
  readonly credentials: Credentials;
  /** The part of the plan that running a command needs. */
  readonly commandPlan: CommandPlan;
}

/**
 * Plans a session and gets its credentials, from the cache or from AWS. The plan is
 * stored for later runs with the same inputs.
 *
 * @param inputs the key of the stored plan; absent if the plan is not to be stored
 */
export async function getSession(
  planInput: PlanInput,
  context: CredentialContext,
  inputs?: RunInputs,
): Promise<Session> {
  const reads = observeReads(planInput);
  const plan = await resolveRunPlan(reads.planInput);
  await reportSettings(plan, planInput, context.reporter);
  const credentials = await getCredentials(plan, context);
  const session = {
    plan,
    credentials,
    commandPlan: toCommandPlan(plan, credentials),
  };
  const { hasReadFiles, profiles } = reads;
  if (inputs && !hasReadFiles() && !plan.forceRefresh && !plan.server) {
    // A plan that cannot be stored only makes later runs slower.
    await storePlan(inputs, plan, session.commandPlan, [...profiles])
      .catch(() => {});
  }
  return session;
}

/**
 * Resolves the session of a command that has no stored plan, and starts the
 * credentials server if the plan has one.
 *
 * @throws {AssumeRoleError} If the session cannot be had
 */
export async function resolveCommandSession(
  argv: Argv,
  found: RunInputs | undefined,
  { host, reporter, launcher }: RunContext,
): Promise<CommandSession> {
  const { options } = parseInvocation(argv);
  const late = new LateWork();
  const context = createContext(host, reporter, late);
  try {
    const { inputs, cached } = await settleRunInputs(found, argv, host);
    if (cached !== undefined) {
      const { plan, credentials } = cached;
      return { plan, source: fixedCredentials(credentials) };
    }
    const settings = await loadSettings(options, host, inputs?.configs);
    const session = await getSession(
      await loadPlanInput(settings, host, inputs?.aws),
      { ...context, prompter: createPrompterBeforeCommand(host, launcher) },
      inputs,
    );
    const { plan, credentials, commandPlan } = session;
    if (options.verbose) await reportUnreadable(host, plan, reporter);
    const source = plan.server
      ? await serve(session, settings, host, {
        ...context,
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

/** Creates the part of a credential context that every command line shares. */
export function createContext(
  host: Host,
  reporter: Reporter,
  late: LateWork,
): Omit<CredentialContext, "prompter"> {
  const { env, now } = host;
  return {
    reporter,
    env,
    now,
    loops: LoopGuard.fromEnv(env).marked(true),
    loadSdk: () => loadSdk(host),
    later: (work) => late.add(work),
  };
}

/** Returns a credential source that waits for late work when it is closed. */
function finishing(late: LateWork, source: CredentialSource): CredentialSource {
  return {
    ...source,
    close: async (...end) => {
      try {
        return await source.close(...end);
      } finally {
        await late.finish();
      }
    },
  };
}

async function serve(
  { plan, credentials }: Session,
  settings: SettingLayers,
  host: Host,
  context: CredentialContext,
): Promise<CredentialSource> {
  const { serveCredentials } = await import("./server/server.ts");
  const { env, home } = host;
  return await serveCredentials(credentials, {
    ...context,
    plan,
    makePlan: async () =>
      await resolveRunPlan(await loadPlanInput(settings, host)),
    awsFiles: awsFiles(env, home),
    home,
  });
}

async function loadSdk({ canSandbox, now }: Host): Promise<Sdk> {
  return canSandbox
    ? (await import("./sandbox/sandbox.ts")).SANDBOXED_SDK
    : (await import("./sandbox/in_process.ts")).inProcessSdk(now, true);
}

function toCommandPlan(plan: RunPlan, credentials: Credentials): CommandPlan {
  const { preserveEnv, region } = plan;
  const role = roleOf(credentials);
  return {
    preserveEnv,
    ...(region !== undefined && { region }),
    ...(role !== undefined && { role }),
  };
}

async function reportSettings(
  plan: RunPlan,
  { options, configs }: SettingLayers,
  reporter: Reporter,
): Promise<void> {
  if (!options.verbose) return;
  const { formatSources } = await import("./output/setting_source.ts");
  reporter.explain(`settings: ${formatSources(plan, configs)}`);
}

async function reportUnreadable(
  host: Host,
  { preserveEnv }: RunPlan,
  reporter: Reporter,
): Promise<void> {
  const { unreadableVariables } = await import(
    "./command/find_unreadable_variables.ts"
  );
  const names = await unreadableVariables(host, preserveEnv);
  if (names.length > 0) reporter.explain(unreadableText(names));
}
