import type { Argv } from "../cli/argv.ts";
import { checkNamedCache } from "../cache/check_named_cache.ts";
import {
  type Options,
  type OwnCommand,
  parseInvocation,
} from "../cli/invocation.ts";
import type { UnreadFile } from "../config/unread.ts";
import type { CredentialContext } from "../credentials/get_credentials.ts";
import { blameUnread, reportUnread } from "../credentials/report_unread.ts";
import { reportOwnSession } from "../credentials/report_own_session.ts";
import { createPrompter } from "../credentials/mfa/prompt.ts";
import { ConfigError, STATUS } from "../errors.ts";
import type { Host, Reporter } from "../host.ts";
import type { RunPlan } from "../plan/plan.ts";
import { resolveRunPlan } from "../plan/resolve_plan.ts";
import { namesTarget } from "../plan/resolve_target.ts";
import type { LoadedInput, LoadedSettings } from "../plan/unread_files.ts";
import { resolvePreservedVariables } from "../plan/preserved_variables.ts";
import {
  type SettingLayers,
  SettingResolver,
} from "../plan/setting_resolver.ts";
import { warnOfMisspelled } from "../report_run.ts";
import { createContext, loadPlanInput, loadSettings } from "../session.ts";
import { type SafeText, usesColour } from "../settings/terminal_text.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import { isStdoutTerminal } from "../system/is_terminal.ts";
import { LateWork } from "../system/late_work.ts";
import { print } from "../system/print.ts";
import { prepareFiles, prepareStdout } from "../system/stdout.ts";

/** The dependencies of a command of assume-role itself, such as `--list`. */
export interface OwnCommandContext extends CredentialContext {
  readonly host: Host;
  readonly layers: LoadedSettings;
  /** The error because of which `--doctor` could not load the configuration files into `layers`. */
  readonly configProblem?: unknown;
  /** Loads AWS's files, and returns their profiles and `layers` as the input of a plan. */
  readonly loadInput: () => Promise<LoadedInput>;
  readonly makePlan: () => Promise<RunPlan>;
  /** Reports files that cannot be read, if no such report was made before. */
  readonly reportUnread: (unread: readonly UnreadFile[]) => void;
  /** Finds the variables that a command would not get because their values are not UTF-8. */
  readonly findUnreadable: () => Promise<readonly string[]>;
  /** Writes to stdout. */
  readonly print: (text: SafeText) => void;
}

type RunOwnCommand = (context: OwnCommandContext) => Promise<ExitStatus>;

/** The commands of assume-role itself that `runLoaded()` runs after it loads the settings. */
type LoadedCommand = Exclude<
  OwnCommand,
  "completions" | "shell-init" | "unset"
>;

/** The commands that need the cache if `ASSUME_ROLE_CACHE_DIR` names the cache. */
const CACHE_READERS: readonly LoadedCommand[] = [
  "console",
  "whoami",
  "list",
  "explain",
];

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
  // `--clear-cache` acts; its output is only a report.
  if (ownCommand !== "clear-cache") prepareStdout();
  switch (ownCommand) {
    case "help": {
      const { formatHelp, formatShortHelp } = await import("../cli/help.ts");
      const format = isLongHelp(argv, host) ? formatHelp : formatShortHelp;
      print(host, format(usesColour(host.env, isStdoutTerminal())));
      return { status: STATUS.ok };
    }
    case "version": {
      const { formatVersion } = await import("../cli/help.ts");
      print(host, formatVersion(host.runtime));
      return { status: STATUS.ok };
    }
    case "completions": {
      const { complete } = await import("./completions.ts");
      print(host, await complete(options.completions!, options, host));
      return { status: STATUS.ok };
    }
    case "shell-init": {
      const { printShellInit } = await import("./shell_init.ts");
      printShellInit(options.shellInit!, host);
      return { status: STATUS.ok };
    }
    case "unset": {
      const { printUnset } = await import("./unset.ts");
      printUnset(options, host);
      return { status: STATUS.ok };
    }
    case undefined:
      throw new TypeError("No option names a subcommand");
    default:
      return await runLoaded(ownCommand, options, host, reporter);
  }
}

/** Whether the options contain `--help`, not only `-h`. */
function isLongHelp({ command }: Argv, { args }: Host): boolean {
  return args.slice(0, args.length - command.length).includes("--help");
}

async function runLoaded(
  ownCommand: LoadedCommand,
  options: Options,
  host: Host,
  reporter: Reporter,
): Promise<ExitStatus> {
  prepareFiles();
  const { layers, configProblem } = await loadLayers(ownCommand, options, host);
  let { unread } = layers;
  let isReported = ownCommand === "doctor"; // `--doctor` has findings about these files
  const report = (files: readonly UnreadFile[]) => {
    if (!isReported) reportUnread(files, reporter);
    isReported = true;
  };
  const loadInput = async () => {
    const input = await loadPlanInput(layers, host);
    ({ unread } = input);
    report(unread);
    return input;
  };
  const late = new LateWork();
  try {
    if (ownCommand !== "doctor") {
      warnOfMisspelled({ ...layers, env: host.env }, reporter);
    }
    if (CACHE_READERS.includes(ownCommand)) checkNamedCache(host.env);
    const run = await LOADERS[ownCommand]();
    return await run({
      ...createContext(host, reporter, late),
      host,
      layers,
      configProblem,
      loadInput,
      makePlan: async () => {
        const input = await loadInput();
        const plan = await resolveRunPlan(
          ownCommand === "console" ? await withRole(input, host) : input,
        );
        reportOwnSession(plan, reporter);
        return plan;
      },
      reportUnread: report,
      findUnreadable: () => findUnreadable(layers, host),
      prompter: createPrompter(host, true, reporter),
      print: (text) => print(host, text),
    });
  } catch (error) {
    throw blameUnread(error, { unread, home: host.home });
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

/** Lets the user choose a role, unless the settings name a role. */
async function withRole(
  input: LoadedInput,
  host: Host,
): Promise<LoadedInput> {
  if (namesTarget(input)) return input;
  const { addSetting, chooseRole } = await import("./choose_role.ts");
  return addSetting(input, await chooseRole(input, host, { mayAsk: true }));
}

async function findUnreadable(
  layers: SettingLayers,
  host: Host,
): Promise<readonly string[]> {
  const { unreadableVariables } = await import(
    "../command/find_unreadable_variables.ts"
  );
  const resolver = new SettingResolver(layers, undefined);
  return await unreadableVariables(host, resolvePreservedVariables(resolver));
}
