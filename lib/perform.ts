import {
  createPrompter,
  createPrompterBeforeCommand,
  createPrompterDuringCommand,
} from "./credentials/mfa/prompt.ts";
import type { Sdk } from "./aws/sdk.ts";
import { runCommand } from "./command/run_command.ts";
import type { Invocation, Options } from "./cli/invocation.ts";
import { parseInvocation, parseVariables } from "./cli/invocation_parser.ts";
import type { Config } from "./config/config.ts";
import { type Credentials, roleOf } from "./aws/credentials.ts";
import {
  type CredentialContext,
  getCredentials,
} from "./credentials/get_credentials.ts";
import { fixedCredentials } from "./command/credential_source.ts";
import { STATUS } from "./errors.ts";
import { loadConfigs, loadProfiles } from "./config/load.ts";
import { dispatch, type LoadedCommand } from "./commands/dispatch.ts";
import { awsFiles } from "./aws/paths.ts";
import type { CommandPlan, RunPlan } from "./plan/plan.ts";
import { resolveRunPlan } from "./plan/resolve_plan.ts";
import type { PlanInput } from "./plan/resolve_hop.ts";
import { SettingResolver } from "./plan/setting_resolver.ts";
import type { AwsTexts } from "./config/files.ts";
import { decisiveVariables, type RunInputs } from "./cache/plan_cache.ts";
import { saveRun } from "./cache/save_plan.ts";
import { unreadableText } from "./settings/names.ts";
import type { ExitStatus } from "./system/exit_status.ts";
import { readText } from "./system/files.ts";
import type { Host, Reporter } from "./host.ts";
import { print } from "./system/print.ts";
import { Launcher } from "./command/launcher.ts";

/** What all is done with. */
export interface PerformContext {
  readonly host: Host;
  readonly reporter: Reporter;
  /** What starts the command, where one is to be run. */
  readonly launcher?: Launcher;
  /** Where to keep what the run came to, and what was read for it. */
  readonly inputs?: RunInputs | undefined;
}

/** Does what is asked for where no run has come to that before. */
export async function perform(context: PerformContext): Promise<ExitStatus> {
  const { host } = context;
  const invocation = parseInvocation(host.args);
  if (invocation.mode === "help" || invocation.mode === "version") {
    const { formatHelp, formatVersion } = await import("./cli/help.ts");
    const text = invocation.mode === "help"
      ? formatHelp()
      : formatVersion(host.runtime);
    host.writeStdout(text);
    return { status: STATUS.ok };
  }

  const { mode, options } = invocation;
  if (mode === "completions") {
    const { complete } = await import("./commands/completions.ts");
    print(host, await complete(options.completions!, options, host));
    return { status: STATUS.ok };
  }
  const variables = parseVariables(host.env);
  const unfinished: Promise<void>[] = [];
  const later = (work: Promise<void>) => void unfinished.push(work);
  try {
    return mode === "run"
      ? await runAnew(invocation, variables, { ...context, later })
      : await performOwnCommand(mode, options, variables, {
        ...context,
        later,
      });
  } finally {
    await Promise.all(unfinished);
  }
}

type FullContext = PerformContext & Pick<CredentialContext, "later">;

async function performOwnCommand(
  mode: LoadedCommand | "print",
  options: Options,
  variables: Options,
  { host, reporter, later }: FullContext,
): Promise<ExitStatus> {
  let configs: readonly Config[] = [];
  let configProblem: unknown;
  try {
    configs = loadConfigs(host, { ...variables, ...options });
  } catch (error) {
    if (mode !== "doctor") throw error;
    configProblem = error;
  }
  const layers = { options, variables, configs };
  const loadInput = () => inputOf(layers, host);
  const makePlan = async () => await planOf(loadInput());
  const context = { ...createContext(host, reporter), later };
  if (mode !== "print") {
    const prompter = createPrompter(host, true);
    const findUnreadable = async () => {
      const resolver = new SettingResolver(layers, undefined);
      const preserve = (["preserveEnv", "envKeep"] as const)
        .flatMap((name) => resolver.resolve(name) ?? []);
      return await unreadable(host, preserve);
    };
    const plans = {
      layers,
      configProblem,
      loadInput,
      makePlan,
      findUnreadable,
    };
    const to = { host, prompter, print: (text: string) => print(host, text) };
    return await dispatch(mode, { ...context, ...plans, ...to });
  }

  const plan = await makePlan();
  await explainSettings(plan, layers, reporter);
  const format = options.format ?? variables.format ?? "env-no-export";
  const prompter = createPrompter(host, format !== "process");
  const credentials = await getCredentials(plan, { ...context, prompter });
  const { formatCredentials } = await import("./output/credentials.ts");
  print(host, formatCredentials(credentials, format));
  return { status: STATUS.ok };
}

