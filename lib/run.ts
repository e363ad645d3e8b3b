import { createAsker, createAskerBefore, createAskerDuring } from "./ask.ts";
import { runCommand } from "./child/run.ts";
import { parseInvocation, parseVariables } from "./cli/parse.ts";
import type { Credentials } from "./credentials/credentials.ts";
import { type GetContext, getCredentials } from "./credentials/get.ts";
import type { Sdk } from "./aws/sdk.ts";
import type { Config } from "./config/config.ts";
import { fixedSupply, type Supply } from "./credentials/supply.ts";
import { AssumeRoleError, InterruptedError, STATUS } from "./errors.ts";
import { loadConfigs, loadProfiles } from "./load.ts";
import { runMode } from "./modes/mode.ts";
import {
  formatError,
  formatNote,
  formatWarning,
  statusOfError,
} from "./output/messages.ts";
import type { Plan } from "./plan/plan.ts";
import { awsFiles } from "./plan/locations.ts";
import { resolvePlan } from "./plan/resolve.ts";
import { readText } from "./system/files.ts";
import type { Host, Reporter } from "./system/host.ts";
import { statusOf } from "./system/process.ts";
import { type Ending, Starter } from "./system/program.ts";
import { reasonOf } from "./system/reason.ts";

/** The whole of assume-role, from the command line to how it ended. */
export async function run(host: Host): Promise<Ending> {
  let loudness: Loudness = {};
  try {
    const invocation = parseInvocation(host.args);
    if (invocation.mode === "help" || invocation.mode === "version") {
      const { formatHelp, formatVersion } = await import("./cli/help.ts");
      const text = invocation.mode === "help"
        ? formatHelp()
        : formatVersion(host.runtime);
      host.writeStdout(text);
      return { status: STATUS.ok };
    }

    const { options } = invocation;
    if (invocation.mode === "completions") {
      const { complete } = await import("./complete.ts");
      print(host, await complete(options.completions!, options, host));
      return { status: STATUS.ok };
    }
    loudness = options;
    // What tells it of signals gets ready while we find out whom to be.
    const child = invocation.mode === "run"
      ? { command: invocation.command, starter: new Starter(host.now) }
      : undefined;
    const reporter = createReporter(host, loudness);
    const variables = parseVariables(host.env);
    let configs: readonly Config[] = [];
    let configProblem: unknown;
    try {
      configs = loadConfigs(host, { ...variables, ...options });
    } catch (error) {
      if (invocation.mode !== "doctor") throw error;
      configProblem = error;
    }
    const layers = { options, variables, configs };
    const loadInput = () => {
      const profiles = loadProfiles(host);
      return { ...host, ...layers, profiles, readText };
    };
    const makePlan = async () => await resolvePlan(loadInput());
    const { env, now } = host;
    const context = { reporter, env, now, loadSdk: () => loadSdk(host) };
    if (invocation.mode !== "print" && invocation.mode !== "run") {
      const asker = createAsker(host, true);
      const plans = { layers, configProblem, loadInput, makePlan };
      const to = { host, asker, print: (text: string) => print(host, text) };
      return await runMode(invocation.mode, { ...context, ...plans, ...to });
    }
    const plan = await makePlan();
    if (options.verbose) {
      const { formatSources } = await import("./output/source.ts");
      reporter.explain(`settings: ${formatSources(plan, configs)}`);
    }

    if (child === undefined) {
      const format = options.format ?? variables.format ?? "env-no-export";
      const asker = createAsker(host, format !== "process");
      const credentials = await getCredentials(plan, { ...context, asker });
      const { formatCredentials } = await import("./output/format.ts");
      print(host, formatCredentials(credentials, format));
      return { status: STATUS.ok };
    }

    const { command, starter } = child;
    const asker = createAskerBefore(host, starter);
    const credentials = await getCredentials(plan, { ...context, asker });
    const supply = plan.server
      ? await serve(credentials, plan, makePlan, starter, host, context)
      : fixedSupply(credentials);
    let ending: Ending | undefined;
    try {
      const runContext = { starter, host, reporter };
      return ending = await runCommand(command, supply, plan, runContext);
    } finally {
      // Told at the end, so that it does not get into the command's own output.
      await close(supply, ending, host, reporter);
    }
  } catch (error) {
    if (error instanceof InterruptedError) {
      return { status: statusOf(error.signal), signal: error.signal };
    }
    host.writeStderr(formatError(error, loudness.verbose ?? false));
    return { status: statusOfError(error) };
  }
}

async function loadSdk({ isJailable, now }: Host): Promise<Sdk> {
  return isJailable
    ? (await import("./jail/jail.ts")).JAILED
    : (await import("./jail/free.ts")).freeSdk(now, true);
}

function print(host: Host, text: string): void {
  try {
    host.writeStdout(text);
  } catch (error) {
    throw new AssumeRoleError(`Cannot write to stdout: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

interface Loudness {
  readonly verbose?: boolean;
  readonly quiet?: boolean;
}

function createReporter(host: Host, { verbose, quiet }: Loudness): Reporter {
  return {
    warn: (message) => quiet || host.writeStderr(formatWarning(message)),
    explain: (message) => verbose && host.writeStderr(formatNote(message)),
  };
}

async function serve(
  first: Credentials,
  plan: Plan,
  makePlan: () => Promise<Plan>,
  starter: Starter,
  host: Host,
  context: Omit<GetContext, "asker">,
): Promise<Supply> {
  const { serveCredentials } = await import("./serve/serve.ts");
  return await serveCredentials(first, {
    ...context,
    plan,
    makePlan,
    awsFiles: awsFiles(host.env, host.home),
    env: host.env,
    home: host.home,
    asker: createAskerDuring(host, starter),
  });
}

/** Ends a supply: what goes wrong there does not change how the command ended. */
async function close(
  supply: Supply,
  ending: Ending | undefined,
  host: Host,
  reporter: Reporter,
): Promise<void> {
  try {
    const told = await supply.close(ending?.status, host.now());
    told.forEach(reporter.warn);
  } catch (error) {
    reporter.warn(`Cannot clean up after the command: ${reasonOf(error)}`);
  }
}
