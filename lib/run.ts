import { findCachedRun, readRunInputs } from "./cache/plan_cache.ts";
import {
  type Argv,
  isOwnCommand,
  type OptionTexts,
  parseArgv,
} from "./cli/argv.ts";
import { fixedCredentials } from "./command/credential_source.ts";
import { Launcher } from "./command/launcher.ts";
import { runCommand } from "./command/run_command.ts";
import { InterruptedError } from "./errors.ts";
import type { Host, Reporter } from "./host.ts";
import { formatNote, formatNotice, formatWarning } from "./output/messages.ts";
import { refuseUnreadable, USE_ROLE_VARIABLE } from "./settings/names.ts";
import { type ExitStatus, signalStatus } from "./system/exit_status.ts";

/** Runs assume-role, prints the error if the run fails, and returns the exit status. */
export async function run(host: Host): Promise<ExitStatus> {
  let options: OptionTexts = {};
  try {
    const argv = parseArgv(host.args);
    options = argv.options;
    return await perform(argv, host, createReporter(host, options));
  } catch (error) {
    return await fail(error, host, options);
  }
}

/**
 * Runs the user's command under the role, prints the credentials if there is no
 * command, or runs a command of assume-role itself, such as `--list`.
 */
async function perform(
  argv: Argv,
  host: Host,
  reporter: Reporter,
): Promise<ExitStatus> {
  const { options, command: [program, ...args] } = argv;
  if (needsVariables(options)) refuseUnreadable(host);
  if (isOwnCommand(options)) {
    const { dispatch } = await import("./commands/dispatch.ts");
    return await dispatch(argv, host, reporter);
  }
  if (program === undefined) {
    const { printCredentials } = await import("./commands/print.ts");
    return await printCredentials(argv, host, reporter);
  }
  if (host.env[USE_ROLE_VARIABLE]) {
    const { FormatWithCommandError } = await import("./cli/invocation.ts");
    throw new FormatWithCommandError(argv.command);
  }

  const launcher = new Launcher(host.now); // observes signals from here on
  const context = { launcher, host, reporter };
  const inputs = await readRunInputs(argv, host);
  const cached = inputs && findCachedRun(inputs, host.now());
  const session = cached === undefined
    ? await resolveSession(argv, inputs, context)
    : { plan: cached.plan, source: fixedCredentials(cached.credentials) };
  return await runCommand([program, ...args], session, context);
}

/** Loads its modules only when called: a run with a cached plan does not need them. */
const resolveSession: typeof import("./session.ts")["resolveCommandSession"] =
  async (argv, inputs, context) => {
    const { startEarly } = await import("./load_sdk.ts");
    await using worker = startEarly(argv, inputs, context.host);
    const { resolveCommandSession } = await import("./session.ts");
    return await resolveCommandSession(argv, inputs, { ...context, worker });
  };

/**
 * Whether to refuse variables that are not valid UTF-8. `--help`, `--version` and
 * `--shell-init` use no variables; `--completions` and `--doctor` check the variables themselves.
 */
function needsVariables(options: OptionTexts): boolean {
  const { help, version, completions, shellInit, doctor } = options;
  return !(help ?? version ?? completions ?? shellInit ?? doctor);
}

function createReporter(host: Host, options: OptionTexts): Reporter {
  const { writeStderr } = host;
  const { quiet, verbose } = verbosity(options, host);
  return {
    ...(!quiet && { waits: host }),
    warn: (message) => quiet || writeStderr(formatWarning(message)),
    ...(!(quiet || verbose) && {
      note: (message) => writeStderr(formatNotice(message)),
    }),
    explain: (message) => verbose && writeStderr(formatNote(message)),
  };
}

/** Whether there are fewer or more messages; an option overrides both variables. */
function verbosity({ quiet, verbose }: OptionTexts, { env }: Host) {
  if (quiet || verbose) return { quiet, verbose };
  const isOn = (value?: string) => value === "1" || value === "true";
  return {
    quiet: isOn(env.ASSUME_ROLE_QUIET),
    verbose: isOn(env.ASSUME_ROLE_VERBOSE),
  };
}

async function fail(
  error: unknown,
  host: Host,
  options: OptionTexts,
): Promise<ExitStatus> {
  // After an error, the end of a worker can fail, too. Show the first error.
  while (error instanceof SuppressedError) error = error.suppressed;
  if (error instanceof InterruptedError) {
    return { status: signalStatus(error.signal), signal: error.signal };
  }
  const [{ explainFailure }, { errorStatus, formatError }] = await Promise.all([
    import("./cli/explain_failure.ts"),
    import("./output/error_message.ts"),
  ]);
  const explained = explainFailure(error, host.args, host.env);
  host.writeStderr(formatError(explained, !!verbosity(options, host).verbose));
  return { status: errorStatus(explained) };
}
