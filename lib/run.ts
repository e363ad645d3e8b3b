import { runCommand } from "./command/run_command.ts";
import { type Argv, parseArgv } from "./cli/argv.ts";
import { fixedCredentials } from "./command/credential_source.ts";
import { InterruptedError, UsageError } from "./errors.ts";
import {
  errorStatus,
  formatError,
  formatNote,
  formatWarning,
} from "./output/messages.ts";
import { findCachedRun, readRunInputs } from "./cache/plan_cache.ts";
import { refuseUnreadable } from "./settings/names.ts";
import { type ExitStatus, signalStatus } from "./system/exit_status.ts";
import type { Host, Reporter } from "./host.ts";
import { Launcher } from "./command/launcher.ts";

/** The options that print what depends on no variable, or that report problems. */
const NEEDS_NO_VARIABLES = /^--(?:help|version|completions|doctor)(?:=|$)/;

/** The whole of assume-role, from the command line to how it ended. */
export async function run(host: Host): Promise<ExitStatus> {
  const words = split(host.args);
  const reporter = createReporter(host, words);
  try {
    if (!words.options.some((word) => NEEDS_NO_VARIABLES.test(word))) {
      refuseUnreadable(host);
    }
    const [program, ...args] = words.command;
    if (program === undefined) {
      const { perform } = await import("./perform.ts");
      return await perform({ host, reporter });
    }

    // What tells it of signals gets ready while we find out whom to be.
    const launcher = new Launcher(host.now);
    const inputs = await readRunInputs(words, host);
    const cachedRun = inputs && findCachedRun(inputs, host.now());
    if (cachedRun === undefined) {
      const { perform } = await import("./perform.ts");
      return await perform({ host, reporter, launcher, inputs });
    }
    const credentialSource = fixedCredentials(cachedRun.credentials);
    const context = { launcher, host, reporter };
    return await runCommand(
      [program, ...args],
      credentialSource,
      cachedRun.plan,
      context,
    );
  } catch (error) {
    if (error instanceof InterruptedError) {
      return { status: signalStatus(error.signal), signal: error.signal };
    }
    host.writeStderr(formatError(error, isVerbose(words)));
    return { status: errorStatus(error) };
  }
}

/** The two parts of the command line; what is wrong with it is told when it is read. */
function split(argv: readonly string[]): Argv {
  try {
    return parseArgv(argv);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { options: [], command: [] };
  }
}

function createReporter(host: Host, words: Argv): Reporter {
  const isQuiet = words.options.includes("--quiet");
  return {
    warn: (message) => isQuiet || host.writeStderr(formatWarning(message)),
    explain: (message) =>
      isVerbose(words) && host.writeStderr(formatNote(message)),
  };
}

function isVerbose({ options }: Argv): boolean {
  return options.includes("--verbose");
}