/** Runs a command, from the settings to how it ended. */
async function runAnew(
  { command, options }: Extract<Invocation, { readonly mode: "run" }>,
  variables: Options,
  context: FullContext,
): Promise<ExitStatus> {
  const { host, reporter, inputs, launcher = new Launcher(host.now) } = context;
  const begun = host.now();
  const settings = { ...variables, ...options };
  const configs = loadConfigs(host, settings, inputs?.texts.configs);
  const layers = { options, variables, configs };
  let isWhole = inputs !== undefined;
  const readMore = (path: string) => {
    isWhole = false; // what it holds may be another thing the next time
    return readText(path);
  };
  const input = inputOf(layers, host, inputs?.texts.aws);
  const plan = await planOf({ ...input, readText: readMore });
  await explainSettings(plan, layers, reporter);
  if (options.verbose) {
    const lost = await unreadable(host, plan.preserveEnv);
    if (lost.length > 0) reporter.explain(unreadableText(lost));
  }

  const getContext = { ...createContext(host, reporter), ...context };
  const prompter = createPrompterBeforeCommand(host, launcher);
  const credentials = await getCredentials(plan, { ...getContext, prompter });
  const commandPlan = commandPlanOf(plan, credentials);
  if (plan.server) {
    const { serveCredentials } = await import("./server/server.ts");
    const credentialSource = await serveCredentials(credentials, {
      ...getContext,
      plan,
      makePlan: async () => await planOf(inputOf(layers, host)),
      awsFiles: awsFiles(host.env, host.home),
      home: host.home,
      prompter: createPrompterDuringCommand(host, launcher),
    });
    return await runCommand(command, credentialSource, commandPlan, {
      launcher,
      host,
      reporter,
    });
  }
  // A fresh session is also saved as a profile: the next run reads other files.
  const isSaved = "role" in plan && plan.savedProfile &&
    credentials.obtainedAt >= begun;
  if (isWhole && !plan.forceRefresh && !isSaved) {
    // Before the command: what that does to the cache is to last. It is of no use
    // to this run, and no reason for it to fail.
    await saveRun(inputs!, plan, commandPlan).catch(() => {});
  }
  const credentialSource = fixedCredentials(credentials);
  return await runCommand(command, credentialSource, commandPlan, {
    launcher,
    host,
    reporter,
  });
}

function commandPlanOf(plan: RunPlan, credentials: Credentials): CommandPlan {
  const { preserveEnv, region } = plan;
  const role = roleOf(credentials);
  return {
    preserveEnv,
    ...(region !== undefined && { region }),
    ...(role !== undefined && { role }),
  };
}

async function unreadable(
  host: Host,
  preserve: readonly string[],
): Promise<readonly string[]> {
  const { unreadableVariables } = await import(
    "./command/unreadable_variables.ts"
  );
  return await unreadableVariables(host, preserve);
}

type Layers = Pick<PlanInput, "options" | "variables" | "configs">;

function inputOf(layers: Layers, host: Host, texts?: AwsTexts): PlanInput {
  return { ...host, ...layers, profiles: loadProfiles(host, texts), readText };
}

async function planOf(input: PlanInput): Promise<RunPlan> {
  return await resolveRunPlan({ ...input, env: decisiveVariables(input.env) });
}

function createContext(
  host: Host,
  reporter: Reporter,
): Omit<CredentialContext, "prompter" | "later"> {
  const { env, now } = host;
  return { reporter, env, now, loadSdk: () => loadSdk(host) };
}

async function loadSdk({ canSandbox, now }: Host): Promise<Sdk> {
  return canSandbox
    ? (await import("./sandbox/sandbox.ts")).SANDBOXED_SDK
    : (await import("./sandbox/in_process.ts")).inProcessSdk(now, true);
}

async function explainSettings(
  plan: RunPlan,
  { options, configs }: Layers,
  reporter: Reporter,
): Promise<void> {
  if (!options.verbose) return;
  const { formatSources } = await import("./output/setting_source.ts");
  reporter.explain(`settings: ${formatSources(plan, configs)}`);
}
