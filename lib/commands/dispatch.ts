import type { Argv } from "../cli/argv.ts";
import {
  type Options,
  type OwnCommand,
  parseInvocation,
} from "../cli/invocation.ts";
import type { CredentialContext } from "../credentials/get_credentials.ts";
import { reportOwnSession } from "../credentials/report_own_session.ts";
import { createPrompter } from "../credentials/mfa/prompt.ts";
import { ConfigError, STATUS } from "../errors.ts";
import type { Host, Reporter } from "../host.ts";
import type { RunPlan } from "../plan/plan.ts";
import type { PlanInput } from "../plan/resolve_hop.ts";
import { resolveRunPlan } from "../plan/resolve_plan.ts";
import {
  type SettingLayers,
  SettingResolver,
} from "../plan/setting_resolver.ts";
import { createContext, loadPlanInput, loadSettings } from "../session.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import { LateWork } from "../system/late_work.ts";
import { print } from "../system/print.ts";

/** The dependencies of a command of assume-role itself, such as `--list`. */
export interface OwnCommandContext extends CredentialContext {
  readonly host: Host;
  readonly layers: SettingLayers;
  /** The error because of which `--doctor` could not load the configuration files into `layers`. */
  readonly configProblem?: unknown;
  /** Loads AWS's files, and returns their profiles and `layers` as the input of a plan. */
  readonly loadInput: () => Promise<PlanInput>;
  readonly makePlan: () => Promise<RunPlan>;
  /** Finds the variables that a command would not get because their values are not UTF-8. */
  readonly findUnreadable: () => Promise<readonly string[]>;
  /** Writes to stdout. */
  readonly print: (text: string) => void;
}

type RunOwnCommand = (context: OwnCommandContext) => Promise<ExitStatus>;

/** The commands of assume-role itself that `runLoaded()` runs after it loads the settings. */
type LoadedCommand = Exclude<OwnCommand, "completions" | "unset">;

/** Functions that load the modules of these commands, so that a run loads only one module. */
const LOADERS: { readonly [M in LoadedCommand]: () => Promise<RunOwnCommand> } =
  {
    "console": async () => (await import("./console.ts")).openConsole,
    "whoami": async () => (await import("./whoami.ts")).whoami,
    "init": async () => (await import("./init.ts")).init,
    "list": async () => (await import("./list.ts")).listRoles,
    "explain": async () => (await import("./explain.ts")).explain,
    "doctor": async () => (await import("./doctor/doctor.ts")).doctor,
    "clear-cache": async () => (await import("./clear_cache.ts")).clearCache,
  };

/**
 * Runs the command of assume-role itself that the options select, such as `--list`.
 *
 * @throws {AssumeRoleError} If the options contradict each other, or the command fails
 */
export async function dispatch(
  argv: Argv,
  host: Host,
  reporter: Reporter,
): Promise<ExitStatus> {
  const { ownCommand, options } = parseInvocation(argv);
  switch (ownCommand) {
    case "help":
    case "version": {
      const { formatHelp, formatVersion } = await import("../cli/help.ts");
      host.writeStdout(
        ownCommand === "help" ? formatHelp() : formatVersion(host.runtime),
      );
      return { status: STATUS.ok };
    }
    case "completions": {
      const { complete } = await import("./completions.ts");
      print(host, await complete(options.completions!, options, host));
      return { status: STATUS.ok };
    }
    case "unset": {
      const { printUnset } = await import("./unset.ts");
      printUnset(options, host);
      return { status: STATUS.ok };
    }
    case undefined:
      throw new TypeError("The options ask for no command of our own");
    default:
      return await runLoaded(ownCommand, options, host, reporter);
  }
}

async function runLoaded(
  ownCommand: LoadedCommand,
  options: Options,
  host: Host,
  reporter: Reporter,
): Promise<ExitStatus> {
  const { layers, configProblem } = await loadLayers(ownCommand, options, host);
  const loadInput = () => loadPlanInput(layers, host);
  const late = new LateWork();
  try {
    const run = await LOADERS[ownCommand]();
    return await run({
      ...createContext(host, reporter, late),
      host,
      layers,
      configProblem,
      loadInput,
      makePlan: async () => {
        const plan = await resolveRunPlan(await loadInput());
        reportOwnSession(plan, reporter);
        return plan;
      },
      findUnreadable: () => findUnreadable(layers, host),
      prompter: createPrompter(host, true),
      print: (text) => print(host, text),
    });
  } finally {
    await late.finish();
  }
}

/**
 * Loads the settings. If a configuration file is unusable, `--doctor` continues without
 * configuration files.
 */
async function loadLayers(
  ownCommand: LoadedCommand,
  options: Options,
  host: Host,
): Promise<Pick<OwnCommandContext, "layers" | "configProblem">> {
  try {
    return { layers: await loadSettings(options, host) };
  } catch (error) {
    if (ownCommand !== "doctor" || !(error instanceof ConfigError)) throw error;
    return {
      layers: await loadSettings(options, host, []),
      configProblem: error,
    };
  }
}

async function findUnreadable(
  layers: SettingLayers,
  host: Host,
): Promise<readonly string[]> {
  const { unreadableVariables } = await import(
    "../command/find_unreadable_variables.ts"
  );
  const resolver = new SettingResolver(layers, undefined);
  const preserve = (["preserveEnv", "envKeep"] as const)
    .flatMap((name) => resolver.resolve(name) ?? []);
  return await unreadableVariables(host, preserve);
}
